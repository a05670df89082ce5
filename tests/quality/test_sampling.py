import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from speechdistill.hyperparameters import Hyperparameters
from speechdistill.quality.maps import RankMap, SigmoidMap
from speechdistill.quality.sampling import QualitySampler, QualitySampling

QUALITIES = np.array([0.0, 0.1, 0.5, 0.5, 0.9, 1.0])


@pytest.mark.parametrize(
    ("sampling", "expected"),
    [
        (QualitySampling(0.1), 0.1 + 0.9 * QUALITIES),
        (QualitySampling(1.0), np.ones(6)),
        (QualitySampling(0.2, RankMap()), 0.2 + 0.8 * (np.array([1, 2, 3.5, 3.5, 5, 6]) - 0.5) / 6),
        (
            QualitySampling(0.1, SigmoidMap(0.5, 8)),
            0.1 + 0.9 / (1 + np.exp(-8 * (QUALITIES - 0.5))),
        ),
    ],
)
def test_utterances_are_drawn_as_often_as_expected(sampling, expected):
    sampler = sampling.sampler(QUALITIES, seed=3)
    counts = np.zeros(6)
    for epoch in range(3000):
        sampler.set_epoch(epoch)
        drawn = list(sampler)
        assert len(drawn) == len(sampler) == 6
        counts += np.bincount(drawn, minlength=6)
    assert stats.chisquare(counts, expected / expected.sum() * counts.sum()).pvalue > 1e-4


def test_the_order_depends_on_seed_and_epoch_alone():
    def drawn(seed, epoch):
        torch.rand(epoch + 1)  # the global generator has no say
        sampler = QualitySampling(0.1).sampler(np.linspace(0, 1, 50), seed)
        sampler.set_epoch(epoch)
        return list(sampler)

    assert drawn(1, 1) == drawn(1, 1)
    assert drawn(1, 1) != drawn(1, 2)
    assert drawn(1, 1) != drawn(5, 1)


def test_an_epoch_can_be_repeated():
    sampler = QualitySampler([1.0, 2.0, 3.0], size=20, seed=1)
    assert list(sampler) == list(sampler)


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=50))
def test_effective_sample_size_is_the_inverse_chance_of_a_repetition(weights):
    chances = [weight / sum(weights) for weight in weights]
    size = QualitySampler(weights, 1, seed=1).expected_effective_sample_size
    assert size == pytest.approx(1 / sum(chance**2 for chance in chances), rel=1e-4)


def test_repetitions_are_as_frequent_as_the_effective_sample_size_says():
    sampler = QualitySampling(0.1).sampler(QUALITIES, seed=1)
    pairs = np.array(list(QualitySampler(sampler.weights.tolist(), 40_000, seed=1))).reshape(-1, 2)
    repeated = np.mean(pairs[:, 0] == pairs[:, 1])
    assert 1 / repeated == pytest.approx(sampler.expected_effective_sample_size, rel=0.05)


def test_it_comes_from_yaml():
    text = "sampling: !new:speechdistill.quality.sampling.QualitySampling {floor: 0.1}"
    sampling = Hyperparameters(text, "distill.yaml").build({}, {})["sampling"]
    assert sampling.sampler(QUALITIES, seed=1).weights.tolist() == pytest.approx(
        0.1 + 0.9 * QUALITIES
    )


@pytest.mark.parametrize("floor", [0, -1, 1.5, float("nan")])
def test_the_floor_is_a_share(floor):
    with pytest.raises(ValueError, match="floor"):
        QualitySampling(floor)


@pytest.mark.parametrize("weights", [[], [1.0, 0.0], [1.0, float("nan")], [-1.0]])
def test_wrong_weights(weights):
    with pytest.raises(ValueError, match="weights of utterances"):
        QualitySampler(weights, 3, seed=1)
