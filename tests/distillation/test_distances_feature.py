"""Distances of embeddings against loops that recompute their formulas."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.distillation.distances import (
    CosineDistance,
    InfoNCE,
    L1Distance,
    SquaredL2Distance,
)
from speechdistill.distillation.distances.contrastive_representation import (
    ContrastiveRepresentation,
)
from tests.distillation.distance_cases import example_inputs, name_of

PAIRWISE = [CosineDistance(), SquaredL2Distance(), L1Distance()]
CONTRASTIVE = [InfoNCE(0.3), ContrastiveRepresentation(0.3)]


def cosine(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True)) / (math.hypot(*a) * math.hypot(*b))


def naive_squared_l2(student, teacher):
    norm_s, norm_t = math.hypot(*student), math.hypot(*teacher)
    return sum((s / norm_s - t / norm_t) ** 2 for s, t in zip(student, teacher, strict=True))


def naive_l1(student, teacher):
    norm_s, norm_t = math.hypot(*student), math.hypot(*teacher)
    return sum(abs(s / norm_s - t / norm_t) for s, t in zip(student, teacher, strict=True))


def naive_info_nce(student, teachers, labels, i, temperature):
    odds = {
        j: math.exp(cosine(student, teacher) / temperature)
        for j, teacher in enumerate(teachers)
        if j == i or labels[j] != labels[i]
    }
    return -math.log(odds[i] / sum(odds.values()))


def naive_contrastive(student, teachers, labels, i, temperature):
    negatives = [j for j in range(len(teachers)) if labels[j] != labels[i]]
    noise = len(negatives) / len(teachers)

    def critic(teacher):
        odds = math.exp(cosine(student, teacher) / temperature)
        return odds / (odds + noise)

    if not negatives:
        return 0.0
    return -math.log(critic(teachers[i])) - sum(
        math.log(1 - critic(teachers[j])) for j in negatives
    )


@pytest.mark.parametrize(
    ("distance", "naive"),
    [
        (CosineDistance(), lambda s, t: 1 - cosine(s, t)),
        (SquaredL2Distance(), naive_squared_l2),
        (L1Distance(), naive_l1),
    ],
)
def test_pairwise_distance_is_its_formula(distance, naive):
    student, teacher = example_inputs(distance, 5)
    expected = [naive(s, t) for s, t in zip(student.tolist(), teacher.tolist(), strict=True)]
    assert distance(student, teacher).tolist() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("distance", "naive"),
    [(InfoNCE(0.3), naive_info_nce), (ContrastiveRepresentation(0.3), naive_contrastive)],
)
@pytest.mark.parametrize("labels", [[0, 1, 2, 3, 4], [3, 1, 3, 3, 1], [2, 2, 2, 2, 2]])
def test_contrastive_distance_is_its_formula(distance, naive, labels):
    student, teacher, _ = example_inputs(distance, 5)
    expected = [naive(s, teacher.tolist(), labels, i, 0.3) for i, s in enumerate(student.tolist())]
    value = distance(student, teacher, torch.tensor(labels))
    assert value.tolist() == pytest.approx(expected)


@pytest.mark.parametrize("distance", [*PAIRWISE, *CONTRASTIVE], ids=name_of)
@given(
    student_length=st.floats(1e-2, 1e2),
    teacher_length=st.floats(1e-2, 1e2),
    seed=st.integers(0, 1000),
)
def test_length_of_an_embedding_does_not_matter(distance, student_length, teacher_length, seed):
    student, teacher, *labels = example_inputs(distance, 4, seed)
    torch.testing.assert_close(
        distance(student_length * student, teacher_length * teacher, *labels),
        distance(student, teacher, *labels),
    )


@pytest.mark.parametrize("distance", CONTRASTIVE, ids=name_of)
def test_same_person_is_no_negative(distance):
    """Turning a student towards another image of the same person costs nothing."""
    student, teacher, _ = example_inputs(distance, 3)
    labels = torch.tensor([0, 0, 1])
    moved = teacher.clone()
    moved[1] = student[0]
    value, towards = (distance(student, t, labels)[0] for t in (teacher, moved))
    assert towards == pytest.approx(value.item())
    assert distance(student, moved, torch.tensor([0, 1, 2]))[0] > value


@pytest.mark.parametrize("distance", CONTRASTIVE, ids=name_of)
def test_without_negatives_there_is_nothing_to_learn(distance):
    student, teacher, _ = example_inputs(distance, 3)
    student.requires_grad_()
    value = distance(student, teacher, torch.tensor([4, 4, 4]))
    value.sum().backward()
    assert (value == 0).all() and (student.grad == 0).all()


@pytest.mark.parametrize("contrastive", [InfoNCE, ContrastiveRepresentation])
def test_bad_settings_are_refused(contrastive):
    for temperature in (0.0, -1.0, math.nan):
        with pytest.raises(ValueError, match="temperature"):
            contrastive(temperature)
