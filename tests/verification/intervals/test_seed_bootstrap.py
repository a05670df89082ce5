"""The bootstrap over seeds and speakers against literal resampling and known coverage."""

import numpy as np
import pytest

from speechdistill.verification.intervals.bootstrap import SpeakerBootstrap
from speechdistill.verification.intervals.replicated import Replicated, relative_change
from speechdistill.verification.intervals.seed_bootstrap import (
    mean_over_conditions,
    mean_over_seeds,
    seed_shares,
)
from speechdistill.verification.metrics import DetCurve, eer
from tests.verification.intervals.test_bootstrap import make_scores, make_trials, resample

EER = {"EER": DetCurve.eer}


def evaluate(bootstrap, scores):
    return bootstrap.evaluate(scores, EER)["EER"]


def test_replicates_are_literal_resampling_of_speakers_and_seeds():
    labels, enrol, test = make_trials(nontargets=80)
    bootstrap = SpeakerBootstrap(labels, enrol, test, replicates=12, seed=3)
    scores = {seed: make_scores(labels, enrol, test, 1.0, seed) for seed in (2, 5, 9)}
    by_seed = {seed: evaluate(bootstrap, found) for seed, found in scores.items()}
    mean = mean_over_seeds(by_seed, bootstrap_seed=3)
    ranks = {seed: np.random.default_rng([3, seed]).random((2, 12)) for seed in scores}
    for replicate, counts in enumerate(bootstrap.sampled_counts()):
        sampled = [
            min(scores, key=lambda s, d=sample: ranks[s][d, replicate]) for sample in range(2)
        ]
        eers = [eer(*resample(counts, labels, enrol, test, scores[seed])) for seed in sampled]
        assert mean.replicates[replicate] == pytest.approx(np.mean(eers))
    assert mean.value == pytest.approx(np.mean([found.value for found in by_seed.values()]))


def test_one_seed_is_the_bootstrap_over_speakers():
    labels, enrol, test = make_trials()
    bootstrap = SpeakerBootstrap(labels, enrol, test, replicates=50)
    alone = evaluate(bootstrap, make_scores(labels, enrol, test, 1.0, seed=1))
    mean = mean_over_seeds({7: alone}, bootstrap_seed=0)
    assert mean.value == alone.value
    np.testing.assert_array_equal(mean.replicates, alone.replicates)


def test_seeds_are_sampled_evenly_and_one_fewer_than_there_are():
    shares = seed_shares([1, 2, 3, 4], replicates=4000, bootstrap_seed=0)
    np.testing.assert_allclose(shares.sum(axis=0), 1)
    assert set(np.round(3 * shares).ravel().tolist()) <= {0, 1, 2, 3}
    np.testing.assert_allclose(shares.mean(axis=1), 0.25, atol=0.015)


def test_the_variance_over_seeds_has_no_bias():
    values = np.random.default_rng(0).normal(size=5)
    by_seed = {seed: Replicated(value, np.full(20_000, value)) for seed, value in enumerate(values)}
    mean = mean_over_seeds(by_seed, bootstrap_seed=0)
    assert mean.replicates.var() == pytest.approx(values.var(ddof=1) / 5, rel=0.05)


def test_systems_sample_the_same_seeds_as_often_as_can_be():
    same = seed_shares([1, 2, 3], 500, 0)
    np.testing.assert_array_equal(same, seed_shares([1, 2, 3], 500, 0))
    more = seed_shares([1, 2, 3, 4], 500, 0)
    # Where the seed that only one system has is not sampled, the samples differ by the third alone.
    without = more[3] == 0
    assert without.mean() > 0.3
    difference = np.abs(3 * more[:3, without] - 2 * same[:, without])
    np.testing.assert_allclose(difference.sum(axis=0), 1)


def test_pairing_by_seed_narrows_a_change():
    """Seeds that are good for both systems: what they share does not count."""
    luck = np.linspace(-0.03, 0.03, 5)
    before = {seed: Replicated(0.10 + x, np.full(1000, 0.10 + x)) for seed, x in enumerate(luck)}
    after = {seed: Replicated(0.09 + x, np.full(1000, 0.09 + x)) for seed, x in enumerate(luck)}
    other_seeds = {seed + 10: found for seed, found in after.items()}
    baseline = mean_over_seeds(before, 0)
    paired = relative_change(baseline, mean_over_seeds(after, 0))
    unpaired = relative_change(baseline, mean_over_seeds(other_seeds, 0))
    assert paired.value == pytest.approx(unpaired.value) == pytest.approx(-0.1)
    assert paired.p_value < 0.01 < unpaired.p_value
    assert paired.high - paired.low < 0.2 * (unpaired.high - unpaired.low)


def test_conditions_are_averaged_within_a_replicate():
    labels, enrol, test = make_trials()
    bootstrap = SpeakerBootstrap(labels, enrol, test, replicates=30)
    found = [
        evaluate(bootstrap, make_scores(labels, enrol, test, noise, seed=1)) for noise in (1, 2, 3)
    ]
    mean = mean_over_conditions(found)
    assert mean.value == pytest.approx(sum(one.value for one in found) / 3)
    for replicate in range(30):
        expected = sum(one.replicates[replicate] for one in found) / 3
        assert mean.replicates[replicate] == pytest.approx(expected)


@pytest.mark.slow
@pytest.mark.parametrize("luck", [0.0, 0.3])
def test_intervals_cover_the_truth_at_least_about_as_often_as_they_say(luck):
    """New people and new students each time; also where seeds differ more than people."""
    generator = np.random.default_rng(0)

    def sample(speakers, students):
        labels, enrol, test = make_trials(speakers, 4, 30 * speakers, seed=generator)
        hardness = 0.5 * generator.normal(size=speakers)
        scores = []
        for _ in range(students):
            own = hardness + 0.3 * generator.normal(size=speakers)
            separation = 2 + luck * generator.normal()
            noise = generator.normal(size=len(labels))
            scores.append(separation * labels + own[enrol] + own[test] + noise)
        return labels, enrol, test, scores

    labels, *_, scores = sample(2000, 60)
    truth = np.mean([eer(found[labels == 1], found[labels == 0]) for found in scores])
    covered = 0
    for number in range(80):
        labels, enrol, test, scores = sample(40, 5)
        bootstrap = SpeakerBootstrap(labels, enrol, test, replicates=200, seed=number)
        by_seed = {seed: evaluate(bootstrap, found) for seed, found in enumerate(scores)}
        low, high = mean_over_seeds(by_seed, number).interval()
        covered += low <= truth <= high
    assert covered >= 71
