"""The noise in an image: what a camera adds in the dark."""

import numpy as np

# White noise of deviation 1 leaves the second difference both ways with that of its weights.
DIFFERENCE_GAIN = 6.0
MEDIAN_OF_NORMAL = 0.6745
HALF_FREEDOM_RATIO = 100.0


def noise_deviation(pixels: np.ndarray) -> float:
    """Estimate the standard deviation of white noise in an image.

    ``median |d| / (6 * 0.6745)`` with d the second difference down of the second difference across,
    which is 0 on slopes and on edges down or across. By the median, details do not count as long
    as they fill less than about half of the image: photographs of faces are so, a carpet is not.

    Source: Immerkaer, "Fast noise variance estimation", Computer Vision and Image Understanding
    1996, with a median for its mean.

    Arguments
    ---------
    pixels: ``(height, width)``, 3 x 3 or more.

    Example
    -------
    >>> slope = np.linspace(0, 1, 112) * np.ones((112, 1))
    >>> noise = 0.05 * np.random.default_rng(0).normal(size=(112, 112))
    >>> round(noise_deviation(slope + noise), 2)
    0.05
    """
    differences = np.diff(np.diff(pixels, 2, axis=0), 2, axis=1)
    return float(np.median(np.abs(differences)) / (DIFFERENCE_GAIN * MEDIAN_OF_NORMAL))


def noise_freedom(pixels: np.ndarray, noise: float) -> float:
    """``r / (r + 100)``, r the variance of the image over that of its noise: 0.5 at 20 dB.

    Arguments
    ---------
    pixels: ``(height, width)``.
    noise: its standard deviation, by :func:`noise_deviation`.

    Example
    -------
    >>> pixels = np.random.default_rng(0).normal(size=(112, 112))
    >>> noise_freedom(pixels, noise_deviation(pixels)) < 0.02
    True
    """
    variance = float(pixels.var())
    if variance == 0:
        return 0.0
    return float(variance / (variance + HALF_FREEDOM_RATIO * noise**2))
