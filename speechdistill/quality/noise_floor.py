"""The signal-to-noise ratio of speech from the noise that its pauses and gaps let through."""

import numpy as np
from scipy.ndimage import uniform_filter1d

from speechdistill.quality.percentiles import percentiles

LOWEST_SNR, HIGHEST_SNR = -20.0, 60.0
SMOOTHED_FRAMES = 5
FLOOR_PERCENTILE = 10
QUIET_BANDS_PERCENTILE = 5
DEEPEST_FLOOR = 1e-7
HIGHEST_GAIN = 100.0


def noise_floor_snrs(bands: np.ndarray) -> tuple[float, float]:
    """Estimate the SNR in dB twice: for noise that is steady, and for noise that swells and fades.

    ``P(t, b)`` is the power of frame t in band b, smoothed over 50 ms, and ``n(b)`` its 10th
    percentile over time: what is left in the band when nobody speaks.

    - steady: the noise is n(b) all the time.
    - swelling: it is ``g(t) n(b)``, rising and falling in all bands together. Speech leaves some
      bands free at every moment, so g(t) is read there: the 5th percentile over bands of
      ``P(t, b) / n(b)``, divided by its own 10th percentile over time, and kept within 1 and 100,
      as a recording whose pauses were silenced has next to no floor.

    Both give ``10 lg((mean P - N) / N)`` with sums over bands, clipped to [-20, 60] dB. Steady
    noise is measured to 1 or 2 dB by both. Where noise comes and goes the first is too high (it
    sees the gaps of babble, too) and the second too low (it takes broad speech for noise), so that
    the truth lies between them.

    After minimum statistics (Martin, "Noise Power Spectral Density Estimation Based on Optimal
    Smoothing and Minimum Statistics", IEEE TSAP 2001, with a percentile for the minimum); the
    gain g(t) is ours.

    Arguments
    ---------
    bands: ``(frames, bands)``, :attr:`speechdistill.quality.spectrogram.Spectrogram.bands`.

    Returns
    -------
    steady and swelling, in dB.

    Example
    -------
    >>> noise = np.full((100, 32), 1.0)
    >>> speech = np.zeros((100, 32))
    >>> speech[20:70, :16] = 40.0  # 10 times the noise's power on average
    >>> [round(snr, 1) for snr in noise_floor_snrs(speech + noise)]
    [10.0, 10.0]
    """
    smooth = uniform_filter1d(np.asarray(bands, dtype=np.float64), SMOOTHED_FRAMES, axis=0)
    mean = smooth.mean(axis=0)
    if mean.sum() <= 0:
        return LOWEST_SNR, LOWEST_SNR
    smooth, mean = smooth[:, mean > 0], mean[mean > 0]
    # Digital silence in the pauses must not make an endless SNR.
    (quiet,) = percentiles(smooth, [FLOOR_PERCENTILE], axis=0)
    floor = np.maximum(quiet, DEEPEST_FLOOR * mean)
    (above,) = percentiles(smooth / floor, [QUIET_BANDS_PERCENTILE], axis=1)
    resting = max(float(percentiles(above, [FLOOR_PERCENTILE])[0]), DEEPEST_FLOOR)
    gain = np.clip(above / resting, 1.0, HIGHEST_GAIN)
    steady = floor.sum()
    return _snr(mean.sum(), steady), _snr(mean.sum(), gain.mean() * steady)


def _snr(total: float, noise: float) -> float:
    ratio = max(total / noise - 1, 10 ** (LOWEST_SNR / 10))
    return float(np.clip(10 * np.log10(ratio), LOWEST_SNR, HIGHEST_SNR))
