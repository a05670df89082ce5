"""Margins inside relations: a pair is free near the teacher's, whatever the other pairs do."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from speechdistill.distillation import SoftConstraint
from speechdistill.distillation.arithmetic.soft_huber import soft_huber
from speechdistill.distillation.distances import RKDAngle, RKDDistance
from tests.distillation.distance_cases import example_inputs

BATCH = 5
SOFT = [
    RKDDistance,
    RKDAngle,
    lambda margin: RKDAngle(margin, unit="radians"),
]
every_relation = pytest.mark.parametrize("soft", SOFT, ids=["distance", "cosine", "radians"])


@given(seed=st.integers(0, 1000), width=st.floats(0.01, 10))
def test_without_margin_it_is_the_huber_loss_to_the_last_bit(seed, width):
    student, teacher = width * torch.randn(2, 50, generator=torch.Generator().manual_seed(seed))
    gradients = []
    for loss in (
        functional.huber_loss(student.requires_grad_(), teacher, reduction="none"),
        soft_huber(student, teacher, margin=0.0),
        soft_huber(student, teacher, margin=1e-45),  # the other branch, a margin below rounding
    ):
        gradients.append((loss.detach(), *torch.autograd.grad(loss.sum(), student)))
    for value, gradient in gradients[1:]:
        assert torch.equal(value, gradients[0][0]) and torch.equal(gradient, gradients[0][1])


@every_relation
@given(seed=st.integers(0, 1000), margins=st.tuples(st.floats(0, 2), st.floats(0, 2)).map(sorted))
def test_a_larger_margin_never_asks_for_more(soft, seed, margins):
    inputs = example_inputs(soft(0.0), BATCH, seed)
    less, more = (soft(margin)(*inputs) for margin in margins)
    assert (more <= less).all() and (less <= soft(0.0)(*inputs)).all()


@every_relation
@given(seed=st.integers(0, 1000))
def test_within_the_margin_there_is_no_gradient(soft, seed):
    student, _ = example_inputs(soft(0.0), BATCH, seed)
    moved = (student + 1e-5 * student.flip(0)).requires_grad_()
    value = soft(0.1)(moved, student)
    value.sum().backward()
    assert (value == 0).all() and (moved.grad == 0).all()


def test_no_angle_is_beyond_a_margin_of_pi():
    inputs = example_inputs(RKDAngle(), BATCH)
    assert (RKDAngle(math.pi, "radians")(*inputs) == 0).all()


def test_a_pair_far_off_counts_though_the_mean_is_within_the_outer_margin():
    """What tells the margin within a relation from that of the constraint around it."""
    corners = torch.tensor([[0.0, 0], [1, 0], [1, 1], [0, 1]])
    student = corners.clone()
    student[2] = torch.tensor([0.6, 0.6])
    outer, inner = SoftConstraint(RKDAngle(unit="radians"), 0.1), RKDAngle(0.1, "radians")
    assert outer(student, corners)[0] == 0  # the diagonal's direction is the teacher's
    assert inner(student, corners)[1] > 0
    assert outer(student, corners)[1] < inner(student, corners)[1]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("bend", [0.0, 1e-9, 1e-6, 1e-4, 1e-3, 1e-2])
def test_gradient_of_angles_is_bounded_where_samples_lie_on_a_line(bend, dtype):
    line = torch.arange(5, dtype=dtype).unsqueeze(1) * torch.ones(1, 3, dtype=dtype)
    student = line.clone()
    student[:, 0] += bend * torch.arange(5, dtype=dtype) ** 2
    student.requires_grad_()
    _, teacher = example_inputs(RKDAngle(), 5, dtype=dtype)
    value = RKDAngle(unit="radians")(student, teacher)
    value.sum().backward()
    assert value.isfinite().all()
    assert student.grad.abs().max() < 10


@pytest.mark.parametrize("kind", [RKDAngle, RKDDistance])
@pytest.mark.parametrize("margin", [-0.1, math.nan])
def test_a_negative_margin_is_refused(kind, margin):
    with pytest.raises(ValueError, match="negative"):
        kind(margin)


def test_an_unknown_unit_is_refused():
    with pytest.raises(
        ValueError, match="unknown unit degrees of angles: take one of cosine, radians"
    ):
        RKDAngle(unit="degrees")
