"""The real run.sh with stages 2 to 7 on two processes."""

import numpy as np
import pytest

from speechdistill.storage.keyed_vectors import KeyedVectors
from tests.recipes.test_run_whole import DISTILLED, SMALL
from tests.warm_python import warm_environment

pytestmark = pytest.mark.slow


TORCHRUN = "torchrun --standalone --nproc_per_node 2"


@pytest.fixture
def launch(tmp_path):
    """torchrun with processes that need no imports; as a script, for it would pass on the `--`."""
    script = tmp_path / "launch"
    python = warm_environment() / "bin" / "python"
    script.write_text(f'#!/bin/sh\nshift\nexec {TORCHRUN} --no-python -- {python} "$@"\n')
    script.chmod(0o755)
    return ("--launch", script)


def test_two_processes_make_every_stage_and_one_that_fails_ends_it(
    run_recipe, corpus, launch, tmp_path
):
    done = run_recipe("--data", corpus, *launch, *SMALL)
    assert done.returncode == 0, done.stderr
    exp = tmp_path / "exp"
    assert "torchrun" not in (exp / "RESULTS.md").read_text()
    alone = run_recipe("--stage", "7", "--stop-stage", "7", exp=exp)
    assert "the embeddings of test are up to date" in alone.stderr
    shared = KeyedVectors.load(exp / DISTILLED / "embeddings" / "test")
    (exp / DISTILLED / "embeddings" / "test" / "ids.txt").unlink()
    alone = run_recipe("--stage", "7", "--stop-stage", "7", exp=exp)
    assert alone.returncode == 0, alone.stderr
    again = KeyedVectors.load(exp / DISTILLED / "embeddings" / "test")
    assert shared.ids == again.ids
    np.testing.assert_allclose(shared.vectors, again.vectors, rtol=1e-4, atol=1e-4)

    # A process that fails ends the run.
    (exp / "teacher_face" / "settings.json").unlink()
    failed = run_recipe("--stage", "4", "--stop-stage", "4", "--launch", TORCHRUN)
    assert failed.returncode == 1
    assert "settings.json: stage 3 makes it" in failed.stderr
