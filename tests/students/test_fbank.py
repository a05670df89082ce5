"""Our Fbank gives SpeechBrain's features, bit by bit."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from speechbrain.lobes import features

from speechdistill.students.fbank import Fbank


@settings(max_examples=20)
@given(
    seed=st.integers(0, 2**32 - 1),
    samples=st.integers(400, 20000),
    scale=st.sampled_from([0.0, 1e-6, 0.1, 1.0, 1e4]),
    options=st.sampled_from(
        [{}, {"n_mels": 80}, {"n_fft": 512, "f_min": 20}, {"deltas": True}, {"context": True}]
    ),
)
def test_the_features_are_speechbrains(seed, samples, scale, options):
    waveforms = scale * torch.randn(2, samples, generator=torch.Generator().manual_seed(seed))
    assert torch.equal(Fbank(**options)(waveforms), features.Fbank(**options)(waveforms))


def test_the_gradient_to_the_waveforms_is_speechbrains():
    waveforms = torch.randn(2, 4000, requires_grad=True)
    ours, theirs = (
        torch.autograd.grad(kind()(waveforms).square().mean(), waveforms)[0]
        for kind in (Fbank, features.Fbank)
    )
    torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_under_autocast_features_are_computed_in_full_precision(dtype):
    waveforms = torch.randn(2, 4000)
    with torch.autocast("cpu", dtype=dtype):
        found = Fbank()(waveforms)
    assert torch.equal(found, features.Fbank()(waveforms))
