"""Channels: the microphone and the line of a session, as a linear-phase filter."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import firwin2

TAPS = 301
TILT_PIVOT_HZ = 1000.0


@dataclass(frozen=True)
class Channel:
    """A band with a coloured frequency response.

    Arguments
    ---------
    kind: "wideband", "narrow" or "telephone".
    low_hz, high_hz: ends of the band, where the response has fallen by 6 dB.
    tilt_db: per octave around 1 kHz.
    ripple_db: response in dB at each of the octaves around 62.5 Hz to 8 kHz, shape ``(8,)``.
    """

    kind: str
    low_hz: float
    high_hz: float
    tilt_db: float
    ripple_db: np.ndarray

    @classmethod
    def sample(cls, rng: np.random.Generator) -> "Channel":
        """Sample a channel: six of ten wide, two telephones, two in between."""
        kind = str(rng.choice(["wideband", "narrow", "telephone"], p=[0.6, 0.2, 0.2]))
        low_hz, high_hz = {
            "wideband": (rng.uniform(40, 120), rng.uniform(6500, 7800)),
            "narrow": (rng.uniform(80, 250), rng.uniform(4200, 6500)),
            "telephone": (rng.uniform(250, 350), rng.uniform(3200, 3600)),
        }[kind]
        return cls(kind, low_hz, high_hz, rng.normal(0, 1.0), rng.normal(0, 2.0, 8))

    def impulse_response(self, sample_rate: int) -> np.ndarray:
        """Return the filter's taps, shape ``(301,)``, delayed by 150 samples.

        Example
        -------
        >>> telephone = Channel("telephone", 300.0, 3400.0, 0.0, np.zeros(8))
        >>> spectrum = np.abs(np.fft.rfft(telephone.impulse_response(16000), 16000))
        >>> bool(spectrum[1000] > 0.9), bool(spectrum[100] < 0.1), bool(spectrum[5000] < 0.1)
        (True, True, True)
        """
        frequencies = np.linspace(0, sample_rate / 2, 257)
        octaves = np.log2(np.maximum(frequencies, 31.25) / TILT_PIVOT_HZ)
        centres = np.log2(62.5 * 2.0 ** np.arange(8) / TILT_PIVOT_HZ)
        response_db = self.tilt_db * octaves + np.interp(octaves, centres, self.ripple_db)
        high_pass = 1 / (1 + (self.low_hz / np.maximum(frequencies, 1)) ** 8)
        low_pass = 1 / (1 + (frequencies / self.high_hz) ** 24)
        gains = 10 ** (response_db / 20) * high_pass * low_pass
        gains[[0, -1]] = 0
        return firwin2(TAPS, frequencies, gains, fs=sample_rate)
