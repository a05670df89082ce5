"""Our Kaldi features are those of kaldi-native-fbank, of torchaudio and of a loop over frames."""

import numpy as np
import pytest
import torch
from torchaudio.compliance import kaldi

from speechdistill.students.kaldi_fbank import KaldiFbank

LENGTHS = [400, 1600, 1679, 1680, 16079, 16080, 24001]


def speech_like(samples, seed=0):
    """Harmonics that come and go, in some noise."""
    generator = np.random.default_rng(seed)
    time = np.arange(samples) / 16000
    tone = sum(np.sin(2 * np.pi * 130 * k * time) / k for k in range(1, 30))
    loudness = 0.1 + np.sin(2 * np.pi * 3 * time) ** 2
    return (0.05 * loudness * tone + 0.001 * generator.normal(size=samples)).astype(np.float32)


def ours(waveform, **options):
    return KaldiFbank(**options)(torch.from_numpy(waveform)[None])[0].numpy()


@pytest.mark.parametrize("samples", LENGTHS)
def test_they_are_those_of_kaldi_native_fbank(samples):
    knf = pytest.importorskip("kaldi_native_fbank")
    options = knf.FbankOptions()
    options.frame_opts.dither = 0
    options.frame_opts.snip_edges = False
    options.mel_opts.num_bins = 80
    options.mel_opts.high_freq = -400
    fbank = knf.OnlineFbank(options)
    waveform = speech_like(samples)
    fbank.accept_waveform(16000, (32768 * waveform).tolist())
    fbank.input_finished()
    expected = [fbank.get_frame(number) for number in range(fbank.num_frames_ready)]
    np.testing.assert_allclose(ours(waveform), np.stack(expected), atol=1e-3)


@pytest.mark.parametrize("n_mels", [23, 80])
@pytest.mark.parametrize("samples", LENGTHS)
def test_they_are_those_of_torchaudio(samples, n_mels):
    waveform = speech_like(samples)
    expected = kaldi.fbank(
        32768 * torch.from_numpy(waveform)[None],
        num_mel_bins=n_mels,
        dither=0.0,
        snip_edges=False,
        high_freq=-400.0,
    )
    np.testing.assert_allclose(ours(waveform, n_mels=n_mels), expected.numpy(), atol=1e-3)


def test_a_loop_over_frames_gives_the_same():
    waveform = speech_like(1800).astype(np.float64) * 32768
    mirrored = np.concatenate([waveform[119::-1], waveform, waveform[:-400:-1]])
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 399)) ** 0.85
    points = np.linspace(*(1127 * np.log(1 + np.array([20, 7600]) / 700)), 82)
    mels = 1127 * np.log(1 + np.arange(257) * 16000 / 512 / 700)
    rows = []
    for start in range(0, 160 * 11, 160):
        frame = mirrored[start : start + 400] - mirrored[start : start + 400].mean()
        frame = np.array([frame[0] * 0.03, *(frame[1:] - 0.97 * frame[:-1])])
        powers = np.abs(np.fft.rfft(frame * window, 512)) ** 2
        row = []
        for left, centre, right in zip(points, points[1:], points[2:], strict=False):
            energy = sum(
                power * min((mel - left) / (centre - left), (right - mel) / (right - centre))
                for power, mel in zip(powers, mels, strict=True)
                if left < mel < right
            )
            row.append(np.log(energy))
        rows.append(row)
    found = ours((waveform / 32768).astype(np.float32))
    np.testing.assert_allclose(found, rows, atol=1e-3)


def test_silence_has_a_floor_and_a_batch_changes_nothing():
    silence = ours(np.zeros(1600, np.float32))
    assert np.all(silence == np.log(np.finfo(np.float32).eps, dtype=np.float32))
    waveforms = np.stack([speech_like(8000, seed) for seed in (1, 2)])
    together = KaldiFbank()(torch.from_numpy(waveforms)).numpy()
    for row in (0, 1):
        np.testing.assert_allclose(together[row], ours(waveforms[row]), atol=1e-4)


def test_gradients_reach_the_waveform_and_autocast_changes_nothing():
    waveforms = torch.from_numpy(speech_like(4000))[None].requires_grad_()
    features = KaldiFbank()(waveforms)
    (gradient,) = torch.autograd.grad(features.mean(), waveforms)
    assert gradient.isfinite().all() and gradient.abs().max() > 0
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(KaldiFbank()(waveforms), features)
