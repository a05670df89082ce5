"""The real run.sh from the corpus to RESULTS.md: at once, and stage by stage."""

import json
import re

import numpy as np
import pytest

import speechdistill
from speechdistill.storage.keyed_vectors import KeyedVectors

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
    """The second with fine-tuned students besides: they change nothing of the others.

    The first by processes of its own, which share no hash seed: sets in no order of theirs.
    """
    at_once = run_recipe("--data", corpus, *SMALL, exp=tmp_path / "once", cold=True)
    assert at_once.returncode == 0, at_once.stderr
    fine_tune = tmp_path / "larger_margin.yaml"
    fine_tune.write_text(
        "distillation: keep\nnumber_of_epochs: 1\naam_margin: 0.4\nsentence_len: 1.5\n"
    )
    for stage in range(10):
        alone = run_recipe(
            *("--stage", str(stage), "--stop-stage", str(stage), "--data", corpus, *SMALL),
            *("--pack", "shar", "--fine-tune", fine_tune),
            exp=tmp_path / "staged",
        )
        assert alone.returncode == 0, alone.stderr

    once, staged = tmp_path / "once", tmp_path / "staged"
    assert (staged / f"{DISTILLED}-larger_margin" / "export" / "waveforms.onnx").exists()
    assert "| waveforms.onnx " in alone.stdout
    assert alone.stdout.splitlines()[-1] == f"to look at: {staged / 'report.html'}"
    assert [path.parent.name for path in once.glob("*/export")] == [DISTILLED]
    assert (staged / "data" / "train" / "shar" / "recording.000000.tar").exists()
    assert not (once / "data" / "train" / "shar").exists()
    results = (once / "RESULTS.md").read_text()
    for number in ("EER", "minDCF", "sha256", "./recipes/voxceleb/run.sh", "32"):
        assert number in results
    assert re.search(r"\d+\.\d+", at_once.stdout)
    assert at_once.stdout.count("to look at: ") == 1  # the page is written once
    assert (once / "det_veri_test2.png").stat().st_size > 10_000
    page = (once / "report.html").read_text()
    assert f">{_row(results, BASELINE)[3]} [" in page and "<audio" in page and "<img" in page
    for exp, student in ((once, DISTILLED), (staged, f"{DISTILLED}-larger_margin")):
        assert f"What {student} was exported in" in (exp / "report.html").read_text()
    assert at_once.stdout.splitlines()[-1] == f"to look at: {once / 'report.html'}"
    with_more = (staged / "RESULTS.md").read_text()
    rows = [line.split() for line in with_more.splitlines()]
    for student in (BASELINE, DISTILLED):
        assert _row(results, student) in rows
        vectors = KeyedVectors.load(once / student / "embeddings" / "test")
        again = KeyedVectors.load(staged / student / "embeddings" / "test")
        np.testing.assert_array_equal(vectors.vectors, again.vectors)
        scores = (once / student / "scores" / "veri_test2.txt").read_text().splitlines()
        trials = (corpus / "veri_test2.txt").read_text().splitlines()
        assert [line.split()[:2] for line in scores] == [line.split()[1:] for line in trials]
        tuned = f"{student}-larger_margin"
        assert _row(with_more, tuned) and tuned not in results
        of_tuned = KeyedVectors.load(staged / tuned / "embeddings" / "test")
        assert not np.allclose(vectors.vectors, of_tuned.vectors)
    report = json.loads((once / "teacher_face" / "report.json").read_text())
    assert report["dev"]["people"] >= 2 and report["test"]["people"] == 4
    assert not list(once.rglob(".partial*"))
    _use(corpus, once / DISTILLED)
    _run_again(run_recipe, corpus, once)
    _fail_to_export(run_recipe, corpus, once)
    _export_beside_stale_results(run_recipe, corpus, staged)


def _use(corpus, student):
    """In use it says what stage 7 says, which has calibrated it, or said why not."""
    embedder = speechdistill.load(student)
    of_stage_7 = KeyedVectors.load(student / "embeddings" / "test")
    for name in of_stage_7.ids[:3]:
        found = embedder.embed(corpus / "wav" / f"{name}.wav")
        np.testing.assert_allclose(found, of_stage_7[name], rtol=1e-3, atol=1e-4)
    log = (student.parent / "log" / "stage7.log").read_text()
    is_calibrated = embedder.calibration is not None
    assert (f"calibration of {student.name} fitted on dev.txt of corpus" in log) == is_calibrated
    assert (f"{student.name} has no calibration" in log) != is_calibrated


def _row(results: str, student: str) -> list[str]:
    lines = [line.split() for line in results.splitlines()]
    return next(words for words in lines if words[:2] == ["|", student])


def _run_again(run_recipe, corpus, exp):
    """What is made is not made again; another seed does not go into the same folder."""
    kept = [
        *exp.glob("data/*/cuts.jsonl.gz"),
        *exp.glob("data/*/quality/*"),
        *exp.glob("*/save/*/*"),
        *exp.glob("*/embeddings/*/*"),
    ]
    made = {path: path.stat().st_mtime_ns for path in kept}
    assert len(made) > 20
    again = run_recipe("--data", corpus, *SMALL, exp=exp)
    assert again.returncode == 0, again.stderr
    assert {path: path.stat().st_mtime_ns for path in made} == made
    other = run_recipe("--stage", "5", "--data", corpus, *SMALL, "--seed", "2", exp=exp)
    assert other.returncode == 1
    assert "another --exp" in other.stderr


def _fail_to_export(run_recipe, corpus, exp):
    """After the results it is no failure of the run; asked for, it is."""
    (exp / DISTILLED / "export" / "of_mine.txt").write_text("mine")
    after_all = run_recipe("--stage", "8", "--data", corpus, *SMALL, exp=exp)
    assert after_all.returncode == 0
    said = after_all.stderr.splitlines()
    error = next(line for line in said if "of_mine.txt" in line)
    assert said[-1].endswith(f"the results are in {exp / 'RESULTS.md'}")
    assert after_all.stdout.splitlines()[-1] == f"to look at: {exp / 'report.html'}"
    for asked in (["--stage", "9"], ["--stage", "8", "--int8", "true"]):
        failed = run_recipe(*asked, "--data", corpus, *SMALL, exp=exp)
        assert failed.returncode == 1 and error in failed.stderr.splitlines()


def _export_beside_stale_results(run_recipe, corpus, exp):
    """The page stays; what there is to run again is said."""
    page = (exp / "report.html").read_bytes()
    (exp / BASELINE / "embeddings" / "test" / "made_from.json").write_text("{}")
    exported = run_recipe("--stage", "9", "--data", corpus, *SMALL, exp=exp)
    assert exported.returncode == 0 and "run stage 7" in exported.stderr.splitlines()[-1]
    assert (exp / "report.html").read_bytes() == page
