"""What degrades an image, by how much: so that a measure of quality has something to find."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

STRONGEST_BLUR = 0.15
STRONGEST_NOISE = 0.4
WIDEST_OCCLUSION = 0.7
LOWEST_RESOLUTION = 0.25
KINDS = ("blur", "noise", "occlusion", "low_resolution")
WEAKEST = 0.3


@dataclass(frozen=True)
class ImageDegradation:
    """One way in which an image is degraded; lengths are relative to its shorter side.

    Arguments
    ---------
    kind: ``blur``, Gaussian, up to a deviation of 0.15; ``noise``, white, up to a deviation of 0.4
        of the range of intensities; ``occlusion``, a square of one grey, up to a side of 0.7;
        ``low_resolution``, down to a quarter of the pixels a side and up again.
    strength: from 0 (not at all) to 1.

    Raises
    ------
    ValueError: another kind, or a strength outside [0, 1].

    Example
    -------
    >>> black = Image.new("L", (8, 8))
    >>> covered = ImageDegradation("occlusion", 1.0).apply(black, np.random.default_rng(3))
    >>> int(np.count_nonzero(np.asarray(covered)))
    36
    """

    kind: str
    strength: float

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown degradation {self.kind}: take one of {', '.join(KINDS)}")
        if not 0 <= self.strength <= 1:
            raise ValueError(f"the strength is {self.strength}: give a number from 0 to 1")

    @classmethod
    def sample(cls, rng: np.random.Generator) -> "ImageDegradation":
        """Sample one of the kinds, and a strength from 0.3 to 1, all alike."""
        return cls(KINDS[rng.integers(len(KINDS))], float(rng.uniform(WEAKEST, 1)))

    def apply(self, image: Image.Image, rng: np.random.Generator) -> Image.Image:
        """Return the degraded image, of the same size and mode.

        Arguments
        ---------
        image: grey or RGB.
        rng: places the occlusion, chooses its grey and samples the noise.
        """
        side = min(image.size)
        if self.strength == 0:
            return image.copy()
        if self.kind == "blur":
            return image.filter(ImageFilter.GaussianBlur(STRONGEST_BLUR * side * self.strength))
        if self.kind == "noise":
            pixels = np.asarray(image, dtype=np.float64)
            deviation = 255 * STRONGEST_NOISE * self.strength
            noisy = pixels + deviation * rng.standard_normal(pixels.shape)
            return Image.fromarray(np.clip(np.round(noisy), 0, 255).astype(np.uint8))
        if self.kind == "occlusion":
            return self._occluded(image, rng)
        low = [max(1, round(edge * LOWEST_RESOLUTION**self.strength)) for edge in image.size]
        coarse = image.resize((low[0], low[1]), Image.Resampling.BOX)
        return coarse.resize(image.size, Image.Resampling.BICUBIC)

    def _occluded(self, image: Image.Image, rng: np.random.Generator) -> Image.Image:
        image = image.copy()
        side = max(1, round(WIDEST_OCCLUSION * min(image.size) * self.strength))
        left, top = (int(rng.integers(0, edge - side + 1)) for edge in image.size)
        grey = int(rng.integers(30, 226))
        colour = grey if image.mode == "L" else (grey,) * len(image.getbands())
        ImageDraw.Draw(image).rectangle((left, top, left + side - 1, top + side - 1), fill=colour)
        return image
