"""The real run.sh from the corpus to RESULTS.md: at once, and stage by stage."""

import json
import re

import numpy as np
import pytest

from speechdistill.keyed_vectors import KeyedVectors

pytestmark = pytest.mark.slow

SMALL = [
    *(
        "--number_of_epochs",
        "2",
        "--batch_size",
        "4",
        "--sentence_len",
        "1.0",
        "--num_workers",
        "0",
    ),
    *("--n_mels", "20", "--emb_dim", "16", "--nj", "2"),
    *("--teacher.number_of_epochs", "2", "--teacher.image_size", "32", "--teacher.batch_size", "8"),
]
BASELINE, DISTILLED = "student_small-distill_none", "student_small-distill_soft"


def test_at_once_and_stage_by_stage_from_packed_audio(run_recipe, corpus, tmp_path):
    at_once = run_recipe("--data", corpus, *SMALL, exp=tmp_path / "once")
    assert at_once.returncode == 0, at_once.stderr
    for stage in range(9):
        alone = run_recipe(
            *("--stage", str(stage), "--stop-stage", str(stage), "--data", corpus, *SMALL),
            *("--pack", "shar"),
            exp=tmp_path / "staged",
        )
        assert alone.returncode == 0, alone.stderr

    once, staged = tmp_path / "once", tmp_path / "staged"
    assert (staged / "data" / "train" / "shar" / "recording.000000.tar").exists()
    assert not (once / "data" / "train" / "shar").exists()
    results = (once / "RESULTS.md").read_text()
    assert results == (staged / "RESULTS.md").read_text()
    for number in ("EER", "minDCF", "sha256", "./recipes/voxceleb/run.sh", "32"):
        assert number in results
    assert BASELINE in results and DISTILLED in results
    assert re.search(r"\d+\.\d+", at_once.stdout)
    assert (once / "det_veri_test2.png").stat().st_size > 10_000
    for student in (BASELINE, DISTILLED):
        vectors = KeyedVectors.load(once / student / "embeddings" / "test")
        again = KeyedVectors.load(staged / student / "embeddings" / "test")
        np.testing.assert_array_equal(vectors.vectors, again.vectors)
        scores = (once / student / "scores" / "veri_test2.txt").read_text().splitlines()
        trials = (corpus / "veri_test2.txt").read_text().splitlines()
        assert [line.split()[:2] for line in scores] == [line.split()[1:] for line in trials]
    report = json.loads((once / "teacher_face" / "report.json").read_text())
    assert report["dev"]["people"] >= 2 and report["test"]["people"] == 4
    assert not list(once.rglob(".partial*"))

    # Everything again changes nothing and trains nothing; fine-tuning adds its own students.
    made = {path: path.stat().st_mtime_ns for path in once.glob("student*/embeddings/*/*")}
    fine_tune = tmp_path / "larger_margin.yaml"
    fine_tune.write_text(
        "distillation: keep\nnumber_of_epochs: 1\naam_margin: 0.4\nsentence_len: 1.5\n"
    )
    again = run_recipe("--data", corpus, *SMALL, "--fine-tune", fine_tune, exp=once)
    assert again.returncode == 0, again.stderr
    assert {path: path.stat().st_mtime_ns for path in made} == made
    with_more = (once / "RESULTS.md").read_text()
    rows = [line.split() for line in with_more.splitlines()]
    for line in results.splitlines():
        assert not line.startswith((f"| {BASELINE} ", f"| {DISTILLED} ")) or line.split() in rows
    for student in (BASELINE, DISTILLED):
        tuned = f"{student}-larger_margin"
        assert f"| {tuned} |" in with_more and tuned not in results
        vectors = KeyedVectors.load(once / tuned / "embeddings" / "test").vectors
        before = KeyedVectors.load(once / student / "embeddings" / "test").vectors
        assert not np.allclose(vectors, before)


def test_another_seed_into_the_same_folder_is_refused(run_recipe, corpus):
    first = run_recipe("--data", corpus, "--stop-stage", "3", *SMALL)
    assert first.returncode == 0, first.stderr
    second = run_recipe(
        "--data", corpus, "--stage", "3", "--stop-stage", "3", *SMALL, "--seed", "2"
    )
    assert second.returncode == 1
    assert "another --exp" in second.stderr
