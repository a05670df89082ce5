"""The x-vector network is SpeechBrain's, but for the noise that its pooling adds."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from speechbrain.lobes.models import Xvector as speechbrain_xvector
from speechbrain.nnet.pooling import StatisticsPooling

from speechdistill.students.xvector import MomentPooling, Xvector

OPTIONS = {
    "in_channels": 6,
    "tdnn_blocks": 2,
    "tdnn_channels": [8, 12],
    "tdnn_kernel_sizes": [3, 1],
    "tdnn_dilations": [2, 1],
    "lin_neurons": 5,
}
NOISE = 1e-4  # what SpeechBrain adds to the means at most


@settings(max_examples=30)
@given(
    seed=st.integers(0, 2**32 - 1),
    frames=st.integers(2, 50),
    offset=st.floats(-10, 10),
    scale=st.floats(0.01, 10),
)
def test_the_statistics_are_speechbrains(seed, frames, offset, scale):
    generator = torch.Generator().manual_seed(seed)
    inputs = offset + scale * torch.randn(3, frames, 4, generator=generator)
    theirs = StatisticsPooling()(inputs)
    torch.testing.assert_close(MomentPooling()(inputs), theirs, atol=NOISE, rtol=1e-3)


def test_statistics_against_the_formula_in_float64_and_their_gradients():
    inputs = torch.randn(2, 7, 3, dtype=torch.float64, requires_grad=True)
    pooled = MomentPooling()(inputs)
    for sample, found in zip(inputs, pooled, strict=True):
        mean = sum(sample) / 7
        variance = sum((frame - mean) ** 2 for frame in sample) / 6
        torch.testing.assert_close(found[0], torch.cat([mean, variance.sqrt() + 1e-5]))
    assert torch.autograd.gradcheck(MomentPooling(), inputs)


@pytest.mark.parametrize("frames", [torch.ones(1, 5, 2), torch.ones(1, 1, 2), torch.zeros(1, 5, 2)])
def test_constant_frames_have_finite_gradients(frames):
    frames = frames.clone().requires_grad_()
    MomentPooling()(frames).sum().backward()
    assert torch.isfinite(frames.grad).all()


def test_the_network_has_speechbrains_weights_and_embeddings():
    theirs = speechbrain_xvector.Xvector(**OPTIONS).eval()
    ours = Xvector(**OPTIONS).eval()
    ours.load_state_dict(theirs.state_dict())
    features = torch.randn(2, 40, 6)
    torch.testing.assert_close(ours(features), theirs(features), atol=10 * NOISE, rtol=1e-3)
    assert torch.equal(ours(features), ours(features))
