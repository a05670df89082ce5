"""The teacher's class weights as proxies, against the formula and SpeechBrain."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from speechbrain.nnet.losses import AdditiveAngularMargin, LogSoftmaxWrapper
from torch.nn import functional

from speechdistill.distillation.distances import ProxySoftmax
from tests.distillation.distance_cases import example_inputs


@pytest.mark.parametrize("margin", [0.0, 0.3, 1.2])
def test_proxy_softmax_is_its_formula(margin):
    scale = 4.0
    student, weights, labels = example_inputs(ProxySoftmax(), 6)
    expected = []
    for embedding, speaker in zip(student.tolist(), labels.tolist(), strict=True):
        logits = []
        for c, weight in enumerate(weights.tolist()):
            product = sum(x * w for x, w in zip(embedding, weight, strict=True))
            angle = math.acos(product / (math.hypot(*embedding) * math.hypot(*weight)))
            if c == speaker and angle <= math.pi - margin:
                logits.append(scale * math.cos(angle + margin))
            elif c == speaker:
                logits.append(scale * (math.cos(angle) - margin * math.sin(margin)))
            else:
                logits.append(scale * math.cos(angle))
        total = sum(math.exp(logit) for logit in logits)
        expected.append(-math.log(math.exp(logits[speaker]) / total))
    value = ProxySoftmax(margin, scale)(student, weights, labels)
    assert value.tolist() == pytest.approx(expected)


def test_proxy_softmax_is_speechbrain_s_aam_softmax():
    student, weights, labels = example_inputs(ProxySoftmax(), 6, dtype=torch.float32)
    cosines = functional.normalize(student) @ functional.normalize(weights).T
    cost = LogSoftmaxWrapper(AdditiveAngularMargin(margin=0.2, scale=30))
    expected = cost(cosines.unsqueeze(1), labels.unsqueeze(1))
    value = ProxySoftmax(margin=0.2, scale=30)(student, weights, labels)
    torch.testing.assert_close(value.mean(), expected)


@given(seed=st.integers(0, 1000), length=st.floats(1e-2, 1e2))
def test_lengths_do_not_matter_and_a_margin_only_adds(seed, length):
    student, weights, labels = example_inputs(ProxySoftmax(), 4, seed)
    value = ProxySoftmax(0.2, 5.0)(student, weights, labels)
    torch.testing.assert_close(
        value, ProxySoftmax(0.2, 5.0)(length * student, weights / length, labels)
    )
    assert (value >= ProxySoftmax(0.0, 5.0)(student, weights, labels)).all()


@pytest.mark.parametrize("side", [1.0, -1.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_gradient_is_bounded_where_embedding_and_weight_are_parallel(side, dtype):
    _, weights, _ = example_inputs(ProxySoftmax(), 5, dtype=dtype)
    student = (side * weights).requires_grad_()
    value = ProxySoftmax()(student, weights, torch.arange(5))
    value.sum().backward()
    assert value.isfinite().all()
    assert student.grad.abs().max() < 100


def test_bad_settings_are_refused():
    with pytest.raises(ValueError, match="angle"):
        ProxySoftmax(margin=30)
    with pytest.raises(ValueError, match="scale"):
        ProxySoftmax(scale=0)
