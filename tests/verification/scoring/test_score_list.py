"""From lists and embeddings to score files, block by block; what is missing is listed."""

import logging

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.scoring import Cohort, adaptive_snorm, cosine_scores
from speechdistill.verification.scoring.score_files import read_scores
from speechdistill.verification.scoring.score_list import HEADING, score_list
from speechdistill.verification.trials.trial_list import TrialList

IDS = [f"s{number % 7}/{number}" for number in range(40)]
GENERATOR = np.random.default_rng(0)
VECTORS = KeyedVectors(IDS, GENERATOR.normal(size=(40, 6)))
COHORT = KeyedVectors([str(row) for row in range(20)], GENERATOR.normal(size=(20, 6)))


@pytest.fixture
def trials(tmp_path):
    pairs = GENERATOR.integers(40, size=(2, 500))
    labels = (pairs[0] % 7 == pairs[1] % 7).astype(np.int8)
    trials = TrialList([f"{name}.wav" for name in IDS], *pairs, labels)
    trials.save(tmp_path / "list.txt")
    return trials


@pytest.mark.parametrize("block_bytes", [1, 300, 1 << 22])
def test_blocks_do_not_change_scores(tmp_path, trials, block_bytes):
    listed, output = tmp_path / "list.txt", tmp_path / "scores" / "list.txt"
    score_list(listed, VECTORS, VECTORS, output, block_bytes=block_bytes)
    expected = cosine_scores(trials, VECTORS, VECTORS)
    np.testing.assert_array_equal(read_scores(trials, output).astype(np.float32), expected)
    first = f"{trials.names[trials.enrol[0]]} {trials.names[trials.test[0]]} "
    assert output.read_text().startswith(first)
    score_list(listed, VECTORS, VECTORS, output, cohort=Cohort(COHORT, 5), block_bytes=block_bytes)
    expected = adaptive_snorm(trials, VECTORS, VECTORS, COHORT, top_n=5)
    np.testing.assert_allclose(read_scores(trials, output), expected, rtol=1e-5, atol=1e-5)


def test_sides_of_their_own(tmp_path, trials):
    other = KeyedVectors(IDS[::-1], GENERATOR.normal(size=(40, 6)))
    score_list(tmp_path / "list.txt", other, VECTORS, tmp_path / "scores")
    expected = cosine_scores(trials, other, VECTORS)
    np.testing.assert_array_equal(
        read_scores(trials, tmp_path / "scores").astype(np.float32), expected
    )


def test_trials_without_labels(tmp_path):
    (tmp_path / "list").write_text(f"{IDS[0]}.wav\t{IDS[1]}.wav\n\n")
    score_list(tmp_path / "list", VECTORS, VECTORS, tmp_path / "scores")
    assert (tmp_path / "scores").read_text().startswith(f"{IDS[0]}.wav {IDS[1]}.wav ")


@pytest.mark.parametrize("block_bytes", [1, 1 << 22])
def test_what_is_missing_is_listed(tmp_path, trials, caplog, block_bytes):
    some = KeyedVectors(IDS[1:], VECTORS.vectors[1:])
    listed, output = tmp_path / "list.txt", tmp_path / "scores.txt"
    is_missing = (trials.enrol == 0) | (trials.test == 0)
    message = f"{is_missing.sum()} of 500 trials .* name 1 utterances without embedding"
    with pytest.raises(InputError, match=message):
        score_list(listed, some, some, output, block_bytes=block_bytes)
    assert not output.exists()
    assert (tmp_path / "scores.missing").read_text() == HEADING + f"{IDS[0]}.wav\n"
    with caplog.at_level(logging.WARNING):
        score_list(listed, some, some, output, skipped_limit=0.2, block_bytes=block_bytes)
    assert f"{is_missing.sum()} of 500" in caplog.text
    scores = read_scores(trials, output)
    np.testing.assert_array_equal(np.isnan(scores), is_missing)
    expected = cosine_scores(trials, VECTORS, VECTORS)[~is_missing]
    np.testing.assert_array_equal(scores[~is_missing].astype(np.float32), expected)
    score_list(listed, VECTORS, VECTORS, output)
    assert not (tmp_path / "scores.missing").exists()


def test_nothing_left_is_an_error_at_any_limit(tmp_path, trials):
    strangers = KeyedVectors(["x", "y"], np.eye(2))
    with pytest.raises(InputError, match="500 of 500"):
        score_list(tmp_path / "list.txt", strangers, strangers, tmp_path / "out", skipped_limit=1)
