"""The quality of a speech recording: signal-to-noise ratio, clipping, and how much is speech."""

from dataclasses import dataclass

import numpy as np

from speechdistill.quality.snr import wada_snr

HALF_QUALITY_SNR = 10.0
SNR_SLOPE = 5.0
TOLERATED_CLIPPING = 0.01
TOLERATED_SHORTNESS = 1.0


@dataclass(frozen=True)
class SpeechQuality:
    """Measurements of a recording.

    Arguments
    ---------
    snr_db: estimated by :func:`speechdistill.quality.snr.wada_snr`.
    clipping: share of the samples that are clipped.
    net_duration: seconds of speech.
    """

    snr_db: float
    clipping: float
    net_duration: float

    @property
    def quality(self) -> float:
        """In [0, 1]: any one flaw alone makes it small.

        ``sigmoid((snr - 10) / 5) * exp(-clipping / 0.01) * (1 - exp(-net_duration / 1 s))``

        Example
        -------
        >>> round(SpeechQuality(snr_db=10.0, clipping=0.0, net_duration=60.0).quality, 3)
        0.5
        """
        clear = 1 / (1 + np.exp(-(self.snr_db - HALF_QUALITY_SNR) / SNR_SLOPE))
        unclipped = np.exp(-self.clipping / TOLERATED_CLIPPING)
        enough = -np.expm1(-self.net_duration / TOLERATED_SHORTNESS)
        return float(clear * unclipped * enough)


def measure_speech(signal: np.ndarray, sample_rate: int) -> SpeechQuality:
    """Measure a mono recording.

    Arguments
    ---------
    signal: float ``(samples,)``.
    sample_rate: in Hz.
    """
    return SpeechQuality(
        wada_snr(signal), clipping_share(signal), net_duration(signal, sample_rate)
    )


def clipping_share(signal: np.ndarray) -> float:
    """The share of samples in flat tops: two or more neighbours at the positive or negative peak.

    The peak is the recording's own, so that clipping shows even if the level was lowered later.

    Example
    -------
    >>> clipping_share(np.array([0.0, 0.5, 0.5, 0.5, 0.1, -0.2, -0.5, 0.1]))
    0.375
    """
    peak = np.max(np.abs(signal), initial=0.0)
    if peak == 0:
        return 0.0
    clipped = 0
    for is_top in (signal >= 0.999 * peak, signal <= -0.999 * peak):
        pairs = is_top[1:] & is_top[:-1]
        clipped += np.count_nonzero(np.append(pairs, False) | np.append(False, pairs))
    return float(clipped / len(signal))


def net_duration(signal: np.ndarray, sample_rate: int) -> float:
    """Seconds of speech: frames of 10 ms whose level stands out.

    A frame counts if its power is less than 30 dB below the loud ones' (95th percentile), and
    more than a third of the way, in dB, from the soft ones' (5th percentile) to theirs.

    Example
    -------
    >>> random = np.random.default_rng(0)
    >>> tone = np.sin(np.arange(16000))
    >>> round(net_duration(np.concatenate([tone, 0.001 * random.normal(size=16000)]), 16000), 1)
    1.0
    """
    length = sample_rate // 100
    frames = signal[: len(signal) // length * length].reshape(-1, length)
    if len(frames) == 0:
        return 0.0
    power = np.mean(np.square(frames, dtype=np.float64), axis=1)
    if power.max() == 0:
        return 0.0
    level = 10 * np.log10(np.maximum(power, 1e-12 * power.max()))
    soft, loud = np.percentile(level, [5, 95])
    is_speech = level >= max(loud - 30, soft + (loud - soft) / 3)
    return float(np.count_nonzero(is_speech) / 100)
