"""Statistics, mean subtraction, whitening and LDA against loops and scikit-learn."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.scoring import fit_backend
from speechdistill.verification.scoring.transforms import lda, mean_subtraction, whitening
from speechdistill.verification.trials import speakers as speakers_module
from speechdistill.verification.trials.speakers import (
    SpeakerStatistics,
    speaker_means,
    speakers_of,
    unit_length,
)

GENERATOR = np.random.default_rng(0)
SPEAKERS = [f"s{number}" for number in GENERATOR.integers(12, size=300)]
ROWS = GENERATOR.normal(size=(12, 6))[[int(name[1:]) for name in SPEAKERS]]
ROWS = (ROWS + GENERATOR.normal(size=ROWS.shape)) @ GENERATOR.normal(size=(6, 6)) + 5
TRAINING = KeyedVectors([f"{name}/{row}" for row, name in enumerate(SPEAKERS)], ROWS)
STATISTICS = SpeakerStatistics.of(TRAINING, SPEAKERS)


def test_statistics_against_a_loop(monkeypatch):
    monkeypatch.setattr(speakers_module, "ROWS_AT_ONCE", 7)
    statistics = SpeakerStatistics.of(TRAINING, SPEAKERS)
    within = np.zeros((6, 6))
    for row, name in enumerate(statistics.speakers):
        own = ROWS[[speaker == name for speaker in SPEAKERS]]
        assert statistics.counts[row] == len(own)
        np.testing.assert_allclose(statistics.means[row], own.mean(axis=0))
        within += (own - own.mean(axis=0)).T @ (own - own.mean(axis=0))
    np.testing.assert_allclose(statistics.within, within, rtol=1e-9)
    np.testing.assert_allclose(statistics.mean, ROWS.mean(axis=0))
    total = statistics.within_covariance + statistics.between_covariance
    np.testing.assert_allclose(total, np.cov(ROWS.T, bias=True))


def test_mapped_statistics_are_those_of_the_mapped_set():
    transform = whitening(STATISTICS)
    mapped = transform.map_statistics(STATISTICS)
    again = SpeakerStatistics.of(TRAINING, SPEAKERS, transform)
    np.testing.assert_allclose(mapped.means, again.means, atol=1e-9)
    np.testing.assert_allclose(mapped.within, again.within, atol=1e-7)


def test_mean_subtraction():
    mapped = mean_subtraction(STATISTICS).apply(TRAINING)
    np.testing.assert_allclose(mapped.vectors, ROWS - ROWS.mean(axis=0), atol=1e-5)


def test_whitening_against_scikit_learn():
    mapped = whitening(STATISTICS)(ROWS)
    np.testing.assert_allclose(np.cov(mapped.T, bias=True), np.eye(6), atol=1e-9)
    expected = PCA(whiten=True).fit_transform(ROWS) * np.sqrt(len(ROWS) / (len(ROWS) - 1))
    np.testing.assert_allclose(np.abs(mapped[:, ::-1]), np.abs(expected), atol=1e-8)


@pytest.mark.parametrize("dimension", [1, 3, 6])
def test_lda_against_scikit_learn(dimension):
    mapped = lda(STATISTICS, dimension)(ROWS)
    oracle = LinearDiscriminantAnalysis(solver="eigen", n_components=dimension)
    expected = oracle.fit(ROWS, SPEAKERS).transform(ROWS)
    expected -= expected.mean(axis=0)
    np.testing.assert_allclose(np.abs(mapped), np.abs(expected), rtol=1e-6, atol=1e-6)


def test_maps_one_after_another_are_one_map():
    fitted = fit_backend(
        TRAINING, SPEAKERS, subtract_mean=True, whiten=True, lda_dimension=3, plda=True
    )
    centred = ROWS - ROWS.mean(axis=0)
    step = SpeakerStatistics.of(KeyedVectors(TRAINING.ids, centred), SPEAKERS)
    white = whitening(step)(centred)
    step = SpeakerStatistics.of(KeyedVectors(TRAINING.ids, white), SPEAKERS)
    expected = unit_length(lda(step, 3)(white))
    found = fitted.apply(TRAINING).vectors
    np.testing.assert_allclose(np.abs(found), np.abs(expected), atol=1e-5)


def test_speakers_by_path_and_by_file(tmp_path):
    (tmp_path / "utt2spk").write_text("u1.wav a\n\nu2 b\n")
    assert speakers_of(["u2", "u1"], tmp_path / "utt2spk") == ["b", "a"]
    assert speakers_of(["a/x", "b"]) == ["a", "b"]
    with pytest.raises(InputError, match=r"does not name 1 of 2 utterances, such as u3"):
        speakers_of(["u1", "u3"], tmp_path / "utt2spk")
    with pytest.raises(InputError, match="cannot read"):
        speakers_of(["u1"], tmp_path / "nothing")
    (tmp_path / "utt2spk").write_text("u1 a b\n")
    with pytest.raises(InputError, match="line 1 is 'u1 a b'"):
        speakers_of(["u1"], tmp_path / "utt2spk")


def test_speaker_means_against_a_loop():
    means = speaker_means(TRAINING, SPEAKERS)
    for name in set(SPEAKERS):
        own = unit_length(ROWS[[speaker == name for speaker in SPEAKERS]]).mean(axis=0)
        np.testing.assert_allclose(means[name], own / np.linalg.norm(own), atol=1e-6)


def few(rows):
    return SpeakerStatistics.of(KeyedVectors(TRAINING.ids[:rows], ROWS[:rows]), SPEAKERS[:rows])


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda: whitening(few(4)), "span 3 of 6 dimensions"),
        (lambda: whitening(few(1)), "span 0 of 6 dimensions"),
        (lambda: lda(STATISTICS, 0), "it is 1 to 6"),
        (lambda: lda(STATISTICS, 7), "it is 1 to 6"),
        (lambda: lda(few(10), 1), "do not span 6 dimensions within the speakers"),
        (
            lambda: fit_backend(TRAINING, TRAINING.ids, plda=True),
            "300 training embeddings of 300 speakers do not span",
        ),
        (
            lambda: mean_subtraction(STATISTICS).apply(KeyedVectors(["a"], np.ones((1, 5)))),
            "embeddings of 5 dimensions, but the training embeddings have 6",
        ),
        (
            lambda: SpeakerStatistics.of(KeyedVectors(["a"], np.full((1, 2), np.nan)), ["a"]),
            "the training embedding of a is broken",
        ),
    ],
)
def test_what_cannot_be_learnt_is_named(work, message):
    with pytest.raises(InputError, match=message):
        work()
