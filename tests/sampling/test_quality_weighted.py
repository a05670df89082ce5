import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from speechdistill.distillation.quality_maps import RankMap, SigmoidMap
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.sampling import QualityWeighted

QUALITIES = np.array([0.0, 0.1, 0.5, 0.5, 0.9, 1.0])


def make(qualities=QUALITIES, batch_size=3, **options):
    return QualityWeighted(np.zeros(len(qualities)), qualities, batch_size, 1, **options)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"floor": 0.1}, 0.1 + 0.9 * QUALITIES),
        ({"floor": 1.0}, np.ones(6)),
        (
            {"floor": 0.2, "map": RankMap()},
            0.2 + 0.8 * (np.array([1, 2, 3.5, 3.5, 5, 6]) - 0.5) / 6,
        ),
        (
            {"floor": 0.1, "map": SigmoidMap(0.5, 8)},
            0.1 + 0.9 / (1 + np.exp(-8 * (QUALITIES - 0.5))),
        ),
    ],
)
def test_utterances_are_sampled_as_often_as_expected(options, expected):
    sampler = make(**options)
    counts = np.zeros(6)
    for epoch in range(3000):
        sampler.set_epoch(epoch)
        counts += np.bincount(np.concatenate(list(sampler)), minlength=6)
    assert counts.sum() == 18_000
    assert stats.chisquare(counts, expected / expected.sum() * counts.sum()).pvalue > 1e-4


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=50), st.floats(0.01, 1))
def test_effective_sample_size_is_the_inverse_chance_of_a_repetition(qualities, floor):
    weights = [floor + (1 - floor) * quality for quality in qualities]
    chances = [weight / sum(weights) for weight in weights]
    size = make(np.array(qualities), 1, floor=floor).expected_effective_sample_size
    assert size == pytest.approx(1 / sum(chance**2 for chance in chances), rel=1e-4)


def test_repetitions_are_as_frequent_as_the_effective_sample_size_says():
    sampler = make(np.repeat(QUALITIES, 5_000), 2, floor=0.1)
    pairs = np.array(list(sampler)) // 5_000
    repeated = np.mean(pairs[:, 0] == pairs[:, 1])
    size = make(floor=0.1).expected_effective_sample_size
    assert 1 / repeated == pytest.approx(size, rel=0.05)


def test_it_comes_from_yaml():
    text = "sampler: !name:speechdistill.sampling.QualityWeighted {floor: 0.1}"
    sampler = Hyperparameters(text, "distill.yaml").build({}, {})["sampler"]
    made = sampler(np.zeros(6), QUALITIES, 2, 1)
    assert made.weights.tolist() == pytest.approx(0.1 + 0.9 * QUALITIES)


@pytest.mark.parametrize("floor", [0, -1, 1.5, float("nan")])
def test_the_floor_is_a_share(floor):
    with pytest.raises(ValueError, match="floor"):
        make(floor=floor)


def test_wrong_weights():
    with pytest.raises(ValueError, match="weights of items"):
        make(np.array([0.5, float("nan")]), 1, floor=0.5)
