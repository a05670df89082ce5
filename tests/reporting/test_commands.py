"""`speechdistill score` and report_results.py from files on disk, without any recipe."""

import numpy as np
import pytest

from speechdistill.storage.keyed_vectors import KeyedVectors
from tests.warm_python import run_local, run_program


@pytest.fixture
def files(tmp_path):
    ids = [f"s{speaker}/v{take}/1" for speaker in range(6) for take in range(2)]
    voices = np.repeat(np.random.default_rng(0).normal(size=(6, 8)), 2, axis=0)
    noise = np.random.default_rng(1).normal(size=(12, 8))
    KeyedVectors(ids, voices + noise).save(tmp_path / "noisy")
    KeyedVectors(ids, voices + noise / 10).save(tmp_path / "clean")
    pairs = [(first, second) for first in range(12) for second in range(first)]
    lines = [f"{int(a // 2 == b // 2)} {ids[a]}.wav {ids[b]}.wav\n" for a, b in pairs]
    (tmp_path / "list.txt").write_text("".join(lines))
    return tmp_path


@pytest.mark.slow
def test_from_embeddings_to_results(files):
    trials = files / "list.txt"
    for system in ("noisy", "clean"):
        embeddings, output = files / system, files / f"scores_{system}" / "list.txt"
        scored = run_program(
            *("speechdistill", "score"),
            *("--trials", trials, "--embeddings", embeddings, "--output", output),
        )
        assert scored.returncode == 0, scored.stderr
        assert len(output.read_text().splitlines()) == 66
    reported = run_local(
        "report_results.py",
        *("--trials", trials, "--system", f"noisy={files / 'scores_noisy'}"),
        *("--system", f"clean={files / 'scores_clean'}", "--output", files / "RESULTS.md"),
        *("--det-plot-folder", files, "--command", "score and report", "--seed", 1),
        *("--note", "vectors are sampled at random"),
    )
    assert reported.returncode == 0, reported.stderr
    assert "| clean " in reported.stdout and "0.00 [0.00, 0.00]" in reported.stdout
    assert "clean against noisy: EER -100.0 %" in reported.stdout
    text = (files / "RESULTS.md").read_text()
    assert "score and report" in text and "- vectors are sampled at random" in text
    assert str(files) not in text
    assert (files / "det_list.png").stat().st_size > 10_000


def test_bad_input_is_one_line_and_leaves_nothing(files):
    KeyedVectors(["s0/v0/1"], np.ones((1, 8))).save(files / "few")
    output = files / "scores" / "list.txt"
    scored = run_program(
        *("speechdistill", "score"),
        *("--trials", files / "list.txt", "--embeddings", files / "few", "--output", output),
    )
    assert scored.returncode == 1 and not output.exists()
    assert scored.stderr.count("\n") == 1 and "66 of 66 trials" in scored.stderr
    reported = run_local(
        "report_results.py",
        *("--trials", files / "list.txt", "--system", f"few={files / 'scores'}"),
        *("--output", files / "RESULTS.md", "--det-plot-folder", files),
        *("--command", "report", "--seed", 1),
    )
    assert reported.returncode == 1 and not (files / "RESULTS.md").exists()
    assert reported.stderr.count("\n") == 1 and "cannot read the scores" in reported.stderr
