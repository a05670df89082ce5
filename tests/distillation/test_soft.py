"""The soft constraint, around every distance and with every margin."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.distillation import SoftConstraint
from speechdistill.distillation.distances import CosineDistance, InfoNCE
from speechdistill.distillation.margins import MarginSchedule, QuantileMargin
from tests.distillation.distance_cases import DISTANCES, example_inputs, name_of


@given(st.floats(0, 2), st.integers(0, 1000))
def test_it_counts_only_what_is_beyond_the_margin(margin, seed):
    student, teacher = torch.randn(2, 4, 3, generator=torch.Generator().manual_seed(seed))
    distance = CosineDistance()
    soft = SoftConstraint(distance, margin)(student, teacher)
    for value, hard in zip(soft, distance(student, teacher), strict=True):
        assert value == pytest.approx(max(hard.item() - margin, 0), abs=1e-6)


@pytest.mark.parametrize("distance", DISTANCES, ids=name_of)
def test_margin_zero_is_the_hard_constraint(distance):
    inputs = example_inputs(distance, 6, dtype=torch.float32)
    assert torch.equal(SoftConstraint(distance)(*inputs), distance(*inputs))


@pytest.mark.parametrize("distance", DISTANCES, ids=name_of)
def test_it_is_called_as_its_distance_is(distance):
    soft = SoftConstraint(distance, margin=0.1)
    assert soft.level == distance.level
    assert soft.uses_labels == getattr(distance, "uses_labels", False)


def test_a_sample_within_the_margin_has_no_gradient():
    student = torch.tensor([[1.0, 0.1], [-1.0, 0.0]], requires_grad=True)
    teacher = torch.tensor([[1.0, 0.0], [1.0, 0.1]])
    SoftConstraint(CosineDistance(), margin=0.5)(student, teacher).sum().backward()
    assert student.grad[0].abs().sum() == 0
    assert student.grad[1].abs().sum() > 0


def test_a_scheduled_margin_follows_the_epoch():
    student, teacher = torch.eye(2), torch.tensor([[-1.0, 0.0], [1.0, 0.0]])
    soft = SoftConstraint(CosineDistance(), MarginSchedule(1.0, 0.0, epochs=[0, 2], shape="linear"))
    values = [soft(student, teacher, epoch=epoch).tolist() for epoch in (1, 2, 3, 4)]
    assert values == [[2.0, 1.0], [1.5, 0.5], [1.0, 0.0], [1.0, 0.0]]


def test_a_quantile_margin_keeps_a_share_of_the_batch_active_and_its_gradient_whole():
    distance = InfoNCE()
    student, teacher, _ = example_inputs(distance, 8)
    inputs = (student.requires_grad_(), teacher, torch.arange(8))
    value = SoftConstraint(distance, QuantileMargin(0.75))(*inputs)
    is_active = value > 0
    assert is_active.sum() == 2
    (gradient,) = torch.autograd.grad(value.sum(), student)
    (hard,) = torch.autograd.grad(distance(*inputs)[is_active].sum(), student)
    torch.testing.assert_close(gradient, hard)


def test_it_remembers_nothing_of_a_batch():
    soft = SoftConstraint(CosineDistance(), QuantileMargin(0.5))
    inputs = example_inputs(CosineDistance(), 6)
    before = soft(*inputs)
    soft(*example_inputs(CosineDistance(), 4, seed=1), epoch=5)
    assert torch.equal(soft(*inputs), before)
    assert not soft.state_dict()


def test_bad_margins_are_refused():
    for margin in (-0.1, math.nan):
        with pytest.raises(ValueError, match="margin"):
            SoftConstraint(CosineDistance(), margin)
