"""The quality of a speech recording."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np

from speechdistill.quality.bandwidth import bandwidth
from speechdistill.quality.clipping import clipping_share
from speechdistill.quality.net_duration import net_duration
from speechdistill.quality.noise_floor import noise_floor_snrs
from speechdistill.quality.reverberation import decay_rate
from speechdistill.quality.spectrogram import Spectrogram
from speechdistill.quality.wada import wada_snr

HALF_QUALITY_SNR = 10.0
SNR_SLOPE = 5.0
TOLERATED_CLIPPING = 0.01
TOLERATED_SHORTNESS = 1.0
NARROW_BAND = 2000.0
SLOW_DECAY = 100.0


@dataclass(frozen=True)
class SpeechQuality:
    """Measurements of a recording.

    Arguments
    ---------
    wada_snr_db: :func:`speechdistill.quality.wada.wada_snr`.
    steady_noise_snr_db, swelling_noise_snr_db:
        :func:`speechdistill.quality.noise_floor.noise_floor_snrs`.
    clipping: share of the samples that are clipped.
    net_duration: seconds of speech.
    bandwidth_hz: :func:`speechdistill.quality.bandwidth.bandwidth`.
    decay_rate: in dB per second, :func:`speechdistill.quality.reverberation.decay_rate`.
    """

    COLUMNS: ClassVar = (
        "quality",
        "snr_db",
        "wada_snr_db",
        "steady_noise_snr_db",
        "swelling_noise_snr_db",
        "clipping",
        "net_duration",
        "bandwidth_hz",
        "decay_rate",
    )

    wada_snr_db: float
    steady_noise_snr_db: float
    swelling_noise_snr_db: float
    clipping: float
    net_duration: float
    bandwidth_hz: float
    decay_rate: float

    @classmethod
    def joined(cls, windows: Iterable["SpeechQuality"]) -> "SpeechQuality":
        """Join what was measured in windows of equal length: speech adds up, the rest is averaged.

        That of one window is what it is.

        Example
        -------
        >>> halves = [SpeechQuality(snr, snr, snr, 0.0, 20.0, 8000.0, 300.0) for snr in (10, 20)]
        >>> whole = SpeechQuality.joined(halves)
        >>> whole.wada_snr_db, whole.net_duration
        (15.0, 40.0)
        """
        parts = list(windows)
        if len(parts) == 1:
            return parts[0]
        mean = {
            each.name: float(np.mean([getattr(it, each.name) for it in parts]))
            for each in fields(cls)
        }
        return cls(**{**mean, "net_duration": sum(part.net_duration for part in parts)})

    @property
    def snr_db(self) -> float:
        """The mean of the three estimates, weighted by 0.4, 0.4 and 0.2.

        The three err differently: speech-like noise misleads the first, noise that comes and goes
        the second upwards and the third downwards. Their mean ranks recordings better than WADA-SNR
        alone in stationary noise and in noise that swells, and as well or better in babble, both of
        synthetic and of real voices.
        """
        return (
            0.4 * self.wada_snr_db
            + 0.4 * self.steady_noise_snr_db
            + 0.2 * self.swelling_noise_snr_db
        )

    @property
    def quality(self) -> float:
        """In [0, 1]: any one flaw alone makes it small; noise counts most, band and room little.

        ``sigmoid((snr - 10) / 5) * exp(-clipping / 0.01) * (1 - exp(-net_duration / 1 s))
        * (1 - exp(-bandwidth / 2 kHz)) * (1 - exp(-decay_rate / 100 dB/s))``

        A telephone's band costs 15 %, a hall's decay of 150 dB/s 20 %.

        Example
        -------
        >>> round(SpeechQuality(10.0, 10.0, 10.0, 0.0, 60.0, 24000.0, 1000.0).quality, 3)
        0.5
        """
        clear = 1 / (1 + np.exp(-(self.snr_db - HALF_QUALITY_SNR) / SNR_SLOPE))
        unclipped = np.exp(-self.clipping / TOLERATED_CLIPPING)
        enough = -np.expm1(-self.net_duration / TOLERATED_SHORTNESS)
        wide = -np.expm1(-self.bandwidth_hz / NARROW_BAND)
        dry = -np.expm1(-self.decay_rate / SLOW_DECAY)
        return float(clear * unclipped * enough * wide * dry)


def measure_speech(signal: np.ndarray, sample_rate: int) -> SpeechQuality:
    """Measure a mono recording.

    Arguments
    ---------
    signal: float ``(samples,)``.
    sample_rate: in Hz.

    Example
    -------
    >>> measure_speech(np.zeros(16000), 16000).quality
    0.0
    """
    spectrogram = Spectrogram.of(signal, sample_rate)
    steady, swelling = noise_floor_snrs(spectrogram.bands)
    return SpeechQuality(
        wada_snr(signal),
        steady,
        swelling,
        clipping_share(signal),
        net_duration(signal, sample_rate),
        bandwidth(spectrogram),
        decay_rate(spectrogram.bands),
    )
