"""The wheel gives command and API where there is no repository."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import speechdistill
from tests.tiny_student import make_recordings, make_student

ROOT = Path(__file__).parents[1]
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
USE = """
import speechdistill
model = speechdistill.load("student")
print(speechdistill.__file__, model.embed("recordings/a.wav").shape)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Where the wheel was installed, built from a copy: building leaves files behind."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(
        ROOT / "speechdistill",
        source / "speechdistill",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for name in ("setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source]
    subprocess.run([*PIP, *build], check=True)
    (wheel,) = folder.glob("speechdistill-*.whl")
    subprocess.run(
        [*PIP, "install", "--no-deps", "--no-index", "--target", folder / "site", wheel],
        check=True,
    )
    return folder / "site"


@pytest.mark.slow
def test_command_and_api(installed, tmp_path):
    make_student(tmp_path / "student")
    make_recordings(tmp_path / "recordings")

    def run(*words):
        environment = os.environ | {"PYTHONPATH": str(installed)}
        done = subprocess.run(
            [sys.executable, *map(str, words)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    script = installed / "bin" / "speechdistill"
    assert run(script, "--version") == f"speechdistill {speechdistill.__version__}\n"
    words = ["verify", "student", "recordings/a.wav", "recordings/b.flac", "--json"]
    assert json.loads(run("-m", "speechdistill", *words))["same_speaker"] is True
    place, *shape = run("-c", USE).split(maxsplit=1)
    assert Path(place).is_relative_to(installed) and shape == ["(16,)\n"]
    page = installed / "speechdistill" / "reporting" / "page"
    assert (page / "page.css").exists() and (page / "page.js").exists()
    (metadata,) = installed.glob("speechdistill-*.dist-info")
    assert "Apache License" in (metadata / "licenses" / "LICENSE").read_text()
