"""Kaldi's log-mel filterbank features as a torch module."""

import torch
from speechbrain.utils.autocast import fwd_default_precision

from speechdistill.base.errors import InputError

FULL_SCALE = 32768  # Kaldi reads waveforms as 16-bit integers
PRE_EMPHASIS = 0.97
LOWEST_HZ = 20.0
BELOW_NYQUIST_HZ = 400.0
FLOOR = torch.finfo(torch.float32).eps
FRAME_SECONDS, SHIFT_SECONDS = 0.025, 0.010


class KaldiSpectrum(torch.nn.Module):
    """Waveforms to the spectra of Kaldi's frames, each a linear map of the frame's samples.

    A frame's mean is taken away, then it is pre-emphasised and weighed by Povey's window, a Hann
    window to the power of 0.85. There is a frame per shift; the waveform is mirrored at its ends to
    fill the frames there (``snip_edges`` false).

    Arguments
    ---------
    sample_rate: in Hz.

    Example
    -------
    >>> KaldiSpectrum(16000)(torch.randn(3, 16000)).shape
    torch.Size([3, 100, 257, 2])
    """

    window: torch.Tensor

    def __init__(self, sample_rate: int) -> None:
        super().__init__()
        self.length = round(FRAME_SECONDS * sample_rate)
        self.shift = round(SHIFT_SECONDS * sample_rate)
        self.n_fft = 2 ** (self.length - 1).bit_length()
        window = torch.hann_window(self.length, periodic=False, dtype=torch.float64) ** 0.85
        # It is 0 at a frame's first sample, whose pre-emphasis is so of no interest.
        self.register_buffer("window", window[1:].float(), persistent=False)

    def forward(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Turn ``(batch, samples)`` into real and imaginary parts, ``(batch, frames, bins, 2)``.

        The least is half a frame of samples.
        """
        return self.of_frames(self.mirrored(waveforms).unfold(1, self.length, self.shift))

    def mirrored(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Add at both ends what the frames there lack."""
        before = (self.length - self.shift) // 2
        # With half a frame at the end as many frames fit as Kaldi counts.
        after = self.length // 2
        ends = waveforms[:, :before].flip(1), waveforms[:, -after:].flip(1)
        return torch.cat([ends[0], waveforms, ends[1]], dim=1)

    def of_frames(self, frames: torch.Tensor) -> torch.Tensor:
        """Turn frames ``(..., samples)`` into ``(..., bins, 2)``, but for a shift of a sample."""
        mean = frames.mean(dim=-1, keepdim=True)
        emphasised = torch.sub(frames[..., 1:], frames[..., :-1], alpha=PRE_EMPHASIS)
        emphasised = emphasised.sub_((1 - PRE_EMPHASIS) * mean).mul_(self.window)
        return torch.view_as_real(torch.fft.rfft(emphasised, self.n_fft))


class KaldiFbank(torch.nn.Module):
    """The features that Kaldi, WeSpeaker and sherpa-onnx compute: logs of energies in mel bands.

    Those of ``kaldi-native-fbank`` to 1e-3, as sherpa-onnx sets it for speakers: no dither, frames
    of 25 ms every 10 ms with mirrored ends, bands from 20 Hz to 400 Hz below Nyquist. Source:
    Kaldi's ``feature-fbank.cc`` and ``mel-computations.cc`` (Povey et al., "The Kaldi Speech
    Recognition Toolkit", ASRU 2011).

    Arguments
    ---------
    n_mels: number of bands; sherpa-onnx has 80.
    sample_rate: in Hz.

    Example
    -------
    >>> KaldiFbank()(torch.randn(3, 16000)).shape
    torch.Size([3, 100, 80])
    """

    bands: torch.Tensor

    def __init__(self, n_mels: int = 80, sample_rate: int = 16000) -> None:
        super().__init__()
        self.n_mels, self.sample_rate = n_mels, sample_rate
        self.compute_spectrum = KaldiSpectrum(sample_rate)
        bands = mel_bands(n_mels, self.compute_spectrum.n_fft, sample_rate)
        self.register_buffer("bands", bands, persistent=False)

    @fwd_default_precision(cast_inputs=torch.float32)
    def forward(self, wav: torch.Tensor) -> torch.Tensor:
        """Turn waveforms ``(batch, samples)`` in [-1, 1] into ``(batch, frames, bands)``."""
        squares = self.compute_spectrum(FULL_SCALE * wav).square()
        energies = (squares[..., 0] + squares[..., 1]) @ self.bands
        return energies.clamp(min=FLOOR).log()


def mel_bands(n_mels: int, n_fft: int, sample_rate: int) -> torch.Tensor:
    """Return the weight of each bin of a spectrum in each band, ``(n_fft // 2 + 1, n_mels)``.

    Triangles between equidistant points of the mel scale ``1127 ln(1 + f / 700)``, linear in mel.

    Raises
    ------
    InputError: so many bands that one holds no bin.

    Example
    -------
    >>> mel_bands(80, 512, 16000).sum(dim=0).min() > 0
    tensor(True)
    >>> mel_bands(200, 512, 16000)
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: 200 mel bands are too many for frames of 25 ms at 16000 \
Hz: give fewer n_mels
    """
    nyquist = sample_rate / 2
    hertz = torch.tensor([LOWEST_HZ, nyquist - BELOW_NYQUIST_HZ], dtype=torch.float64)
    low, high = _mel(hertz).tolist()
    points = torch.linspace(low, high, n_mels + 2, dtype=torch.float64)
    bins = _mel(torch.arange(n_fft // 2 + 1, dtype=torch.float64) * sample_rate / n_fft)
    left, centre, right = points[:-2], points[1:-1], points[2:]
    rising = (bins[:, None] - left) / (centre - left)
    falling = (right - bins[:, None]) / (right - centre)
    bands = torch.minimum(rising, falling).clamp(min=0)
    if (bands.sum(dim=0) == 0).any():
        raise InputError(
            f"{n_mels} mel bands are too many for frames of 25 ms at {sample_rate} Hz: give fewer "
            "n_mels"
        )
    return bands.float()


def _mel(hertz: torch.Tensor) -> torch.Tensor:
    return 1127 * torch.log1p(hertz / 700)
