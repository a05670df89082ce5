"""Distances of relations against loops that recompute their formulas."""

import math
from functools import partial
from itertools import permutations
from statistics import mean

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.distillation.distances import (
    ProbabilisticTransfer,
    RKDAngle,
    RKDDistance,
    SimilarityPreserving,
)
from tests.distillation.distance_cases import RELATIONAL, example_inputs, name_of

BATCH = 5
every_distance = pytest.mark.parametrize("distance", RELATIONAL, ids=name_of)


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def direction(a, b):
    length = math.dist(a, b)
    return [(y - x) / length for x, y in zip(a, b, strict=True)]


def huber(error):
    return error**2 / 2 if abs(error) <= 1 else abs(error) - 0.5


def beyond(error, margin):
    return max(abs(error) - margin, 0)


def naive_similarity_preserving(student, teacher, i):
    def row(x):
        products = [dot(x[i], other) for other in x]
        return [product / math.hypot(*products) for product in products]

    pairs = zip(row(student), row(teacher), strict=True)
    return sum((s - t) ** 2 for s, t in pairs) / len(student)


def naive_rkd_distance(student, teacher, i, margin=0.0):
    def relative(x, j):
        pairs = list(permutations(x, 2))
        return math.dist(x[i], x[j]) / (sum(math.dist(*pair) for pair in pairs) / len(pairs))

    others = [j for j in range(len(student)) if j != i]
    return mean(huber(beyond(relative(student, j) - relative(teacher, j), margin)) for j in others)


def naive_rkd_angle(student, teacher, i, margin=0.0, unit="cosine"):
    def angle(x, j, k):
        cosine = dot(direction(x[i], x[j]), direction(x[i], x[k]))
        return math.acos(cosine) if unit == "radians" else cosine

    pairs = list(permutations([j for j in range(len(student)) if j != i], 2))
    return mean(huber(beyond(angle(student, *p) - angle(teacher, *p), margin)) for p in pairs)


def naive_probabilistic_transfer(student, teacher, i):
    def neighbours(x):
        kernel = [
            (dot(x[i], x[j]) / math.sqrt(dot(x[i], x[i]) * dot(x[j], x[j])) + 1) / 2
            for j in range(len(x))
            if j != i
        ]
        return [value / sum(kernel) for value in kernel]

    pairs = zip(neighbours(student), neighbours(teacher), strict=True)
    return sum(p * math.log(p / q) for q, p in pairs)


@pytest.mark.parametrize(
    ("distance", "naive"),
    [
        (SimilarityPreserving(), naive_similarity_preserving),
        (RKDDistance(), naive_rkd_distance),
        (RKDDistance(0.4), partial(naive_rkd_distance, margin=0.4)),
        (RKDAngle(), naive_rkd_angle),
        (RKDAngle(0.5), partial(naive_rkd_angle, margin=0.5)),
        (RKDAngle(0.3, "radians"), partial(naive_rkd_angle, margin=0.3, unit="radians")),
        (ProbabilisticTransfer(), naive_probabilistic_transfer),
    ],
)
@pytest.mark.parametrize("spread", [1.0, 3.0])
def test_distance_is_its_formula(distance, naive, spread):
    student, teacher = example_inputs(distance, BATCH)
    student[0] *= spread  # far enough out for the linear part of the Huber loss
    expected = [naive(student.tolist(), teacher.tolist(), i) for i in range(BATCH)]
    assert distance(student, teacher).tolist() == pytest.approx(expected)


def test_mean_of_similarity_preserving_is_the_paper_s_frobenius_norm():
    student, teacher = example_inputs(SimilarityPreserving(), BATCH)
    rows = [torch.nn.functional.normalize(x @ x.T, dim=1) for x in (student, teacher)]
    expected = torch.linalg.matrix_norm(rows[0] - rows[1], ord="fro") ** 2 / BATCH**2
    torch.testing.assert_close(SimilarityPreserving()(student, teacher).mean(), expected)


@every_distance
@given(seed=st.integers(0, 1000), scale=st.floats(0.1, 10))
def test_rotation_and_scale_of_a_whole_space_do_not_matter(distance, seed, scale):
    student, teacher = example_inputs(distance, BATCH, seed)
    generator = torch.Generator().manual_seed(seed)
    sampled = torch.randn(2 * student.shape[1], student.shape[1], generator=generator)
    rotation = torch.linalg.qr(sampled.double()).Q.T  # into a space of twice the dimension
    torch.testing.assert_close(
        distance(scale * student @ rotation, teacher), distance(student, teacher)
    )


@pytest.mark.parametrize("distance", [RKDDistance(), RKDAngle()], ids=name_of)
@given(seed=st.integers(0, 1000), shift=st.floats(-10, 10))
def test_distances_and_angles_do_not_change_by_a_common_shift(distance, seed, shift):
    student, teacher = example_inputs(distance, BATCH, seed)
    torch.testing.assert_close(distance(student, teacher + shift), distance(student, teacher))


@pytest.mark.parametrize(
    ("distance", "batch"),
    [
        *((distance, 1) for distance in RELATIONAL),
        (RKDDistance(), 2),
        (RKDAngle(), 2),
        (ProbabilisticTransfer(), 2),
    ],
)
def test_a_batch_without_relations_has_distance_zero(distance, batch):
    student, teacher = example_inputs(distance, batch, dtype=torch.float32)
    student.requires_grad_()
    value = distance(student, teacher)
    value.sum().backward()
    torch.testing.assert_close(value, torch.zeros(batch), atol=1e-6, rtol=0)
    torch.testing.assert_close(student.grad, torch.zeros_like(student), atol=1e-6, rtol=0)


@every_distance
@pytest.mark.parametrize("identical", ["student", "teacher", "both"])
def test_identical_embeddings_do_no_harm(distance, identical):
    student, teacher = example_inputs(distance, BATCH, dtype=torch.float32)
    if identical in ("student", "both"):
        student = student[:1].repeat(BATCH, 1)
    if identical in ("teacher", "both"):
        teacher = teacher[:1].repeat(BATCH, 1)
    student.requires_grad_()
    value = distance(student, teacher)
    value.sum().backward()
    assert value.isfinite().all()
    assert student.grad.abs().max() < 10
    if identical == "both":
        torch.testing.assert_close(value, torch.zeros(BATCH), atol=1e-6, rtol=0)


def test_pairs_without_an_angle_are_left_out():
    """Two utterances of one person under person_mean have one and the same teacher."""
    student, teacher = example_inputs(RKDAngle(), BATCH)
    teacher[1] = teacher[0]
    value = RKDAngle()(student, teacher)
    # From the first sample's place the second has no direction: as if it were not there.
    rest = [0, 2, 3, 4]
    assert value[0] == pytest.approx(
        naive_rkd_angle(student[rest].tolist(), teacher[rest].tolist(), 0)
    )
    # From elsewhere both lie in the same direction, which the student's need not.
    assert value[2] == pytest.approx(naive_rkd_angle(student.tolist(), teacher.tolist(), 2))


def test_nearly_identical_embeddings_have_no_angle_in_float32():
    student, teacher = example_inputs(RKDAngle(), BATCH, dtype=torch.float32)
    student[1] = student[0] * (1 + 1e-7)
    student.requires_grad_()
    RKDAngle()(student, teacher).sum().backward()
    assert student.grad.abs().max() < 10


@every_distance
def test_opposite_embeddings_do_no_harm(distance):
    student = torch.tensor([[1.0, 2.0], [-1.0, -2.0], [2.0, -1.0]], requires_grad=True)
    teacher = torch.tensor([[1.0, 0.0], [1.0, 1.0], [-1.0, 0.0]])
    value = distance(student, teacher)
    value.sum().backward()
    assert value.isfinite().all()
    assert student.grad.abs().max() < 10
