"""Light, and what degrades a picture: blur, low resolution, darkness, occlusion."""

from dataclasses import asdict, dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SHARE_DEGRADED = 0.28
STRONGEST_BLUR = 3.0
LOWEST_RESOLUTION = 14
DARKEST = 0.12
WIDEST_OCCLUSION = 0.6


@dataclass(frozen=True)
class Light:
    """Light on a session's pictures.

    Arguments
    ---------
    direction: where it comes from, in radians in the picture's plane.
    contrast: brightness there, less that opposite, relative to the middle.
    colour: factors on red, green and blue, near 1.
    """

    direction: float
    contrast: float
    colour: tuple[float, float, float]

    @classmethod
    def sample(cls, rng: np.random.Generator) -> "Light":
        """Sample a session's light."""
        warmth, tint, exposure = rng.normal(0, (0.1, 0.04, 0.12))
        colour = np.exp(exposure + np.array([warmth, tint, -warmth]))
        return cls(
            float(rng.uniform(-np.pi, np.pi)),
            float(abs(rng.normal(0, 0.4))),
            (float(colour[0]), float(colour[1]), float(colour[2])),
        )

    def shine_on(self, image: Image.Image) -> Image.Image:
        """Return the picture in this light."""
        across = np.linspace(-0.5, 0.5, image.width)
        slope = np.cos(self.direction) * across + np.sin(self.direction) * across[:, None]
        factors = (1 + self.contrast * slope)[:, :, None] * np.array(self.colour)
        return _as_image(np.asarray(image) * factors)


@dataclass(frozen=True)
class Degradation:
    """How strongly a picture is degraded, each from 0 (not at all) to 1.

    Arguments
    ---------
    blur: up to a deviation of 3 pixels.
    low_resolution: down to 14 pixels a side.
    darkness: down to 12 % of the light, with the camera's noise.
    occlusion: up to 0.6 of the side of the face covered.
    """

    blur: float = 0.0
    low_resolution: float = 0.0
    darkness: float = 0.0
    occlusion: float = 0.0

    @classmethod
    def sample(cls, rng: np.random.Generator) -> "Degradation":
        """Sample how a picture is degraded: each way in 28 % of the pictures, mostly a bit."""
        strengths = rng.beta(1.0, 1.6, 4) * (rng.random(4) < SHARE_DEGRADED)
        return cls(*strengths.tolist())

    @property
    def total(self) -> float:
        """All of it as one number from 0 to 1: one minus the product of what each leaves.

        Example
        -------
        >>> Degradation(blur=0.5, darkness=0.5).total
        0.75
        """
        return float(1 - np.prod([1 - strength for strength in asdict(self).values()]))

    def apply(self, image: Image.Image, rng: np.random.Generator) -> Image.Image:
        """Return the degraded picture.

        Arguments
        ---------
        image: RGB.
        rng: places the occlusion and samples the camera's noise.

        Example
        -------
        >>> grey = Image.new("RGB", (112, 112), (128, 128, 128))
        >>> dark = Degradation(darkness=1.0).apply(grey, np.random.default_rng(1))
        >>> bool(np.asarray(dark).mean() < 30)
        True
        """
        side = image.width
        if self.occlusion > 0:
            image = self._occluded(image, rng)
        if self.blur > 0:
            image = image.filter(ImageFilter.GaussianBlur(STRONGEST_BLUR * self.blur))
        if self.low_resolution > 0:
            low = round(side * (LOWEST_RESOLUTION / side) ** self.low_resolution)
            image = image.resize((low, low), Image.Resampling.BOX)
            image = image.resize((side, side), Image.Resampling.BICUBIC)
        noise_deviation = 2.0 + 8.0 * self.darkness
        noise = noise_deviation * rng.standard_normal((side, side, 1), dtype=np.float32)
        return _as_image(np.asarray(image) * DARKEST**self.darkness + noise)

    def _occluded(self, image: Image.Image, rng: np.random.Generator) -> Image.Image:
        """Cover a part by something of one colour that comes in from the edge, as a hand does."""
        side = image.width
        image = image.copy()
        pen = ImageDraw.Draw(image)
        angle = rng.uniform(-np.pi, np.pi)
        inward = np.array([np.cos(angle), np.sin(angle)])
        reach = 0.5 - WIDEST_OCCLUSION * self.occlusion
        start = (
            side / 2 + inward * side * reach + inward[::-1] * (-1, 1) * rng.normal(0, 0.1 * side)
        )
        half_width = side * rng.uniform(0.15, 0.3)
        across = inward[::-1] * (-1, 1) * half_width
        far = start + inward * 2 * side
        corners = [start - across, start + across, far + across, far - across]
        red, green, blue = rng.integers(15, 230, 3).tolist()
        pen.polygon([(x, y) for x, y in np.array(corners).tolist()], fill=(red, green, blue))
        box = [*(start - half_width).tolist(), *(start + half_width).tolist()]
        pen.ellipse(box, fill=(red, green, blue))
        return image


def _as_image(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(np.round(pixels), 0, 255).astype(np.uint8))
