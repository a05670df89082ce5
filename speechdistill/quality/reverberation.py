"""Reverberation: how slowly sound dies away in a recording."""

import numpy as np
from scipy.ndimage import correlate1d

from speechdistill.quality.percentiles import percentiles
from speechdistill.quality.spectrogram import FRAMES_PER_SECOND

SLOPE_FRAMES = 8
AUDIBLE_DB = 10.0
FLOOR_PERCENTILE = 10
STEEP_PERCENTILE = 90
SILENCE = 1e-12


def decay_rate(bands: np.ndarray) -> float:
    """How fast sound dies away, in dB per second: 60 dB over the rate is the order of RT60.

    In every band a line is fitted to the level in dB of every 80 ms. Of those that fall and begin
    at least 10 dB above the band's floor (10th percentile over time), the rate is the 90th
    percentile: speech ends abruptly now and then, and what follows is the room. A dry room has
    300 dB/s or more, where it is the speaker's own endings that are measured; a hall 150. 0 if
    nothing falls from so high.

    Correlated with the direct-to-reverberant ratio and with RT60 about equally. Noise hides the end
    of the decays: below 10 dB SNR the rate is less certain, but hardly lower.

    After Wen, Habets and Naylor, "Blind estimation of reverberation time based on the distribution
    of signal decay rates", ICASSP 2008, who fit a model to the distribution of such slopes.

    Arguments
    ---------
    bands: ``(frames, bands)``, :attr:`speechdistill.quality.spectrogram.Spectrogram.bands`.

    Example
    -------
    >>> times = np.arange(0, 2, 0.01)
    >>> decaying = 10 ** (-60 / 10 * (times % 0.5) / 0.4)  # 60 dB in 0.4 s, twice a second
    >>> round(decay_rate(np.repeat(decaying[:, None], 32, axis=1)))
    150
    """
    if len(bands) < SLOPE_FRAMES:
        return 0.0
    power = np.asarray(bands, dtype=np.float64)
    level = 10 * np.log10(np.maximum(power, max(SILENCE * float(power.max()), SILENCE)))
    offsets = np.arange(SLOPE_FRAMES) - (SLOPE_FRAMES - 1) / 2
    fitted = correlate1d(level, offsets / np.sum(offsets**2), axis=0)
    first = SLOPE_FRAMES // 2
    slopes = FRAMES_PER_SECOND * fitted[first : first + len(level) - SLOPE_FRAMES + 1]
    (floor,) = percentiles(level, [FLOOR_PERCENTILE], axis=0)
    falling = (slopes < 0) & (level[: len(slopes)] > floor + AUDIBLE_DB)
    if not falling.any():
        return 0.0
    return float(percentiles(-slopes[falling], [STEEP_PERCENTILE])[0])
