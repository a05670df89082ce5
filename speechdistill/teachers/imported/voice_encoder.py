"""The GE2E voice encoder that Resemblyzer publishes: three LSTM layers over windows of 1.6 s."""

import pickle
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import normalize, pad, relu
from torchaudio.functional import melscale_fbanks

from speechdistill.base.errors import InputError

SAMPLE_RATE = 16000
FFT, HOP, MELS = 400, 160, 40  # 25 ms, 10 ms
WINDOW = 160  # frames: 1.6 s
WINDOWS_PER_SECOND = 1.3
STEP = round(SAMPLE_RATE / WINDOWS_PER_SECOND / HOP)  # frames: 0.77 s, so windows overlap by half
LEAST_COVERAGE = 0.75  # of a last window by speech
LEVEL = 10 ** (-30 / 20)  # root mean square that quieter speech is raised to: -30 dB of full scale
WIDTH = 256


class VoiceEncoder(nn.Module):
    """Voices to vectors of length 1 whose 256 numbers are not negative.

    Wan et al., "Generalized End-to-End Loss for Speaker Verification", ICASSP 2018, as implemented
    by Jemine's Resemblyzer. A window's vector is what the last layer says after its last frame; an
    utterance's is the normalised mean of its windows'. Resemblyzer's ``preprocess_wav`` also cuts
    long silences by webrtcvad, which is not done here.

    Example
    -------
    >>> _ = torch.manual_seed(0)
    >>> signals = [torch.randn(SAMPLE_RATE), torch.randn(3 * SAMPLE_RATE)]
    >>> VoiceEncoder().embed(signals).shape
    torch.Size([2, 256])
    """

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(MELS, WIDTH, num_layers=3, batch_first=True)
        self.linear = nn.Linear(WIDTH, WIDTH)

    @classmethod
    def load(cls, path: Path) -> "VoiceEncoder":
        """Read the parameters of Resemblyzer's ``pretrained.pt``.

        Raises
        ------
        InputError: no such file, or other parameters.
        """
        encoder = cls()
        wanted = encoder.state_dict().keys()
        try:
            stored = torch.load(path, map_location="cpu", weights_only=True)["model_state"]
            # The loss's own two numbers are there as well.
            encoder.load_state_dict({name: stored[name] for name in wanted})
        except (OSError, RuntimeError, KeyError, TypeError, EOFError, pickle.PickleError) as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            raise InputError(f"cannot load {path} as a voice encoder ({reason})") from error
        return encoder

    def forward(self, windows: torch.Tensor) -> torch.Tensor:
        """Embed windows of mel spectrograms: ``(windows, frames, 40)`` to ``(windows, 256)``."""
        _, (states, _) = self.lstm(windows)
        return normalize(relu(self.linear(states[-1])), dim=1)

    def embed(self, signals: Sequence[torch.Tensor]) -> torch.Tensor:
        """Embed whole utterances, each on its own.

        Arguments
        ---------
        signals: of 16 kHz, each ``(samples,)`` in [-1, 1].

        Returns
        -------
        float32 ``(signals, 256)``.
        """
        windows = [windows_of(signal) for signal in signals]
        embedded = self(torch.cat(windows).to(self.linear.weight.device))
        means = [part.mean(dim=0) for part in embedded.split([len(part) for part in windows])]
        return normalize(torch.stack(means), dim=1)


def windows_of(signal: torch.Tensor) -> torch.Tensor:
    """Cut an utterance into windows of its mel spectrogram: ``(windows, 160, 40)``.

    They start every 0.77 s. The last counts where speech covers three quarters of it; what it
    lacks is filled with zeros, as is an utterance shorter than one window.

    Arguments
    ---------
    signal: of 16 kHz, ``(samples,)``.

    Example
    -------
    >>> [len(windows_of(torch.ones(round(seconds * SAMPLE_RATE)))) for seconds in (1, 1.6, 2, 3)]
    [1, 1, 2, 3]
    """
    starts = window_starts(len(signal))
    missing = (starts[-1] + WINDOW) * HOP - len(signal)
    spectrogram = mel_spectrogram(pad(at_level(signal), (0, max(missing, 0))))
    return torch.stack([spectrogram[start : start + WINDOW] for start in starts])


def window_starts(samples: int) -> list[int]:
    """Return the first frame of each window, as Resemblyzer's ``compute_partial_slices``.

    Example
    -------
    >>> window_starts(2 * SAMPLE_RATE)
    [0, 77]
    """
    frames = samples // HOP + 1
    starts = list(range(0, max(1, frames - WINDOW + STEP + 1), STEP))
    coverage = (samples - starts[-1] * HOP) / (WINDOW * HOP)
    return starts[:-1] if coverage < LEAST_COVERAGE and len(starts) > 1 else starts


def at_level(signal: torch.Tensor) -> torch.Tensor:
    """Raise an utterance to -30 dB of full scale; a louder one, and silence, stay as they are.

    Example
    -------
    >>> at_level(torch.full((4,), 0.001)).tolist() == [LEVEL] * 4
    False
    >>> round(at_level(torch.full((4,), 0.001))[0].item(), 4), at_level(torch.ones(2)).tolist()
    (0.0316, [1.0, 1.0])
    """
    level = signal.square().mean().sqrt()
    return signal * (LEVEL / level).clamp(min=1) if level > 0 else signal


def mel_spectrogram(signal: torch.Tensor) -> torch.Tensor:
    """Return power in 40 mel bands, ``(samples // 160 + 1, 40)``: no logarithm.

    As ``librosa.feature.melspectrogram`` with its defaults: periodic Hann windows of 25 ms centred
    every 10 ms, zeros beyond the ends, Slaney's mel scale with bands of equal area.

    Arguments
    ---------
    signal: of 16 kHz, ``(samples,)``.
    """
    spectrum = torch.stft(
        *(signal, FFT, HOP),
        window=torch.hann_window(FFT),
        pad_mode="constant",
        return_complex=True,
    )
    bands = melscale_fbanks(
        FFT // 2 + 1, 0.0, SAMPLE_RATE / 2, MELS, SAMPLE_RATE, norm="slaney", mel_scale="slaney"
    )
    return spectrum.abs().square().T @ bands
