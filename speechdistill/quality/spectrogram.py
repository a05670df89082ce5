"""The power of a recording over time and frequency, which several measures share."""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import fft
from torchaudio.functional import melscale_fbanks

WINDOW_S = 0.032
FRAMES_PER_SECOND = 100
BANDS = 32
LOWEST_BAND_HZ = 60.0
HIGHEST_BAND = 0.975


@dataclass(frozen=True)
class Spectrogram:
    """Power in windows of 32 ms, 100 times a second.

    Arguments
    ---------
    power: ``(frames, bins)``, linear.
    frequencies: of the bins in Hz, ``(bins,)``.
    """

    power: np.ndarray
    frequencies: np.ndarray

    @classmethod
    def of(cls, signal: np.ndarray, sample_rate: int) -> "Spectrogram":
        """Compute it with a Hann window; a signal shorter than that is padded by silence.

        Example
        -------
        >>> tone = np.sin(2 * np.pi * 1000 * np.arange(16000) / 16000)
        >>> spectrogram = Spectrogram.of(tone, 16000)
        >>> spectrogram.power.shape, float(spectrogram.frequencies[spectrogram.power[50].argmax()])
        ((97, 257), 1000.0)
        """
        length = round(WINDOW_S * sample_rate)
        samples = np.asarray(signal, dtype=np.float32)
        if len(samples):
            samples = samples - samples.mean(dtype=np.float64).astype(np.float32)
        samples = np.pad(samples, (0, max(0, length - len(samples))))
        frames = sliding_window_view(samples, length)[:: sample_rate // FRAMES_PER_SECOND]
        spectrum = fft.rfft(frames * _window(length), axis=1)
        return cls(
            np.square(spectrum.real) + np.square(spectrum.imag),
            fft.rfftfreq(length, 1 / sample_rate),
        )

    @cached_property
    def bands(self) -> np.ndarray:
        """Power in 32 bands of equal width in mel, from 60 Hz to just below the end.

        Its shape is ``(frames, 32)``.

        Example
        -------
        >>> Spectrogram.of(np.zeros(16000), 16000).bands.shape
        (97, 32)
        """
        return self.power @ _mel_filters(len(self.frequencies), float(self.frequencies[-1]))


@cache
def _window(length: int) -> np.ndarray:
    return np.hanning(length).astype(np.float32)


@cache
def _mel_filters(bins: int, highest: float) -> np.ndarray:
    filters = melscale_fbanks(
        bins, LOWEST_BAND_HZ, HIGHEST_BAND * highest, BANDS, round(2 * highest)
    )
    return np.asarray(filters.numpy(), dtype=np.float32)
