"""Numbers of every width and size give the scores that float64 gives, or are refused."""

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.calibration.calibration import Calibration
from speechdistill.verification.metrics import eer
from speechdistill.verification.scoring import Cohort, TrialScorer, fit_backend
from speechdistill.verification.scoring.embedding_measures import embedding_magnitudes
from speechdistill.verification.scoring.embeddings import load_embeddings
from speechdistill.verification.trials.enrolment import average_enrolment
from speechdistill.verification.trials.speakers import SpeakerStatistics, speaker_means, unit_length

SPEAKERS = np.repeat(np.arange(40), 6)
GENERATOR = np.random.default_rng(0)
ROWS = GENERATOR.normal(size=(40, 8))[SPEAKERS] + 0.7 * GENERATOR.normal(size=(240, 8))
IDS = [f"s{speaker}/{row}" for row, speaker in enumerate(SPEAKERS)]
NAMES = [f"s{speaker}" for speaker in SPEAKERS]
FIRST, SECOND = np.triu_indices(240, 1)
IS_TARGET = SPEAKERS[FIRST] == SPEAKERS[SECOND]


def keyed(rows):
    return KeyedVectors(IDS, rows)


def scores(rows, cohort=False, **learnt):
    embeddings = keyed(rows)
    fitted = fit_backend(embeddings, NAMES, **learnt)
    mapped = fitted.apply(embeddings)
    people = Cohort(speaker_means(mapped, NAMES), 10) if cohort else None
    return TrialScorer(mapped, mapped, fitted.comparison, people).scores(FIRST, SECOND)


SIZES = {
    "half, long": (ROWS * 1000).astype(np.float16),
    "half, short": (ROWS * 1e-3).astype(np.float16),
    "single, long": (ROWS * 1e20).astype(np.float32),
    "single, longest": (ROWS * 1e37).astype(np.float32),
    "single, short": (ROWS * 1e-30).astype(np.float32),
    "double, long": ROWS * 1e200,
    "double, short": ROWS * 1e-200,
    "bytes": np.clip(np.round(ROWS * 40), -128, 127).astype(np.int8),
    "integers": np.round(ROWS * 1e6).astype(np.int64),
    "big-endian": ROWS.astype(">f4"),
}


@pytest.mark.parametrize("name", SIZES)
def test_cosines(name):
    rows = SIZES[name]
    embeddings = keyed(rows)
    found = TrialScorer(embeddings, embeddings).scores(FIRST, SECOND)
    exact = rows.astype(np.float64) / np.abs(rows.astype(np.float64)).max()
    exact = exact / np.linalg.norm(exact, axis=1, keepdims=True)
    np.testing.assert_allclose(found, (exact @ exact.T)[FIRST, SECOND], atol=1e-5)


@pytest.mark.parametrize("name", [name for name in SIZES if not name.startswith("double")])
@pytest.mark.parametrize(
    "learnt",
    [
        {"subtract_mean": True},
        {"whiten": True},
        {"lda_dimension": 5},
        {"plda": True},
        {"subtract_mean": True, "cohort": True},
    ],
)
def test_learnt_back_ends(name, learnt):
    expected = scores(ROWS, **learnt)
    found = scores(SIZES[name], **learnt)
    sides = [eer(each[IS_TARGET], each[~IS_TARGET]) for each in (found, expected)]
    assert sides[0] == pytest.approx(sides[1], abs=0.015)


@pytest.mark.parametrize("name", SIZES)
def test_means_and_magnitudes(name):
    rows = SIZES[name]
    exact = rows.astype(np.float64)
    size = np.abs(exact).max()
    norms = size * np.linalg.norm(exact / size, axis=1)
    np.testing.assert_allclose(embedding_magnitudes(rows), norms, rtol=1e-6)
    mean = average_enrolment({"m": IDS[:3]}, keyed(rows)).embeddings["m"]
    np.testing.assert_allclose(mean, (exact[:3] / norms[:3, None]).mean(axis=0), atol=1e-6)


def test_rows_of_different_sizes():
    rows = np.array([[3e25, 4e25], [3e-35, 4e-35], [0, 0], [3, 4], [np.inf, 1]], np.float32)
    found = unit_length(rows)
    np.testing.assert_allclose(found[[0, 1, 3]], [[0.6, 0.8]] * 3, rtol=1e-6)
    assert np.isnan(found[[2, 4]]).any(axis=1).all()


@pytest.mark.parametrize("kind", ["?", "c8", "O", "U3"])
def test_what_is_no_real_number_is_refused(tmp_path, kind):
    rows = np.ones((2, 2)).astype(kind)
    with pytest.raises(InputError, match="real numbers"):
        KeyedVectors(["a", "b"], rows)
    (tmp_path / "e.ids").write_text("a\nb\n")
    np.save(tmp_path / "e.npy", rows)
    np.savez(tmp_path / "e.npz", a=rows[0], b=rows[1])
    for name in ("e.npy", "e.npz"):
        with pytest.raises(InputError, match=rf"{name}.*(real numbers|is broken)") as error:
            load_embeddings(tmp_path / name)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("noise", [0, 1e-7, 1e-4])
@pytest.mark.parametrize(
    "learnt",
    [{"whiten": True}, {"lda_dimension": 8}, {"plda": True}, {"whiten": True, "plda": True}],
)
def test_dimensions_that_hardly_vary_are_left_out_and_said(noise, learnt, caplog):
    expected = scores(ROWS, **learnt)
    flat = 0.5 + noise * np.random.default_rng(1).normal(size=(240, 30))
    found = scores(np.concatenate([ROWS, flat], axis=1), **learnt)
    rates = [eer(each[IS_TARGET], each[~IS_TARGET]) for each in (found, expected)]
    assert rates[0] == pytest.approx(rates[1], abs=0.03)
    assert "of 38 dimensions" in caplog.text


def test_a_mean_far_off_does_not_cancel_the_rest():
    statistics = SpeakerStatistics.of(keyed(ROWS + 1e8), NAMES)
    expected = SpeakerStatistics.of(keyed(ROWS), NAMES)
    np.testing.assert_allclose(statistics.within, expected.within, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("learnt", [{"plda": True}, {"lda_dimension": 1, "plda": True}])
def test_one_speaker_teaches_nothing(learnt):
    with pytest.raises(InputError, match=r"1 speaker of 240|it is 1 to 0"):
        fit_backend(keyed(ROWS), ["everybody"] * 240, **learnt)


def test_speakers_that_do_not_differ():
    rows = np.concatenate([ROWS[:20]] * 2)
    embeddings = KeyedVectors([f"a/{row}" for row in range(40)], rows)
    with pytest.raises(InputError, match="2 training speakers do not differ"):
        fit_backend(embeddings, ["a"] * 20 + ["b"] * 20, whiten=True, lda_dimension=None, plda=True)


@pytest.mark.parametrize("size", [1e-200, 1e-30, 1e20, 1e200])
def test_calibration_at_every_size(size):
    labels = np.repeat([1, 0], 500)
    raw = np.random.default_rng(0).normal(2.0 * labels, 1)
    expected = Calibration.fit(raw, labels).llrs(raw)
    np.testing.assert_allclose(Calibration.fit(raw * size, labels).llrs(raw * size), expected)
