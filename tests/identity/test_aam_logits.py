"""AAM logits with options: by naive loops, and SpeechBrain's own where there are none."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from speechbrain.nnet.losses import AdditiveAngularMargin, LogSoftmaxWrapper
from torch.nn import functional

from speechdistill.identity import InterTopK, MarginSchedule, SubCentreClassifier
from speechdistill.identity.aam_logits import AamLogits, advance
from speechdistill.identity.identity_loss import identity_losses, scaled_logits


def sample(seed, batch=6, classes=5):
    generator = torch.Generator().manual_seed(seed)
    cosines = 1.98 * torch.rand(batch, classes, generator=generator) - 0.99
    return cosines, torch.randint(classes, (batch,), generator=generator)


def naive_losses(cosines, speakers, margin, scale, k=0, penalty=0.0):
    """-log softmax, angle by angle, in Python's double precision."""
    losses = []
    for row, speaker in zip(cosines.tolist(), speakers.tolist(), strict=True):
        others = sorted((c for c in range(len(row)) if c != speaker), key=lambda c: -row[c])
        logits = []
        for column, cosine in enumerate(row):
            angle = math.acos(cosine)
            if column == speaker:
                is_near = angle + margin < math.pi
                value = math.cos(angle + margin) if is_near else cosine - margin * math.sin(margin)
            else:
                value = math.cos(angle - penalty) if column in others[:k] else cosine
            logits.append(scale * value)
        losses.append(math.log(sum(math.exp(logit - logits[speaker]) for logit in logits)))
    return losses


@settings(max_examples=50)
@given(st.integers(0, 2**31), st.floats(0, 0.6), st.integers(0, 6), st.floats(0, 0.2))
def test_by_naive_loops(seed, margin, k, penalty):
    cosines, speakers = sample(seed)
    compute_cost = LogSoftmaxWrapper(AamLogits(margin, 30, InterTopK(k, penalty)))
    expected = naive_losses(cosines, speakers, margin, 30, k, penalty)
    losses = identity_losses(compute_cost, cosines, speakers)
    torch.testing.assert_close(losses, torch.tensor(expected), atol=1e-4, rtol=1e-4)


@settings(max_examples=50)
@given(st.integers(0, 2**31), st.floats(0, 0.6))
def test_without_options_it_is_speechbrains_bit_by_bit(seed, margin):
    cosines, speakers = sample(seed)
    values = []
    for loss_fn in (AamLogits(margin, 30, InterTopK(0)), AdditiveAngularMargin(margin, 30)):
        leaf = cosines.clone().requires_grad_()
        losses = identity_losses(LogSoftmaxWrapper(loss_fn), leaf, speakers)
        losses.mean().backward()
        values.append((losses.detach(), leaf.grad))
    assert torch.equal(values[0][0], values[1][0])
    assert torch.equal(values[0][1], values[1][1])


def test_without_margin_it_is_the_plain_softmax():
    cosines, speakers = sample(0)
    losses = identity_losses(LogSoftmaxWrapper(AamLogits(0.0, 30)), cosines, speakers)
    plain = functional.cross_entropy(30 * cosines, speakers, reduction="none")
    torch.testing.assert_close(losses, plain)


def test_gradients_are_those_of_the_naive_formula():
    cosines, speakers = sample(1)
    leaf = cosines.clone().requires_grad_()
    compute_cost = LogSoftmaxWrapper(AamLogits(0.3, 10, InterTopK(2, 0.1)))
    identity_losses(compute_cost, leaf, speakers).sum().backward()
    step = 1e-6
    for row in range(len(cosines)):
        for column in range(cosines.shape[1]):
            ends = []
            for side in (step, -step):
                moved = cosines[row : row + 1].double()
                moved[0, column] += side
                ends += naive_losses(moved, speakers[row : row + 1], 0.3, 10, 2, 0.1)
            slope = (ends[0] - ends[1]) / (2 * step)
            assert leaf.grad[row, column].item() == pytest.approx(slope, rel=1e-3, abs=1e-4)


def test_the_penaltys_own_gradient():
    cosines, speakers = sample(2, batch=3, classes=4)
    targets = functional.one_hot(speakers, 4)
    leaf = cosines.double().requires_grad_()
    assert torch.autograd.gradcheck(lambda c: InterTopK(2, 0.1)(c, targets), leaf)


def test_the_penalty_spares_the_own_class_and_takes_all_others_where_they_are_few():
    cosines, targets = torch.tensor([[0.9, 0.2, 0.1]]), torch.tensor([[1.0, 0.0, 0.0]])
    change = InterTopK(7, 0.1)(cosines, targets)
    assert change[0, 0] == 0
    assert (change[0, 1:] > 0).all()


def test_margin_and_penalty_rise_together_with_the_progress_of_training():
    rise = {"epochs": [1, 3], "shape": "linear"}
    penalty = InterTopK(2, MarginSchedule(0.1, **rise))
    compute_cost = LogSoftmaxWrapper(AamLogits(MarginSchedule(0.4, **rise), 30, penalty))
    cosines, speakers = sample(3)
    for epochs_done, share in ((0.5, 0.0), (1.5, 0.25), (2.0, 0.5), (7.0, 1.0)):
        assert advance(compute_cost, epochs_done) == {"aam_margin": pytest.approx(0.4 * share)}
        losses = identity_losses(compute_cost, cosines, speakers)
        expected = naive_losses(cosines, speakers, 0.4 * share, 30, 2, 0.1 * share)
        torch.testing.assert_close(losses, torch.tensor(expected), atol=1e-4, rtol=1e-4)


def test_logits_for_the_teacher_have_neither_margin_nor_penalty():
    cosines, _ = sample(4)
    compute_cost = LogSoftmaxWrapper(AamLogits(0.4, 20, InterTopK(3)))
    torch.testing.assert_close(scaled_logits(compute_cost, cosines.unsqueeze(1)), 20 * cosines)


def test_all_together_under_bfloat16():
    classifier = SubCentreClassifier(8, 5, sub_centres=3)
    compute_cost = LogSoftmaxWrapper(AamLogits(MarginSchedule(0.2), 30, InterTopK(2)))
    embeddings, speakers = torch.randn(4, 1, 8, requires_grad=True), torch.arange(4)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        losses = identity_losses(compute_cost, classifier(embeddings), speakers)
    assert losses.dtype == torch.float32
    losses.mean().backward()
    assert torch.isfinite(embeddings.grad).all() and torch.isfinite(classifier.weight.grad).all()


@pytest.mark.parametrize(
    "build", [lambda: AamLogits(2.0), lambda: AamLogits(0.2, scale=0), lambda: InterTopK(-1)]
)
def test_what_is_refused(build):
    with pytest.raises(ValueError, match="not"):
        build()
