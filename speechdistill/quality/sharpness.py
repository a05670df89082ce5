"""The sharpness of an image."""

import numpy as np
from scipy import ndimage

HALF_SHARPNESS = 0.02
# White noise of variance 1 leaves the Laplacian with that of its weights: 4^2 + 4.
NOISE_GAIN = 20.0


def sharpness(pixels: np.ndarray, noise: float) -> float:
    """``r / (r + 0.02)``, where r is the variance of the Laplacian over that of the image.

    Dividing makes it independent of the contrast; both variances are without that of the noise
    (as far as it can be told), which is not detail. An enlarged small image is blurred.

    Source: the variance of the Laplacian, Pech-Pacheco et al., "Diatom autofocusing in brightfield
    microscopy: a comparative study", ICPR 2000; scaling and map are ours. Photographs of 112 x 112
    have r of about 0.08; blurred by a Gaussian of 1 pixel 0.02, of 2 pixels 0.004.

    Arguments
    ---------
    pixels: intensities in [0, 1], ``(112, 112)``.
    noise: its standard deviation, by :func:`speechdistill.quality.image_noise.noise_deviation`.

    Example
    -------
    >>> stripes = np.tile([0.0, 1.0], (112, 56))
    >>> round(sharpness(stripes, noise=0.0), 2)
    1.0
    """
    variance = pixels.var() - noise**2
    if variance < 1e-6:
        return 0.0
    # Without the border, where the Laplacian sees mirrored pixels.
    detail = max(0.0, ndimage.laplace(pixels)[1:-1, 1:-1].var() - NOISE_GAIN * noise**2)
    ratio = detail / variance
    return float(ratio / (ratio + HALF_SHARPNESS))
