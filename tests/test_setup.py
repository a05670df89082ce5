"""tools/setup.sh installs what is asked for and not there yet, once."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHON = """#!/usr/bin/env bash
echo "$*" >> "$(dirname "$0")/calls"
"""


@pytest.fixture
def setup(tmp_path):
    """Run tools/setup.sh in an environment whose Python writes down what it is called with."""
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text(PYTHON)
    python.chmod(0o755)

    def run(*extras):
        calls = python.with_name("calls")
        calls.write_text("")
        subprocess.run(
            [ROOT / "tools" / "setup.sh", *extras],
            check=True,
            capture_output=True,
            env=os.environ | {"VIRTUAL_ENV": str(tmp_path)},
        )
        installed = [line.split() for line in calls.read_text().splitlines() if "install" in line]
        return [words[-1].removeprefix(str(ROOT)) for words in installed]

    run.calls = python.with_name("calls").read_text
    return run


def test_an_extra_is_installed_once_and_only_what_is_missing(setup):
    assert setup("base") == [""]
    assert setup("base") == []
    assert setup("synth") == ["[synth]"]
    assert setup("synth", "text") == ["[text]"]
    assert setup("synth", "text", "base") == []
    assert setup() == ["[onnx,voices,slurm,dev]", "Resemblyzer"]
    assert setup() == []


def test_what_is_big_is_installed_on_demand(setup):
    assert setup("faces") == ["[faces]"]
    assert "[faces" not in "".join(setup())


def test_of_resemblyzer_comes_nothing_but_itself(setup, tmp_path):
    assert setup("voices") == ["[voices]", "Resemblyzer"]
    (line,) = (line for line in setup.calls().splitlines() if line.endswith("Resemblyzer"))
    assert "--no-deps" in line and "--constraint" in line
    assert setup("voices") == []


def test_other_versions_are_installed_anew(setup, tmp_path):
    assert setup("synth") == ["[synth]"]
    stamp = tmp_path / ".speechdistill-setup"
    stamp.write_text("of other versions\n" + stamp.read_text().split("\n", 1)[1])
    assert setup("synth") == ["[synth]"]
