"""The quality of an image; the scales are those of photographs of faces."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PIL import Image

from speechdistill.corpora.colours import in_colours
from speechdistill.quality.exposure import exposure
from speechdistill.quality.image_noise import noise_deviation, noise_freedom
from speechdistill.quality.sharpness import sharpness
from speechdistill.quality.symmetry import symmetry

SIDE = 112
SIZE_SCALE = 48.0


@dataclass(frozen=True)
class ImageQuality:
    """Measurements of an image, each in [0, 1] with 1 the best.

    Arguments
    ---------
    sharpness: :func:`speechdistill.quality.sharpness.sharpness`.
    exposure: :func:`speechdistill.quality.exposure.exposure`.
    noise_freedom: :func:`speechdistill.quality.image_noise.noise_freedom`.
    symmetry: :func:`speechdistill.quality.symmetry.symmetry`, a proxy for occlusion.
    size: :func:`size`.
    """

    COLUMNS: ClassVar = (
        "quality",
        "sharpness",
        "exposure",
        "noise_freedom",
        "symmetry",
        "size",
    )

    sharpness: float
    exposure: float
    noise_freedom: float
    symmetry: float
    size: float

    @property
    def quality(self) -> float:
        """The product, in [0, 1]: any one flaw alone makes it small."""
        return self.sharpness * self.exposure * self.noise_freedom * self.symmetry * self.size


def measure_image(image: Image.Image) -> ImageQuality:
    """Measure an image of any size and mode.

    Sharpness and noise are those of the image brought to 112 x 112, symmetry at 56 x 56.

    Example
    -------
    >>> measure_image(Image.new("RGB", (64, 64))).exposure
    0.0
    """
    colour = in_colours(image)
    grey = colour.convert("L")
    pixels = _intensities(grey.resize((SIDE, SIDE), Image.Resampling.BILINEAR))
    noise = noise_deviation(pixels)
    return ImageQuality(
        sharpness(pixels, noise),
        exposure(_intensities(grey)),
        noise_freedom(pixels, noise),
        symmetry(_intensities(colour.resize((SIDE // 2, SIDE // 2), Image.Resampling.BILINEAR))),
        size(image),
    )


def size(image: Image.Image) -> float:
    """``1 - exp(-side / 48)`` of the shorter side in pixels: 0.5 at 32, 0.9 at 112."""
    return float(-np.expm1(-min(image.size) / SIZE_SCALE))


def _intensities(image: Image.Image) -> np.ndarray:
    return np.divide(np.asarray(image), 255, dtype=np.float64)
