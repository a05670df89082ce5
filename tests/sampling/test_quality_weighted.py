import numpy as np
import pytest
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
