import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from speechdistill.distillation.quality_maps import LinearMap, RankMap, SigmoidMap, SoftmaxMap

MAPS = [
    LinearMap(),
    RankMap(),
    SoftmaxMap(0.05),
    SoftmaxMap(0.5),
    SigmoidMap(0.5, 10),
    SigmoidMap(0.2, 1000),
]
batches = st.lists(st.floats(0, 1, width=32), min_size=1, max_size=40)


@given(batches, st.sampled_from(MAPS))
def test_values_are_in_range_and_in_the_order_of_quality(batch, quality_map):
    quality = torch.tensor(batch)
    value = quality_map(quality)
    assert value.shape == quality.shape and value.dtype == quality.dtype
    assert value.min() >= 0 and value.max() <= 1
    # The last values of a vector are computed apart and may round otherwise.
    ordered = value[quality.argsort()]
    assert torch.all(ordered[1:] >= ordered[:-1] * (1 - 1e-6))
    first = torch.tensor(batch).eq(batch[0])
    torch.testing.assert_close(value[first], value[0].expand(int(first.sum())))


@given(batches)
def test_ranks_are_those_of_scipy(batch):
    expected = (stats.rankdata(np.float32(batch)) - 0.5) / len(batch)
    np.testing.assert_allclose(RankMap()(torch.tensor(batch)).numpy(), expected, rtol=1e-5)


@given(batches, st.floats(0.05, 5), st.floats(-1, 2), st.floats(0.1, 50))
def test_softmax_and_sigmoid_are_their_formulas(batch, temperature, centre, slope):
    quality = torch.tensor(batch, dtype=torch.float64)
    best = max(batch)
    for value, q in zip(SoftmaxMap(temperature)(quality).tolist(), batch, strict=True):
        assert value == pytest.approx(math.exp((q - best) / temperature))
    for value, q in zip(SigmoidMap(centre, slope)(quality).tolist(), batch, strict=True):
        assert value == pytest.approx(1 / (1 + math.exp(-slope * (q - centre))))


def test_softmax_of_mean_one_is_the_softmax():
    quality = torch.rand(9, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    value = SoftmaxMap(0.2)(quality)
    torch.testing.assert_close(value / value.sum(), torch.softmax(quality / 0.2, 0))


@pytest.mark.parametrize("wrong", [0, -1, float("nan")])
def test_wrong_arguments(wrong):
    with pytest.raises(ValueError, match="temperature"):
        SoftmaxMap(wrong)
    with pytest.raises(ValueError, match="slope"):
        SigmoidMap(0.5, wrong)


@pytest.mark.parametrize("quality_map", MAPS)
def test_nothing_is_mapped_to_nothing(quality_map):
    assert len(quality_map(torch.zeros(0))) == 0
