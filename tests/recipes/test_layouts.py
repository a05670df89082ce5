"""The real run.sh with the training corpus in each layout, to RESULTS.md."""

import pytest

from tests.corpora.layouts import LAYOUTS, segments, utterances
from tests.recipes.tables import table_of

SMALL = [
    *("--distill", "conf/distill_none.yaml", "--dev-speakers", "2", "--nj", "2"),
    *("--number_of_epochs", "1", "--batch_size", "4", "--sentence_len", "1.0"),
    *("--num_workers", "0", "--n_mels", "20", "--emb_dim", "16"),
]
STUDENT = "student_small-distill_none"


@pytest.mark.slow
def test_from_each_layout_to_results(run_recipe, tmp_path):
    """Those that say the same of the same files end in the same scores, to the byte."""
    audio = tmp_path / "audio"
    assert len(list(utterances(audio))) == 32
    scores = {}
    for kind in ("kaldi", "lhotse-cuts", "lhotse-shar", "folders", "common-voice"):
        exp = tmp_path / f"exp_{kind}"
        ended = run_recipe("--data", LAYOUTS[kind](tmp_path, audio), *SMALL, exp=exp)
        assert ended.returncode == 0, ended.stderr
        (path,) = (exp / STUDENT / "scores").iterdir()
        _, row = table_of((exp / "RESULTS.md").read_text(), f"## {path.stem}")
        assert row[0] == STUDENT and 0 <= float(row[1].split()[0]) <= 100
        assert (exp / "report.html").exists()
        scores[kind] = path.read_bytes()
    assert scores["kaldi"] == scores["lhotse-cuts"] == scores["lhotse-shar"]
    assert scores["kaldi"] != scores["folders"]  # whose trials are sampled


@pytest.mark.slow
def test_from_segments_and_enrolled_models_to_results(run_recipe, tmp_path):
    audio = tmp_path / "audio"
    assert len(list(utterances(audio))) == 32
    data = segments(tmp_path, audio, ((0.0, 1.1), (0.1, -1)))
    ended = run_recipe("--data", data, *SMALL)
    assert ended.returncode == 0, ended.stderr
    results = (tmp_path / "exp/RESULTS.md").read_text()
    assert "trials.txt: 3 trials (2 targets) of 2 speakers" in results
