"""Distances of posteriors against loops and scipy."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax
from scipy.stats import entropy, pearsonr, zscore

from speechdistill.distillation.distances import (
    DecoupledKL,
    PosteriorCorrelation,
    PosteriorKL,
    StandardisedKL,
)
from tests.distillation.distance_cases import CLASSES, example_inputs

BATCH = 6
SPEAKERS = torch.tensor([0, 4, 2, 2, 1, 0])


def logits(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    student, teacher = example_inputs(PosteriorKL(), BATCH, seed)
    return 2 * student, 2 * teacher


def posteriors(temperature: float):
    student, teacher = logits()
    return softmax(student.numpy() / temperature, axis=1), softmax(
        teacher.numpy() / temperature, axis=1
    )


@pytest.mark.parametrize("temperature", [1.0, 4.0])
def test_posterior_kl_is_its_formula(temperature):
    q, p = posteriors(temperature)
    expected = temperature**2 * entropy(p, q, axis=1)
    value = PosteriorKL(temperature)(*logits())
    assert value.tolist() == pytest.approx(expected.tolist())


@pytest.mark.parametrize("temperature", [1.0, 4.0])
def test_decoupled_kl_is_its_formula(temperature):
    q, p = posteriors(temperature)
    expected = []
    for i, speaker in enumerate(SPEAKERS.tolist()):
        target = [entropy([p[i, speaker], 1 - p[i, speaker]], [q[i, speaker], 1 - q[i, speaker]])]
        others = [c for c in range(CLASSES) if c != speaker]
        target.append(entropy(p[i, others], q[i, others]))
        expected.append(temperature**2 * (0.5 * target[0] + 3.0 * target[1]))
    value = DecoupledKL(alpha=0.5, beta=3.0, temperature=temperature)(*logits(), SPEAKERS)
    assert value.tolist() == pytest.approx(expected)


@given(seed=st.integers(0, 1000))
def test_plain_kl_is_the_decoupled_one_coupled_by_the_teacher_s_doubt(seed):
    student, teacher = logits(seed)
    target = DecoupledKL(alpha=1, beta=0)(student, teacher, SPEAKERS)
    others = DecoupledKL(alpha=0, beta=1)(student, teacher, SPEAKERS)
    doubt = 1 - teacher.softmax(dim=1).gather(1, SPEAKERS.unsqueeze(1)).squeeze(1)
    torch.testing.assert_close(target + doubt * others, PosteriorKL()(student, teacher))


@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_posterior_correlation_is_its_formula(temperature):
    q, p = posteriors(temperature)
    inter = [1 - pearsonr(q[i], p[i]).statistic for i in range(BATCH)]
    intra = [1 - pearsonr(q[:, c], p[:, c]).statistic for c in range(CLASSES)]
    within = PosteriorCorrelation(temperature, intra=0.0)(*logits())
    assert within.tolist() == pytest.approx([temperature**2 * value for value in inter])
    across = PosteriorCorrelation(temperature, inter=0.0)(*logits())
    assert across.mean().item() == pytest.approx(temperature**2 * sum(intra) / CLASSES)
    both = PosteriorCorrelation(temperature, inter=0.5, intra=2.0)(*logits())
    torch.testing.assert_close(both, 0.5 * within + 2.0 * across)


def test_share_of_a_class_s_correlation_is_its_naive_formula():
    q, p = posteriors(1.0)
    expected = [0.0] * BATCH
    for c in range(CLASSES):
        u, v = (column[:, c] - column[:, c].mean() for column in (q, p))
        for i in range(BATCH):
            departure = u[i] / math.hypot(*u) - v[i] / math.hypot(*v)
            expected[i] += BATCH / CLASSES * departure**2 / 2
    value = PosteriorCorrelation(inter=0.0)(*logits())
    assert value.tolist() == pytest.approx(expected)


def test_a_batch_of_one_has_no_correlation_within_classes():
    student, teacher = (x[:1].float().requires_grad_() for x in logits())
    value = PosteriorCorrelation(inter=0.0)(student, teacher)
    value.sum().backward()
    assert value.tolist() == [0] and (student.grad == 0).all()


@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_standardised_kl_is_its_formula(temperature):
    student, teacher = (zscore(x.numpy(), axis=1) / temperature for x in logits())
    expected = temperature**2 * entropy(softmax(teacher, axis=1), softmax(student, axis=1), axis=1)
    value = StandardisedKL(temperature)(*logits())
    assert value.tolist() == pytest.approx(expected.tolist())


@given(seed=st.integers(0, 1000), scale=st.floats(0.1, 10), shift=st.floats(-10, 10))
def test_scale_and_shift_of_logits_do_not_matter_once_standardised(seed, scale, shift):
    student, teacher = logits(seed)
    divergence = StandardisedKL()
    torch.testing.assert_close(
        divergence(scale * student + shift, teacher), divergence(student, teacher)
    )


@pytest.mark.parametrize(
    "distance", [PosteriorKL(), DecoupledKL(), PosteriorCorrelation(), StandardisedKL()]
)
@pytest.mark.parametrize("sure_of", ["the same", "another"])
def test_posteriors_of_zero_and_one_do_no_harm(distance, sure_of):
    sure = torch.full((3, 4), -300.0)
    sure[:, 1] = 300.0
    student = sure if sure_of == "the same" else sure.roll(1, dims=1)
    student = student.clone().requires_grad_()
    labels = [torch.tensor([0, 1, 2])] if isinstance(distance, DecoupledKL) else []
    value = distance(student, sure, *labels)
    value.sum().backward()
    assert value.isfinite().all() and student.grad.isfinite().all()
    if sure_of == "the same":
        assert (value == 0).all()
    else:
        assert (value > 0).all()


def test_uniform_posteriors_do_no_harm():
    for distance in (PosteriorCorrelation(), StandardisedKL()):
        student = torch.zeros(3, 4, requires_grad=True)
        value = distance(student, torch.randn(3, 4))
        value.sum().backward()
        assert value.isfinite().all() and student.grad.isfinite().all()
        assert (distance(torch.zeros(3, 4), torch.zeros(3, 4)) == 0).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: PosteriorKL(0), "temperature"),
        (lambda: StandardisedKL(-1), "temperature"),
        (lambda: DecoupledKL(temperature=0), "temperature"),
        (lambda: DecoupledKL(beta=-1), "negative"),
        (lambda: PosteriorCorrelation(temperature=0), "temperature"),
        (lambda: PosteriorCorrelation(intra=-1), "negative"),
    ],
)
def test_bad_settings_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
