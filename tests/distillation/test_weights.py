import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.distillation.quality_maps import LinearMap, RankMap, SigmoidMap, SoftmaxMap
from speechdistill.distillation.weights import (
    Difference,
    Minimum,
    Product,
    QualityWeights,
    StudentOnly,
    effective_sample_size,
)

qualities = st.floats(0, 1, width=32)
teachers = st.one_of(qualities, st.just(float("nan")))
batches = st.lists(st.tuples(qualities, teachers), min_size=1, max_size=64)
floors = st.floats(0.01, 1)


def tensors(batch):
    speech, teacher = zip(*batch, strict=True)
    return torch.tensor(speech), torch.tensor(teacher)


MAPS = [LinearMap(), RankMap(), SoftmaxMap(0.1), SigmoidMap(0.5, 10)]
maps = st.sampled_from(MAPS)


@given(batches, floors, st.sampled_from([Product(), Minimum(), StudentOnly()]), maps)
def test_weights_are_detached_floored_and_of_mean_one(batch, floor, combine, quality_map):
    speech, teacher = tensors(batch)
    weights = QualityWeights(floor, combine, quality_map)(speech.requires_grad_(), teacher)
    assert weights.shape == speech.shape
    assert not weights.requires_grad
    assert torch.isfinite(weights).all()
    assert weights.mean().item() == pytest.approx(1, abs=1e-5)
    assert weights.min() >= floor - 1e-5
    assert weights.max() <= (1 + 1e-5) / floor


@given(batches, floors, st.sampled_from([Product(), Minimum(), StudentOnly()]), maps)
def test_a_better_sample_never_weighs_less(batch, floor, combine, quality_map):
    speech, teacher = tensors(batch)
    quality = combine(speech, teacher)
    known = ~torch.isnan(quality)
    weights = QualityWeights(floor, combine, quality_map)(speech, teacher)
    ordered = weights[known][quality[known].argsort()]
    assert torch.all(ordered[1:] >= ordered[:-1])
    assert torch.all(weights[~known] == 1)


NAIVE_MAPS = {
    "linear": lambda q, others: q,
    "rank": lambda q, others: (
        (sum(other < q for other in others) + sum(other <= q for other in others)) / 2 / len(others)
    ),
    "softmax": lambda q, others: math.exp((q - max(others)) / 0.1),
    "sigmoid": lambda q, others: 1 / (1 + math.exp(-10 * (q - 0.5))),
}


@pytest.mark.parametrize(("name", "quality_map"), zip(NAIVE_MAPS, MAPS, strict=True))
@given(batches, floors)
def test_weights_are_what_a_loop_computes(name, quality_map, batch, floor):
    weights = QualityWeights(floor, Minimum(), quality_map)(*tensors(batch))
    known = [min(speech, teacher) for speech, teacher in batch if teacher == teacher]
    values = [floor + (1 - floor) * NAIVE_MAPS[name](q, known) for q in known]
    for weight, (speech, teacher) in zip(weights.tolist(), batch, strict=True):
        expected = 1.0
        if teacher == teacher:
            value = floor + (1 - floor) * NAIVE_MAPS[name](min(speech, teacher), known)
            expected = value / (sum(values) / len(values))
        assert weight == pytest.approx(expected, rel=1e-4)


@given(batches, floors)
def test_the_product_of_both_sides(batch, floor):
    weights = QualityWeights(floor, Product())(*tensors(batch))
    values = [floor + (1 - floor) * speech * teacher for speech, teacher in batch]
    known = [value for value in values if value == value]
    for weight, value in zip(weights.tolist(), values, strict=True):
        expected = value / (sum(known) / len(known)) if value == value else 1
        assert weight == pytest.approx(expected, rel=1e-4)


@given(qualities, qualities, st.integers(1, 50), floors, maps)
def test_equal_qualities_give_exactly_one(speech, teacher, size, floor, quality_map):
    weights = QualityWeights(floor, Product(), quality_map)(
        torch.full((size,), speech), torch.full((size,), teacher)
    )
    assert torch.equal(weights, torch.ones(size))


def test_speech_only_does_not_look_at_the_teacher():
    speech = torch.tensor([0.1, 0.9])
    weights = QualityWeights(0.2, StudentOnly())
    nobody = torch.full((2,), torch.nan)
    assert torch.equal(weights(speech, nobody), weights(speech, torch.tensor([1.0, 0.0])))
    assert weights(speech, nobody)[0] < 1 < weights(speech, nobody)[1]


def test_nobody_has_a_teacher():
    nobody = torch.full((3,), torch.nan)
    assert torch.equal(QualityWeights(0.2, Product())(torch.rand(3), nobody), torch.ones(3))


@pytest.mark.parametrize("floor", [-0.1, 1.1, math.nan])
def test_the_floor_is_a_share(floor):
    with pytest.raises(ValueError, match="floor"):
        QualityWeights(floor, Product())


slopes = st.floats(0.1, 10)
thresholds = st.floats(-0.9, 1.5)  # offset per slope


@given(batches, slopes, thresholds)
def test_the_difference_of_both_sides(batch, slope, threshold):
    weights = QualityWeights(0.0, Difference(slope, slope * threshold))(*tensors(batch))
    values = [max(slope * (teacher - speech + threshold), 0) for speech, teacher in batch]
    is_known = [teacher == teacher for _, teacher in batch]
    mean = sum(v for v, known in zip(values, is_known, strict=True) if known) / max(
        sum(is_known), 1
    )
    for weight, value, known in zip(weights.tolist(), values, is_known, strict=True):
        if not known:
            assert weight == 1
        elif mean > 1e-3:  # below, rounding of the difference decides
            assert weight == pytest.approx(value / mean, rel=1e-3, abs=1e-3)


@given(
    batches,
    st.sampled_from([Product(), Minimum(), StudentOnly(), Difference(1, 0), Difference(3, -2)]),
)
def test_without_a_floor_the_mean_is_one_or_all_are_zero(batch, combine):
    speech, teacher = tensors(batch)
    weights = QualityWeights(0.0, combine)(speech, teacher)
    known = weights[~torch.isnan(combine(speech, teacher))]
    assert torch.isfinite(weights).all() and (weights >= 0).all()
    assert (known == 0).all() or known.mean().item() == pytest.approx(1, abs=1e-4)


@given(st.integers(1, 30))
def test_no_pair_of_a_batch_may_be_worth_anything(size):
    weights = QualityWeights(0.0, Difference(1, -0.5))
    assert torch.equal(weights(torch.ones(size), torch.ones(size)), torch.zeros(size))
    assert effective_sample_size(torch.zeros(size)) == 0


@given(slopes, thresholds)
def test_the_slope_alone_does_not_matter_to_weights_of_mean_one(slope, threshold):
    speech, teacher = torch.tensor([0.1, 0.5, 0.9, 0.3]), torch.tensor([0.9, 0.5, 0.1, 0.4])
    found = QualityWeights(0.0, Difference(slope, slope * threshold))(speech, teacher)
    expected = QualityWeights(0.0, Difference(1, threshold))(speech, teacher)
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(("slope", "offset"), [(0, 1), (-1, 0), (1, -1), (math.nan, 0)])
def test_a_difference_that_would_weigh_nothing_is_refused(slope, offset):
    with pytest.raises(ValueError, match="slope"):
        Difference(slope, offset)


@given(st.lists(st.floats(0.01, 10), min_size=1, max_size=30))
def test_effective_sample_size_is_between_one_and_all(weights):
    size = effective_sample_size(torch.tensor(weights)).item()
    assert 1 - 1e-4 <= size <= len(weights) * (1 + 1e-4)


def test_effective_sample_size_of_equal_weights_is_all():
    assert effective_sample_size(torch.full((7,), 0.3)).item() == pytest.approx(7)
