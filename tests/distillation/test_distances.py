"""Distances and the soft wrapper against loops that recompute their formulas."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.distillation.distances.cosine import CosineDistance
from speechdistill.distillation.distances.posterior_kl import PosteriorKL
from speechdistill.distillation.distances.squared_l2 import SquaredL2Distance
from speechdistill.distillation.soft import SoftConstraint

DISTANCES = [CosineDistance(), SquaredL2Distance(), PosteriorKL(1.0), PosteriorKL(4.0)]


def naive_cosine(student, teacher):
    dot = sum(s * t for s, t in zip(student, teacher, strict=True))
    return 1 - dot / (math.hypot(*student) * math.hypot(*teacher))


def naive_squared_l2(student, teacher):
    norm_s, norm_t = math.hypot(*student), math.hypot(*teacher)
    return sum((s / norm_s - t / norm_t) ** 2 for s, t in zip(student, teacher, strict=True))


def naive_kl(student, teacher, temperature):
    def posterior(logits):
        odds = [math.exp(logit / temperature) for logit in logits]
        return [odd / sum(odds) for odd in odds]

    pairs = zip(posterior(teacher), posterior(student), strict=True)
    return temperature**2 * sum(p * math.log(p / q) for p, q in pairs)


@pytest.mark.parametrize(
    ("distance", "naive"),
    [
        (CosineDistance(), naive_cosine),
        (SquaredL2Distance(), naive_squared_l2),
        (PosteriorKL(1.0), lambda s, t: naive_kl(s, t, 1.0)),
        (PosteriorKL(4.0), lambda s, t: naive_kl(s, t, 4.0)),
    ],
)
def test_distance_is_its_formula(distance, naive):
    generator = torch.Generator().manual_seed(0)
    student, teacher = torch.randn(2, 5, 7, generator=generator, dtype=torch.float64)
    expected = [naive(s, t) for s, t in zip(student.tolist(), teacher.tolist(), strict=True)]
    torch.testing.assert_close(
        distance(student, teacher), torch.tensor(expected, dtype=torch.float64)
    )


@pytest.mark.parametrize("distance", DISTANCES)
def test_distance_of_equals_is_zero(distance):
    same = torch.randn(4, 6, dtype=torch.float64)
    torch.testing.assert_close(
        distance(same, same), torch.zeros(4, dtype=torch.float64), atol=1e-12, rtol=0
    )


@pytest.mark.parametrize("distance", DISTANCES)
def test_gradient(distance):
    student = torch.randn(3, 4, dtype=torch.float64, requires_grad=True)
    teacher = torch.randn(3, 4, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda s: distance(s, teacher), student)


@given(st.floats(0, 2), st.integers(0, 1000))
def test_soft_constraint_counts_only_what_is_beyond_the_margin(margin, seed):
    student, teacher = torch.randn(2, 4, 3, generator=torch.Generator().manual_seed(seed))
    distance = CosineDistance()
    soft = SoftConstraint(distance, margin)(student, teacher)
    for value, hard in zip(soft, distance(student, teacher), strict=True):
        assert value == pytest.approx(max(hard.item() - margin, 0), abs=1e-6)


def test_margin_zero_is_the_hard_constraint():
    student, teacher = torch.randn(2, 4, 3)
    distance = SquaredL2Distance()
    torch.testing.assert_close(
        SoftConstraint(distance)(student, teacher), distance(student, teacher)
    )


def test_a_sample_within_the_margin_has_no_gradient():
    student = torch.tensor([[1.0, 0.1], [-1.0, 0.0]], requires_grad=True)
    teacher = torch.tensor([[1.0, 0.0], [1.0, 0.1]])
    SoftConstraint(CosineDistance(), margin=0.5)(student, teacher).sum().backward()
    assert student.grad[0].abs().sum() == 0
    assert student.grad[1].abs().sum() > 0


def test_bad_settings_are_refused():
    with pytest.raises(ValueError, match="margin"):
        SoftConstraint(CosineDistance(), margin=-0.1)
    with pytest.raises(ValueError, match="temperature"):
        PosteriorKL(0)
