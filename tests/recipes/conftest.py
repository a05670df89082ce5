"""The real run.sh on a tiny corpus."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tiny_corpus import make_corpus
from tests.warm_python import warm_environment

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def whole_corpus(tmp_path_factory):
    return make_corpus(tmp_path_factory.mktemp("corpus") / "corpus")


@pytest.fixture
def corpus(whole_corpus, tmp_path):
    """A copy, which a test may damage."""
    return Path(shutil.copytree(whole_corpus, tmp_path / "corpus"))


@pytest.fixture
def run_recipe(tmp_path):
    """Call recipes/<name>/run.sh, or another script there, as a user does; ``cold``: by the very
    Python that a user has."""

    def run(
        *arguments: str,
        recipe: str = "voxceleb",
        script: str = "run.sh",
        exp: Path | None = None,
        cold: bool = False,
    ):
        command = [
            ROOT / "recipes" / recipe / script,
            "--exp",
            exp or tmp_path / "exp",
            *arguments,
        ]
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        if not cold:
            environment["VIRTUAL_ENV"] = str(warm_environment())
        return subprocess.run(
            [str(word) for word in command],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
        )

    return run
