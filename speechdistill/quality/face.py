"""The quality of a face image: sharpness, exposure and size."""

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

SHARPNESS_SIDE = 112
HALF_SHARPNESS = 0.01
FULL_RANGE = 0.5
SIZE_SCALE = 48.0


@dataclass(frozen=True)
class FaceQuality:
    """Measurements of an image, each in [0, 1] with 1 the best.

    Arguments
    ---------
    sharpness, exposure, size: see the functions of this module.
    """

    sharpness: float
    exposure: float
    size: float

    @property
    def quality(self) -> float:
        """The product, in [0, 1]: any one flaw alone makes it small."""
        return self.sharpness * self.exposure * self.size


def measure_face(image: Image.Image) -> FaceQuality:
    """Measure an image of any size and mode.

    Example
    -------
    >>> measure_face(Image.new("RGB", (64, 64))).exposure
    0.0
    """
    grey = image.convert("L")
    return FaceQuality(sharpness(grey), exposure(grey), size(grey))


def sharpness(grey: Image.Image) -> float:
    """``r / (r + 0.01)``, where r is the variance of the Laplacian over that of the image.

    The image is first brought to 112 x 112 and intensities in [0, 1], so that r depends neither
    on the resolution (an enlarged small image is blurred) nor on the contrast. Noise counts as
    detail.

    Source: the variance of the Laplacian, Pech-Pacheco et al., "Diatom autofocusing in brightfield
    microscopy: a comparative study", ICPR 2000; scaling and map are ours. Photographs of 112 x 112
    have r of about 0.09; blurred by a Gaussian of 1 pixel 0.02, of 2 pixels 0.004.
    """
    side = (SHARPNESS_SIDE, SHARPNESS_SIDE)
    pixels = np.asarray(grey.resize(side, Image.Resampling.BILINEAR), dtype=np.float64) / 255
    variance = pixels.var()
    if variance < 1e-6:
        return 0.0
    # Without the border, where the Laplacian sees mirrored pixels.
    ratio = ndimage.laplace(pixels)[1:-1, 1:-1].var() / variance
    return float(ratio / (ratio + HALF_SHARPNESS))


def exposure(grey: Image.Image) -> float:
    """How much of the range of intensities is used, and how little of the image is black or white.

    ``min(1, (p95 - p5) / 0.5) * (1 - share of pixels below 0.03 or above 0.97)`` with percentiles
    of intensities in [0, 1]. The mean does not matter: it would mark down dark skin.
    """
    pixels = np.asarray(grey, dtype=np.float64) / 255
    low, high = np.percentile(pixels, [5, 95])
    lost = np.mean((pixels < 0.03) | (pixels > 0.97))
    return float(min(1.0, (high - low) / FULL_RANGE) * (1 - lost))


def size(grey: Image.Image) -> float:
    """``1 - exp(-side / 48)`` of the shorter side in pixels: 0.5 at 32, 0.9 at 112."""
    return float(-np.expm1(-min(grey.size) / SIZE_SCALE))
