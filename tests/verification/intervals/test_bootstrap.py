"""The bootstrap against literal resampling, and the paired test against what is known."""

from functools import partial

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.verification.intervals.bootstrap import SpeakerBootstrap
from speechdistill.verification.intervals.replicated import relative_change
from speechdistill.verification.intervals.trial_costs import act_dcf_costs, cllr_costs
from speechdistill.verification.metrics import (
    DetCurve,
    DetectionCost,
    act_dcf,
    cllr,
    eer,
    min_dcf,
)
from speechdistill.verification.trials.trial_list import TrialList

METRICS = {"EER": DetCurve.eer, "minDCF": DetCurve.min_dcf}


def make_trials(speakers=12, per_speaker=4, nontargets=300, seed=0):
    generator = np.random.default_rng(seed)
    enrol = np.repeat(np.arange(speakers), per_speaker)
    first = generator.integers(speakers, size=nontargets)
    second = (first + generator.integers(1, speakers, size=nontargets)) % speakers
    labels = np.r_[np.ones(len(enrol)), np.zeros(nontargets)].astype(int)
    return labels, np.r_[enrol, first], np.r_[enrol, second]


def make_scores(labels, enrol, test, noise, seed):
    """Some speakers are hard: their trials lie low together, as in real lists."""
    generator = np.random.default_rng(seed)
    hardness = 0.5 * np.random.default_rng(9).normal(size=enrol.max() + 1)
    scores = 2 * labels + hardness[enrol] + hardness[test]
    return (scores + noise * generator.normal(size=len(labels))).round(2)


def resample(counts, labels, enrol, test, scores):
    """Make the trials of a population of sampled people, where a person sampled twice is two."""
    people = [speaker for speaker, count in enumerate(counts) for _ in range(count)]
    targets, nontargets = [], []
    for person in people:
        targets.extend(scores[(labels == 1) & (enrol == person)])
    for one, first in enumerate(people):
        for other, second in enumerate(people):
            if one != other:
                nontargets.extend(scores[(labels == 0) & (enrol == first) & (test == second)])
    return targets, nontargets


def test_replicates_are_literal_resampling():
    labels, enrol, test = make_trials(nontargets=80)
    scores = make_scores(labels, enrol, test, 1.0, seed=1)
    bootstrap = SpeakerBootstrap(labels, enrol, test, replicates=20, seed=3)
    found = bootstrap.evaluate(scores, METRICS)
    for replicate, counts in enumerate(bootstrap.sampled_counts()):
        assert counts.sum() == 12
        sides = resample(counts, labels, enrol, test, scores)
        assert found["EER"].replicates[replicate] == pytest.approx(eer(*sides))
        assert found["minDCF"].replicates[replicate] == pytest.approx(min_dcf(*sides))
    is_target = labels == 1
    assert found["EER"].value == eer(scores[is_target], scores[~is_target])


def test_mean_costs_are_literally_resampled_too():
    labels, enrol, test = make_trials(nontargets=80)
    llrs = make_scores(labels, enrol, test, 1.0, seed=1) - 1
    bootstrap = SpeakerBootstrap(labels, enrol, test, replicates=20, seed=3)
    cost = DetectionCost(0.2, 1, 3)
    metrics = [
        (cllr_costs(llrs, labels), cllr),
        (act_dcf_costs(llrs, labels, cost), partial(act_dcf, p_target=0.2, c_miss=1, c_fa=3)),
    ]
    for costs, metric in metrics:
        found = bootstrap.evaluate_mean(costs)
        assert found.value == pytest.approx(metric(llrs[labels == 1], llrs[labels == 0]))
        for replicate, counts in enumerate(bootstrap.sampled_counts()):
            expected = metric(*resample(counts, labels, enrol, test, llrs))
            assert found.replicates[replicate] == pytest.approx(expected)


def test_speaker_numbers_may_have_gaps():
    labels, enrol, test = make_trials()
    scores = make_scores(labels, enrol, test, 1.0, seed=1)
    dense = SpeakerBootstrap(labels, enrol, test, 50)
    sparse = SpeakerBootstrap(labels, 3 * enrol + 2, 3 * test + 2, 50)
    assert sparse.n_speakers == dense.n_speakers == 12
    for metric in METRICS:
        one, other = (each.evaluate(scores, METRICS)[metric] for each in (dense, sparse))
        np.testing.assert_array_equal(one.replicates, other.replicates)


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    """New people each time, from a population whose EER is known from very many of them."""
    generator = np.random.default_rng(0)

    def sample_population(speakers):
        labels, enrol, test = make_trials(speakers, 4, 30 * speakers, seed=generator)
        hardness = 0.5 * generator.normal(size=speakers)
        noise = generator.normal(size=len(labels))
        return labels, enrol, test, 2 * labels + hardness[enrol] + hardness[test] + noise

    labels, *_, scores = sample_population(20_000)
    truth = eer(scores[labels == 1], scores[labels == 0])
    covered = 0
    for _ in range(100):
        labels, enrol, test, scores = sample_population(40)
        bootstrap = SpeakerBootstrap(labels, enrol, test, replicates=200)
        low, high = bootstrap.evaluate(scores, {"EER": DetCurve.eer})["EER"].interval()
        covered += low <= truth <= high
    assert 88 <= covered <= 99


def test_speakers_that_no_replicate_can_do_without():
    """One target speaker among three: a replicate without them has no EER and is left out."""
    labels, enrol, test = np.array([1, 0, 0]), np.array([0, 1, 2]), np.array([0, 2, 1])
    bootstrap = SpeakerBootstrap(labels, enrol, test, replicates=200)
    found = bootstrap.evaluate(np.array([1.0, 0.0, -1.0]), METRICS)["EER"]
    undefined = [
        counts[0] == 0 or counts[1] * counts[2] == 0 for counts in bootstrap.sampled_counts()
    ]
    np.testing.assert_array_equal(np.isnan(found.replicates), undefined)
    means = bootstrap.evaluate_mean(np.ones(3))
    np.testing.assert_array_equal(np.isnan(means.replicates), undefined)
    assert found.interval() == (0, 0)


def test_order_of_trials_does_not_matter():
    labels, enrol, test = make_trials()
    scores = make_scores(labels, enrol, test, 1.0, seed=1)
    order = np.random.default_rng(0).permutation(len(labels))
    value = SpeakerBootstrap(labels, enrol, test, 50).evaluate(scores, METRICS)["EER"]
    again = SpeakerBootstrap(labels[order], enrol[order], test[order], 50)
    shuffled = again.evaluate(scores[order], METRICS)["EER"]
    np.testing.assert_allclose(value.replicates, shuffled.replicates)


def test_the_interval_covers_the_value_and_narrows_with_speakers():
    widths = []
    for speakers in (8, 64):
        labels, enrol, test = make_trials(speakers, nontargets=1000)
        scores = make_scores(labels, enrol, test, 1.0, seed=1)
        found = SpeakerBootstrap(labels, enrol, test, 300).evaluate(scores, METRICS)["EER"]
        low, high = found.interval()
        assert low <= found.value <= high
        widths.append(high - low)
    assert widths[1] < widths[0]


def test_the_paired_test_sees_a_real_gain_and_none_where_there_is_none():
    labels, enrol, test = make_trials(40, 10, nontargets=2000)
    bootstrap = SpeakerBootstrap(labels, enrol, test, 400, seed=1)
    worse = bootstrap.evaluate(make_scores(labels, enrol, test, 1.4, seed=1), METRICS)["EER"]
    better = bootstrap.evaluate(make_scores(labels, enrol, test, 0.7, seed=2), METRICS)["EER"]
    gain = relative_change(worse, better)
    assert gain.value < 0 and gain.high < 0 and gain.p_value < 0.05
    assert gain.low <= gain.value <= gain.high
    nothing = relative_change(worse, worse)
    assert (nothing.value, nothing.low, nothing.high, nothing.p_value) == (0, 0, 0, 1)


def test_labels_that_contradict_the_speakers_are_refused():
    with pytest.raises(InputError, match="contradict"):
        SpeakerBootstrap(np.array([1, 0]), np.array([0, 0]), np.array([1, 1]))


def test_one_speaker_has_no_interval():
    with pytest.raises(InputError, match="at least two"):
        SpeakerBootstrap(np.array([1]), np.array([0]), np.array([0]))


def test_speakers_come_from_the_names():
    trials = TrialList(
        ["a/v/1.wav", "a/w/1.wav", "b/v/1.wav"],
        np.array([0, 0]),
        np.array([1, 2]),
        np.array([1, 0]),
    )
    assert SpeakerBootstrap.of(trials, 10, 0).n_speakers == 2
