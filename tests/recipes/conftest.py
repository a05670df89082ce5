"""The real run.sh on a tiny corpus."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.tiny_corpus import make_corpus

ROOT = Path(__file__).parents[2]


@pytest.fixture
def corpus(tmp_path):
    return make_corpus(tmp_path / "corpus")


@pytest.fixture
def run_recipe(tmp_path):
    """Call recipes/<name>/run.sh, or another script there, as a user does."""

    def run(
        *arguments: str,
        recipe: str = "voxceleb",
        script: str = "run.sh",
        exp: Path | None = None,
    ):
        command = [
            ROOT / "recipes" / recipe / script,
            "--exp",
            exp or tmp_path / "exp",
            *arguments,
        ]
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        return subprocess.run(
            [str(word) for word in command],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
        )

    return run
