"""The real recipes/cnceleb/run.sh from a tiny CN-Celeb1 and 2 to RESULTS.md."""

import numpy as np
import pytest

from speechdistill.corpora.manifests import load_cuts
from speechdistill.storage.keyed_vectors import KeyedVectors
from tests.corpora.media import write_image
from tests.tiny_cn_celeb import make_cn_celeb

SMALL = [
    *("--number_of_epochs", "1", "--batch_size", "4", "--sentence_len", "1.0"),
    *("--num_workers", "0", "--n_mels", "20", "--emb_dim", "16", "--nj", "2"),
    *("--dev-speakers", "2", "--join-below", "2.5", "--teacher.number_of_epochs", "1"),
]
TITLE = ["genre", "targets", "non-targets", "system", "EER %", "minDCF p=0.01"]


@pytest.fixture
def cn_celeb(tmp_path):
    return make_cn_celeb(tmp_path / "CN-Celeb")


@pytest.mark.slow
def test_without_a_corpus_or_with_another_it_says_so(run_recipe, tmp_path):
    alone = run_recipe(recipe="cnceleb")
    assert alone.returncode == 1
    assert alone.stderr == "run.sh: error: give the corpus: --data DIR (see --help)\n"


@pytest.mark.slow
def test_from_the_corpus_to_results_by_genre(run_recipe, cn_celeb, tmp_path):
    run = run_recipe("--data", cn_celeb, *SMALL, recipe="cnceleb")
    assert run.returncode == 0, run.stderr
    exp = tmp_path / "exp"
    results = (exp / "RESULTS.md").read_text()
    assert "./recipes/cnceleb/run.sh" in results and "recipes/voxceleb" not in results
    for name in ("CNC-Eval-Concat.lst", "CNC-Eval-Avg.lst"):
        assert f"## {name}" in results and f"{name}: 32 trials (8 targets) of 4 speakers" in results
    lines = [[word.strip() for word in line.split("|")[1:-1]] for line in results.splitlines()]
    rows = [line for line in lines if line[:1] in (["interview"], ["singing"])]
    assert lines.count(TITLE) == 2 and len(rows) == 2 * 2 * 2
    assert all(line[1:3] == ["4", "12"] for line in rows)

    train = load_cuts(exp / "data/train")
    assert {cut.session for cut in train} == {"interview", "singing", "live_broadcast"}
    assert any(cut.id.endswith("-joined2") for cut in train)
    text = {cut.supervisions[0].text for cut in load_cuts(exp / "data/test")}
    assert text == {"A person who talks in interviews and sings."}
    assert (exp / "teacher_text/report.json").exists()

    # Of the two enrolments, one is the embedding of a file and one the mean of two.
    student = exp / "student_small-distill_none"
    embeddings = KeyedVectors.load(student / "embeddings/test")
    unit = {name: embeddings[name] / np.linalg.norm(embeddings[name]) for name in embeddings.ids}
    models = {
        "Concat": unit["enroll/id00801-enroll"],
        "Avg": unit["id00801/interview-01-001"] + unit["id00801/singing-01-001"],
    }
    for kind, model in models.items():
        scores = (student / f"scores/CNC-Eval-{kind}.txt").read_text().splitlines()
        words = next(line.split() for line in scores if line.startswith("id00801-enroll test/"))
        test = unit[words[1].removesuffix(".wav")]
        assert float(words[2]) == pytest.approx(test @ model / np.linalg.norm(model), abs=1e-4)


@pytest.mark.slow
def test_faces_are_the_teacher_where_there_are_any(run_recipe, cn_celeb, tmp_path):
    for number in (*range(6), 10000, 10001, *range(800, 804)):
        for session in ("interview", "b"):
            write_image(tmp_path / f"faces/id{number:05d}/{session}/1.jpg", seed=number)
    faces = ["--faces", tmp_path / "faces", "--teacher.image_size", "32"]
    run = run_recipe(
        *("--data", cn_celeb, *SMALL, *faces, "--teacher.batch_size", "8", "--stop-stage", "4"),
        recipe="cnceleb",
    )
    assert run.returncode == 0, run.stderr
    targets = KeyedVectors.load(tmp_path / "exp/teacher_face/targets/embeddings")
    assert "id10001/interview/1" in targets.ids or "id00005/interview/1" in targets.ids
