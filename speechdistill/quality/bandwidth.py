"""The band limit of the channel that speech came through."""

import numpy as np
from scipy.ndimage import uniform_filter1d

from speechdistill.quality.spectrogram import Spectrogram

SPEECH_BAND_HZ = (300.0, 3000.0)
SMOOTHED_BINS = 5
DROP_DB = 30.0


def bandwidth(spectrogram: Spectrogram) -> float:
    """The highest frequency in Hz whose long-term level is less than 30 dB below that of speech.

    The long-term spectrum is the mean power over time, smoothed over 5 bins (156 Hz); the level of
    speech is its median between 300 and 3000 Hz. Telephone speech comes out at 3.5 to 4.2 kHz,
    wideband speech at 6 to 8 kHz. What noise is in the recording has passed the channel too, as a
    rule, and shows the band as well; noise added behind the channel hides it. The steeper the
    channel's edge, the better: some 300 Hz are added by one of 70 dB per kHz. Silence has 0 Hz.

    Example
    -------
    >>> white = np.random.default_rng(0).normal(size=32000)
    >>> bandwidth(Spectrogram.of(white, 16000))
    8000.0
    >>> telephone = np.fft.irfft(np.fft.rfft(white) * (np.fft.rfftfreq(32000, 1 / 16000) < 3400))
    >>> 3400 <= bandwidth(Spectrogram.of(telephone, 16000)) < 3600
    True
    """
    frequencies = spectrogram.frequencies
    spectrum = uniform_filter1d(spectrogram.power.mean(axis=0, dtype=np.float64), SMOOTHED_BINS)
    low, high = SPEECH_BAND_HZ
    speech = np.median(spectrum[(frequencies >= low) & (frequencies <= high)])
    heard = np.flatnonzero(spectrum > speech * 10 ** (-DROP_DB / 10))
    return float(frequencies[heard[-1]]) if len(heard) else 0.0
