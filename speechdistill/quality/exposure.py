"""The exposure of an image."""

import numpy as np

from speechdistill.quality.percentiles import percentiles

FULL_RANGE = 0.5
BLACK, WHITE = 0.03, 0.97


def exposure(pixels: np.ndarray) -> float:
    """How much of the range of intensities is used, and how little of the image is black or white.

    ``min(1, (p95 - p5) / 0.5) * (1 - share of pixels below 0.03 or above 0.97)`` with percentiles
    of intensities. The mean does not matter: it would mark down dark skin.

    Arguments
    ---------
    pixels: intensities in [0, 1], of any shape.

    Example
    -------
    >>> round(exposure(np.linspace(0.2, 0.45, 1001)), 3)
    0.45
    """
    low, high = percentiles(pixels, [5, 95])
    lost = np.mean((pixels < BLACK) | (pixels > WHITE))
    return float(min(1.0, (high - low) / FULL_RANGE) * (1 - lost))
