"""Resemblyzer's encoder against its formulas, written out."""

import numpy as np
import pytest
import torch

from speechdistill.base.errors import InputError
from speechdistill.teachers.imported.voice_encoder import (
    VoiceEncoder,
    at_level,
    mel_spectrogram,
    window_starts,
    windows_of,
)


@pytest.fixture
def encoder():
    torch.manual_seed(3)
    return VoiceEncoder().eval()


def noise(samples, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).normal(0, 0.1, samples)).float()


def mel(hertz):
    """Slaney's: linear below 1 kHz, logarithmic above."""
    return hertz * 3 / 200 if hertz < 1000 else 15 + 27 * np.log(hertz / 1000) / np.log(6.4)


def hertz(mel):
    return mel * 200 / 3 if mel < 15 else 1000 * 6.4 ** ((mel - 15) / 27)


def naive_mel_spectrogram(signal):
    window = [0.5 - 0.5 * np.cos(2 * np.pi * n / 400) for n in range(400)]
    edges = [hertz(m) for m in np.linspace(0, mel(8000), 42)]
    padded = np.concatenate([np.zeros(200), signal, np.zeros(200)])
    rows = []
    for start in range(0, len(signal) + 1, 160):
        power = np.abs(np.fft.fft(padded[start : start + 400] * window)[:201]) ** 2
        row = []
        for low, peak, high in zip(edges, edges[1:], edges[2:], strict=False):
            band = 0.0
            for k in range(201):
                f = 40 * k
                slope = min((f - low) / (peak - low), (high - f) / (high - peak))
                band += max(0, slope) * 2 / (high - low) * power[k]
            row.append(band)
        rows.append(row)
    return np.array(rows)


@pytest.mark.parametrize("samples", [1600, 2000, 2079])
def test_mel_spectrogram(samples):
    signal = noise(samples)
    naive = naive_mel_spectrogram(signal.numpy().astype(float))
    found = mel_spectrogram(signal).numpy()
    assert found.shape == naive.shape == (samples // 160 + 1, 40)
    np.testing.assert_allclose(found, naive, rtol=1e-4, atol=1e-6 * naive.max())


def naive_windows(samples):
    """Windows of 160 frames every 77, to the one that reaches beyond the end; then is it full?"""
    frames = int(np.ceil((samples + 1) / 160))
    starts = [0]
    while starts[-1] + 77 < frames - 160 + 77 + 1:
        starts.append(starts[-1] + 77)
    covered = (samples - 160 * starts[-1]) / (160 * 160)
    if len(starts) > 1 and covered < 0.75:
        starts.pop()
    return starts


@pytest.mark.parametrize(
    "seconds", [0.01, 0.5, 1.2, 1.59, 1.6, 1.97, 2.0, 2.3, 2.37, 3.14, 8, 20.5]
)
def test_windows_start_where_the_original_starts_them(seconds):
    samples = round(16000 * seconds)
    starts = window_starts(samples)
    assert starts == naive_windows(samples)
    windows = windows_of(noise(samples))
    assert windows.shape == (len(starts), 160, 40)
    # Of what is not covered at least three quarters of a window is heard.
    assert samples <= 25600 or samples - (starts[-1] + 160) * 160 < 77 * 160


def test_a_short_utterance_is_filled_with_silence():
    signal = noise(8000)
    (window,) = windows_of(signal)
    assert (window[52:] == 0).all() and (window[:50] > 0).all()
    filled = torch.cat([at_level(signal), torch.zeros(25600 - 8000)])
    torch.testing.assert_close(window, mel_spectrogram(filled)[:160])


def test_quiet_speech_is_raised_and_loud_speech_left():
    quiet, loud = noise(4000) / 100, noise(4000)
    level = 20 * torch.log10(at_level(quiet).square().mean().sqrt())
    assert level.item() == pytest.approx(-30, abs=1e-3)
    assert at_level(loud) is loud or torch.equal(at_level(loud), loud)
    assert torch.equal(at_level(torch.zeros(5)), torch.zeros(5))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def naive_window_vector(encoder, window):
    parameters = {name: value.double().numpy() for name, value in encoder.state_dict().items()}
    frames = list(window.double().numpy())
    for layer in range(3):
        inward, across, *biases = (
            parameters[f"lstm.{kind}_l{layer}"]
            for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        state = cell = np.zeros(256)
        states = []
        for frame in frames:
            gates = inward @ frame + across @ state + sum(biases)
            entering, kept, new, out = np.split(gates, 4)
            cell = sigmoid(kept) * cell + sigmoid(entering) * np.tanh(new)
            state = sigmoid(out) * np.tanh(cell)
            states.append(state)
        frames = states
    vector = parameters["linear.weight"] @ frames[-1] + parameters["linear.bias"]
    vector = np.maximum(vector, 0)
    return vector / np.linalg.norm(vector)


@torch.inference_mode()
def test_a_vector_is_the_normalised_mean_of_its_windows(encoder):
    signal = noise(40000)
    windows = windows_of(signal)
    assert len(windows) == 2
    naive = np.mean([naive_window_vector(encoder, window) for window in windows], axis=0)
    naive /= np.linalg.norm(naive)
    found = encoder.embed([signal])[0].numpy()
    np.testing.assert_allclose(found, naive, atol=1e-5)
    assert found.min() >= 0 and found.dtype == np.float32


@torch.inference_mode()
def test_utterances_do_not_depend_on_each_other(encoder):
    signals = [noise(samples, seed=samples) for samples in (8000, 30000, 50000)]
    together = encoder.embed(signals)
    for signal, vector in zip(signals, together, strict=True):
        torch.testing.assert_close(encoder.embed([signal])[0], vector, rtol=1e-4, atol=1e-6)


def test_only_the_network_is_taken_from_a_checkpoint(encoder, tmp_path):
    stored = {**encoder.state_dict(), "similarity_weight": torch.ones(1)}
    path = tmp_path / "pretrained.pt"
    torch.save({"step": 1, "model_state": stored}, path)
    loaded = VoiceEncoder.load(path).state_dict()
    assert loaded.keys() == encoder.state_dict().keys()
    assert all(torch.equal(loaded[name], stored[name]) for name in loaded)


@pytest.mark.parametrize(
    "content", [{"model_state": {}}, {"other": 1}, [1], {"model_state": {"lstm": object}}, None]
)
def test_what_is_no_checkpoint_is_said_in_a_line(tmp_path, content):
    path = tmp_path / "pretrained.pt"
    if content is None:
        path.write_bytes(b"no checkpoint")
    else:
        torch.save(content, path)
    with pytest.raises(InputError, match=r"cannot load .*pretrained\.pt as a voice enc") as error:
        VoiceEncoder.load(path)
    assert "\n" not in str(error.value)
