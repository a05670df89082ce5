"""A student's calibration is fitted on dev trials, once, and is of its checkpoints."""

import json

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.storage.files import written_whole
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.made_from import write_record
from speechdistill.students.calibration import calibrate_student, corpus_of
from speechdistill.verification.calibration.calibration import Calibration
from speechdistill.verification.calibration.operating_point import DevCalibration
from speechdistill.verification.metrics import DetectionCost
from speechdistill.verification.scoring import cosine_scores
from speechdistill.verification.trials.trial_list import TrialList


def embedded(prepared, folder, noise):
    """Embeddings of the dev set, as stage 7 leaves them, whose speakers noise hides."""
    trials = TrialList.load(prepared / "data" / "dev" / "trials" / "dev.txt")
    generator = np.random.default_rng(0)
    vector_of = {name.split("/")[0]: generator.normal(size=8) for name in trials.ids}
    centres = np.array([vector_of[name.split("/")[0]] for name in trials.ids])
    vectors = centres + noise * generator.normal(size=centres.shape)
    with written_whole(folder / "embeddings" / "dev") as whole:
        KeyedVectors(trials.ids, vectors).save(whole)
        write_record(whole / "made_from.json", {"settings": "a", "noise": noise})
    return trials


def test_it_is_that_of_the_dev_trials(prepared, tmp_path):
    trials = embedded(prepared, tmp_path, noise=1.0)
    calibrate_student(tmp_path, prepared / "data" / "dev")
    found = DevCalibration.load(tmp_path / "calibration.json")
    vectors = KeyedVectors.load(tmp_path / "embeddings" / "dev")
    scores = cosine_scores(trials, vectors, vectors)
    expected = Calibration.fit(scores, trials.labels)
    assert found.score_weight == pytest.approx(expected.score_weight)
    assert (found.trials, found.n_trials, found.n_speakers) == ("dev.txt", len(trials), 2)
    assert found.made_from["embeddings"] == {"settings": "a", "noise": 1.0}
    decision = found.decide(float(scores[0]), DetectionCost(0.5))
    assert decision.llr == pytest.approx(float(expected.llrs(scores)[0]))
    assert decision.is_same == (decision.llr >= 0)


def test_it_is_made_anew_only_for_other_embeddings(prepared, tmp_path):
    path, dev = tmp_path / "calibration.json", prepared / "data" / "dev"
    embedded(prepared, tmp_path, noise=1.0)
    calibrate_student(tmp_path, dev)
    made = path.stat().st_mtime_ns
    calibrate_student(tmp_path, dev)
    assert path.stat().st_mtime_ns == made
    embedded(prepared, tmp_path, noise=1.2)
    calibrate_student(tmp_path, dev)
    assert path.stat().st_mtime_ns != made


def test_there_is_none_where_any_scale_fits(prepared, tmp_path, caplog):
    embedded(prepared, tmp_path, noise=1.0)
    calibrate_student(tmp_path, prepared / "data" / "dev")
    embedded(prepared, tmp_path, noise=0.0)
    calibrate_student(tmp_path, prepared / "data" / "dev")
    assert not (tmp_path / "calibration.json").exists()
    assert "has no calibration" in caplog.text


def test_there_is_none_where_one_speaker_scores_lower(prepared, tmp_path, caplog):
    trials = embedded(prepared, tmp_path, noise=2.0)
    vectors = KeyedVectors.load(tmp_path / "embeddings" / "dev")
    assert Calibration.fit(cosine_scores(trials, vectors, vectors), trials.labels).score_weight < 0
    calibrate_student(tmp_path, prepared / "data" / "dev")
    assert not (tmp_path / "calibration.json").exists()
    assert "one speaker scores no higher than two" in caplog.text


def test_its_corpus_has_a_name(prepared):
    assert corpus_of(prepared / "data" / "dev") == "corpus"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"score_weight": "x"}'])
def test_a_broken_one_is_one_line(tmp_path, text):
    (tmp_path / "calibration.json").write_text(text)
    with pytest.raises(InputError, match=r"calibration.json is broken .*run stage 7, or export"):
        DevCalibration.load(tmp_path / "calibration.json")


def test_numbers_are_finite(tmp_path):
    fitted = DevCalibration(20.0, -8.0, "c", "dev.txt", 1, 1, 1, {})
    fitted.save(tmp_path / "calibration.json")
    values = json.loads((tmp_path / "calibration.json").read_text()) | {"offset": float("nan")}
    (tmp_path / "calibration.json").write_text(json.dumps(values))
    with pytest.raises(InputError, match="not finite"):
        DevCalibration.load(tmp_path / "calibration.json")
