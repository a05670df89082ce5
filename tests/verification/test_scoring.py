"""Cosine scores against loops; utterances without embedding; score files."""

import numpy as np
import pytest

from speechdistill.errors import InputError
from speechdistill.keyed_vectors import KeyedVectors
from speechdistill.verification.score_files import read_scores, write_scores
from speechdistill.verification.scoring import cosine_scores, scorable_trials
from speechdistill.verification.trials import TrialList


def make_trials(count=20000, names=50):
    generator = np.random.default_rng(0)
    return TrialList(
        [f"s{number % 5}/v/{number}.wav" for number in range(names)],
        generator.integers(names, size=count),
        generator.integers(names, size=count),
        generator.integers(2, size=count),
    )


def make_vectors(trials, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(len(trials.names), 7))
    return KeyedVectors(list(reversed(trials.ids)), vectors)


@pytest.mark.parametrize("same", [True, False])
def test_scores_are_cosines(same):
    trials = make_trials()
    enrol = make_vectors(trials)
    test = enrol if same else make_vectors(trials, seed=1)
    scores = cosine_scores(trials, enrol, test)
    for number in (0, 1, 4095, 4096, 19999):
        a, b = enrol[trials.ids[trials.enrol[number]]], test[trials.ids[trials.test[number]]]
        expected = a @ b / np.sqrt((a @ a) * (b @ b))
        assert scores[number] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0])
def test_bad_embeddings_are_named(bad):
    trials = make_trials()
    vectors = make_vectors(trials)
    vectors.vectors[vectors.row_of["s3/v/8"]] = bad
    with pytest.raises(InputError, match="s3/v/8"):
        cosine_scores(trials, vectors, vectors)


def test_embeddings_that_are_missing(tmp_path):
    trials = make_trials()
    whole = make_vectors(trials)
    vectors = KeyedVectors(whole.ids[1:], whole.vectors[1:])
    gone = whole.ids[0] + ".wav"
    with pytest.raises(InputError, match=gone):
        cosine_scores(trials, vectors, vectors)
    listed = tmp_path / "missing.txt"
    with pytest.raises(InputError, match=gone):
        scorable_trials(trials, vectors, vectors, missing_limit=0.01, missing_list=listed)
    assert gone in listed.read_text()
    kept = scorable_trials(trials, vectors, vectors, missing_limit=0.1, missing_list=listed)
    position = trials.names.index(gone)
    is_kept = (trials.enrol != position) & (trials.test != position)
    assert len(kept) == is_kept.sum() < len(trials)
    np.testing.assert_array_equal(kept.labels, trials.labels[is_kept])
    assert len(cosine_scores(kept, vectors, vectors)) == len(kept)


def test_score_files_round_trip(tmp_path):
    trials = TrialList(
        ["a/1.wav", "a/2.wav", "b/1.wav"], np.array([0, 0]), np.array([1, 2]), np.array([1, 0])
    )
    scores = np.array([0.25, -0.5], dtype=np.float32)
    write_scores(trials, scores, tmp_path / "scores.txt")
    first = (tmp_path / "scores.txt").read_text().splitlines()[0].split()
    assert first[:2] == ["a/1.wav", "a/2.wav"] and float(first[2]) == 0.25
    back = read_scores(trials, tmp_path / "scores.txt")
    np.testing.assert_allclose(back, scores)
    with pytest.raises(InputError, match=r"nothing\.txt"):
        read_scores(trials, tmp_path / "nothing.txt")
    (tmp_path / "scores.txt").write_text("a/1.wav a/2.wav high\n")
    with pytest.raises(InputError, match=r"scores\.txt"):
        read_scores(trials, tmp_path / "scores.txt")


def test_scores_match_their_trials_in_any_order_and_by_id(tmp_path):
    trials = make_trials(count=500)
    scores = trials.enrol + trials.test / 100
    lines = [
        f"{trials.ids[enrol]} {trials.names[test]} {score}\n"
        for enrol, test, score in zip(trials.enrol, trials.test, scores, strict=True)
    ]
    shuffled = np.random.default_rng(1).permutation(lines)
    (tmp_path / "scores.txt").write_text("".join(shuffled))
    np.testing.assert_allclose(read_scores(trials, tmp_path / "scores.txt"), scores)

    gone = lines[7].split()[:2]
    kept = [line for line in shuffled if line.split()[:2] != gone]
    (tmp_path / "scores.txt").write_text("".join(kept))
    found = read_scores(trials, tmp_path / "scores.txt")
    is_gone = np.array([line.split()[:2] == gone for line in lines])
    np.testing.assert_array_equal(np.isnan(found), is_gone)
    np.testing.assert_allclose(found[~is_gone], scores[~is_gone])


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("", "is empty"),
        ("a/1.wav a/2.wav 1\na/1.wav b/1.wav nan\n", "line 2"),
        ("a/1.wav a/2.wav 1\na/1.wav b/1.wav\n", "line 2"),
        ("a/1.wav a/2.wav 1\na/1.wav c/1.wav 1\n", "a/1.wav c/1.wav, which"),
        ("a/2.wav b/1.wav 1\n", "a/2.wav b/1.wav, which"),
    ],
)
def test_what_is_wrong_with_a_score_file_is_named(tmp_path, lines, message):
    trials = TrialList(
        ["a/1.wav", "a/2.wav", "b/1.wav"], np.array([0, 0]), np.array([1, 2]), np.array([1, 0])
    )
    (tmp_path / "scores.txt").write_text(lines)
    with pytest.raises(InputError, match=message):
        read_scores(trials, tmp_path / "scores.txt")


def test_sides_of_different_dimension_are_refused():
    trials = make_trials()
    wide = make_vectors(trials)
    narrow = KeyedVectors(wide.ids, wide.vectors[:, :5])
    with pytest.raises(InputError, match="dimensions"):
        cosine_scores(trials, narrow, wide)
