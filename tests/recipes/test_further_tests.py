"""The real run.sh on a table whose ids say nothing, tested on corpora of every other layout."""

import numpy as np
import pytest

from speechdistill.storage.keyed_vectors import KeyedVectors
from tests.corpora.layouts import LAYOUTS, segments, sitw, utterances, voices
from tests.recipes.tables import table_of
from tests.recipes.test_run_errors import error_line
from tests.recipes.test_run_whole import SMALL
from tests.tiny_corpus import make_corpus

STUDENTS = ("student_small-distill_none", "student_small-distill_soft")


@pytest.mark.slow
def test_a_student_of_a_table_is_tested_on_every_layout(run_recipe, tmp_path):
    audio, own = tmp_path / "audio", tmp_path / "own"
    own.mkdir()
    assert len(list(utterances(audio))) == len(list(utterances(own / "audio"))) == 32
    data = LAYOUTS["table"](own, own / "audio")
    kinds = {"sitw": sitw, "voices": voices, **LAYOUTS}
    places = {kind: make(tmp_path, audio) for kind, make in kinds.items()}
    places["vox"] = make_corpus(tmp_path / "vox", first=20001)
    (places["kaldi"] / "voxsrc.txt").write_text("u00.wav u07.wav\nu00.wav u28.wav\n")
    (tmp_path / "parts").mkdir()
    places["segments"] = segments(tmp_path / "parts", audio)
    (tmp_path / "flat.txt").write_text("1 u00.wav u07.wav\n0 u00.wav u28.wav\n")
    places["files"] = f"{audio}:{tmp_path / 'flat.txt'}"
    places["challenge"] = f"{places['kaldi']}:voxsrc.txt"
    ended = run_recipe(
        *("--data", data, "--dev-speakers", "2", "--teacher", "conf/teacher_text.yaml"),
        *(word for word in SMALL if word not in ("--teacher.image_size", "32")),
        *(word for name, place in places.items() for word in ("--test", f"{name}={place}")),
    )
    assert ended.returncode == 0, ended.stderr

    exp = tmp_path / "exp"
    results = (exp / "RESULTS.md").read_text()
    head, *rows = table_of(results, "## All tests")
    assert head[:2] == ["trained on", "EER % of"]
    assert [row[:2] for row in rows] == [["table", name] for name in STUDENTS]
    # Its own list and one of each further test but the challenge; SITW has two.
    assert len(head) == 2 + 1 + len(places) and "vox: veri_test2.txt" in head
    assert all(0 <= float(cell.split()[0]) <= 100 for row in rows for cell in row[2:])
    assert "challenge: voxsrc.txt says of no trial what it is; 2 scores for submission" in results
    assert "no trial list: " in results and "are sampled among 8 test speakers" in results
    for student in STUDENTS:
        submission = exp / student / "scores/challenge/voxsrc.submission.txt"
        lines = [line.split() for line in submission.read_text().splitlines()]
        assert [line[1:] for line in lines] == [["u00.wav", "u07.wav"], ["u00.wav", "u28.wav"]]
        first = KeyedVectors.load(exp / student / "embeddings/kaldi")
        for kind in ("table", "lhotse-cuts", "lhotse-shar"):
            again = KeyedVectors.load(exp / student / "embeddings" / kind)
            assert again.ids == first.ids
            np.testing.assert_array_equal(again.vectors, first.vectors)
    same = [cell for name, cell in zip(head, rows[0], strict=True) if name.endswith("trials.txt")]
    page = (exp / "report.html").read_text()
    assert "<h3>All tests</h3>" in page and page.count("sitw: core-core.lst") > 3
    assert len(same) == 6 and len({*same[1:]} - {_of(head, rows[0], "segments: trials.txt")}) == 1


def _of(head: list[str], row: list[str], name: str) -> str:
    return row[head.index(name)]


@pytest.mark.parametrize(
    ("test", "code", "message"),
    [
        ("x", 2, "x is not NAME=DIR or NAME=DIR:LIST"),
        ("dev=y", 2, "no test can be called dev"),
        ("a=x,a=y", 2, "two tests of a=x,a=y have one name"),
        ("a=nothing", 1, "no folder nothing: give a corpus"),
    ],
)
def test_a_test_that_cannot_be(run_recipe, corpus, tmp_path, test, code, message):
    """Before anything is made of the corpus."""
    ended = run_recipe("--data", corpus, "--test", test, "--stop-stage", "1")
    assert ended.returncode == code and message in error_line(ended)
    assert not (tmp_path / "exp/data").exists()
