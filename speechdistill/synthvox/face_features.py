"""Outlines of a face's parts, from the measures of its geometry.

Points are right and down from the middle of the face, in halves of its height.
"""

from dataclasses import dataclass

import numpy as np

AVERAGE_HALF_WIDTH = 0.74


@dataclass(frozen=True)
class Expression:
    """What the face does at the moment.

    Arguments
    ---------
    smile: -1 (corners of the mouth down) to 1.
    mouth_open, brow_raise: 0 to 1.
    eye_open: 0 (closed) to 1.
    gaze: where the eyes look, -1 (left) to 1.
    """

    smile: float
    mouth_open: float
    brow_raise: float
    eye_open: float
    gaze: float

    @classmethod
    def sample(cls, rng: np.random.Generator) -> "Expression":
        """Sample the expression of somebody who talks."""
        smile, gaze = np.tanh(rng.normal(0.2, 0.6)), np.tanh(rng.normal(0, 0.5))
        mouth_open = max(0.0, rng.normal(0.15, 0.35))
        eye_open = min(1.0, 1.05 - 0.25 * abs(rng.normal()))
        return cls(float(smile), min(mouth_open, 1.0), float(rng.beta(1, 3)), eye_open, float(gaze))


def rounded(points: np.ndarray, times: int = 3, closed: bool = True) -> np.ndarray:
    """Cut the corners of a polygon, or of an open line, until it looks smooth.

    G. Chaikin, "An algorithm for high-speed curve generation", 1974.

    Example
    -------
    >>> rounded(np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0]]), times=1).shape
    (6, 2)
    """
    for _ in range(times):
        following = np.roll(points, -1, axis=0)
        if not closed:
            points, following, ends = points[:-1], following[:-1], (points[:1], points[-1:])
        cut = np.stack([0.75 * points + 0.25 * following, 0.25 * points + 0.75 * following], 1)
        points = cut.reshape(-1, 2)
        if not closed:
            points = np.concatenate([ends[0], points, ends[1]])
    return points


def mirrored(right_side: np.ndarray) -> np.ndarray:
    """Close a shape whose right side runs from its top to its bottom."""
    return np.concatenate([right_side, right_side[::-1] * (-1, 1)])


def between(upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """Outline of what lies between two edges that run the same way."""
    return np.concatenate([upper, lower[::-1]])


class FaceShape:
    """The parts of one person's face, with one expression.

    Arguments
    ---------
    geometry: measures of ``face_geometry``, each of mean 0 and variance 1.
    expression: of the moment.

    Example
    -------
    >>> from speechdistill.synthvox.face_geometry import GEOMETRY_MEASURES
    >>> average = FaceShape(dict.fromkeys(GEOMETRY_MEASURES, 0.0), Expression(0, 0, 0, 1, 0))
    >>> outline = average.head()
    >>> bool(abs(outline[:, 0].min() + outline[:, 0].max()) < 1e-12)
    True
    """

    def __init__(self, geometry: dict[str, float], expression: Expression) -> None:
        # Nobody is further than 2.5 deviations from the average: faces stay possible.
        self.measures = {name: 2.5 * np.tanh(value / 2.5) for name, value in geometry.items()}
        self.expression = expression
        self.half_width = AVERAGE_HALF_WIDTH * self._scale("face_width", 0.09)
        self.eye_x = 0.32 * self._scale("eye_spacing", 0.1)
        self.eye_half_width = 0.15 * self._scale("eye_size", 0.14)
        self.nose_y = 0.3 + 0.07 * self.measures["nose_length"]
        self.nose_half_width = 0.125 * self._scale("nose_width", 0.22)
        self.mouth_y = 0.585 + 0.045 * self.measures["mouth_height"]
        self.mouth_half_width = (
            0.26 * self._scale("mouth_width", 0.15) * (1 + 0.1 * expression.smile)
        )
        self.chin_y = 0.98 + 0.08 * self.measures["chin_length"] + 0.05 * expression.mouth_open
        self.crown_y = -1.0 - 0.09 * self.measures["forehead_height"]

    def _scale(self, measure: str, effect: float) -> float:
        return 1 + effect * self.measures[measure]

    def head(self) -> np.ndarray:
        """Outline of the head without ears and hair."""
        width = self.half_width
        jaw = width * self._scale("jaw_width", 0.12)
        chin = width * self._scale("chin_width", 0.28)
        right = np.array(
            [
                (0.0, self.crown_y),
                (0.62 * width, self.crown_y + 0.03),
                (0.97 * width, -0.55),
                (width, -0.2),
                (width * self._scale("cheekbones", 0.08), 0.12),
                (0.94 * jaw, 0.48),
                (0.7 * jaw, 0.78),
                (0.36 * chin, self.chin_y - 0.01),
                (0.0, self.chin_y),
            ]
        )
        return rounded(mirrored(right))

    def neck(self) -> np.ndarray:
        """Outline of the neck, down to below the picture."""
        width = 0.44 * self._scale("neck_width", 0.14)
        return mirrored(np.array([(width, 0.3), (width, 1.1), (1.15 * width, 1.3), (1.3, 1.45)]))

    def ear(self, side: int) -> np.ndarray:
        """Outline of the ear on the right (``side`` 1) or left (-1)."""
        angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        size = self._scale("ear_size", 0.25)
        x = self.half_width * 1.0 + 0.08 * size * np.cos(angle)
        y = 0.05 + 0.2 * size * np.sin(angle)
        return np.stack([side * x, y], axis=1)

    def lids(self, side: int) -> tuple[np.ndarray, np.ndarray]:
        """Edges of the upper and the lower lid, each from the nose outwards."""
        across = np.linspace(-1, 1, 15)
        height = 0.075 * self._scale("eye_size", 0.2) * (0.15 + 0.85 * self.expression.eye_open)
        slant = -0.14 * self.measures["eye_slant"] - 0.04
        turn = np.array([[np.cos(slant), np.sin(slant)], [-np.sin(slant), np.cos(slant)]])
        centre = np.array([side * self.eye_x, -0.08])
        x = across * self.eye_half_width
        upper = np.stack([x, -height * (1 - across**2) ** 0.65], axis=1)
        lower = np.stack([x, 0.7 * height * (1 - across**2)], axis=1)
        return upper @ turn * (side, 1) + centre, lower @ turn * (side, 1) + centre

    def iris_centre(self, side: int) -> np.ndarray:
        """Middle of the iris."""
        return np.array([side * self.eye_x + 0.05 * self.expression.gaze, -0.09])

    def brow(self, side: int) -> np.ndarray:
        """Outline of an eyebrow."""
        across = np.linspace(-1, 1, 9)
        middle_y = -0.28 - 0.04 * self.measures["brow_height"] - 0.06 * self.expression.brow_raise
        arch = middle_y + 0.05 * across**2 - 0.02 * across
        thickness = (
            0.042 * self._scale("brow_thickness", 0.36) * (1.1 - 0.8 * (across > 0) * across)
        )
        x = self.eye_x + 0.02 + across * self.eye_half_width * 1.35
        upper, lower = np.stack([x, arch - thickness], 1), np.stack([x, arch + thickness], 1)
        return between(upper, lower) * (side, 1)

    def nose_side(self, side: int) -> np.ndarray:
        """Line from the brow along the nose around its wing."""
        width, bottom = self.nose_half_width, self.nose_y
        points = [
            (0.09, -0.12),
            (0.06, 0.05),
            (0.55 * width, bottom - 0.14),
            (width, bottom - 0.07),
        ]
        points += [(width * 1.02, bottom), (0.6 * width, bottom + 0.03)]
        return rounded(np.array(points), closed=False) * (side, 1)

    def nostril(self, side: int) -> np.ndarray:
        """Outline of a nostril."""
        angle = np.linspace(0, 2 * np.pi, 12, endpoint=False)
        x = 0.48 * self.nose_half_width + 0.3 * self.nose_half_width * np.cos(angle)
        return np.stack([side * x, self.nose_y + 0.005 + 0.022 * np.sin(angle)], axis=1)

    def lips(self) -> np.ndarray:
        """Outline of both lips together."""
        x, corners, bow, gap = self._mouth()
        thickness = 0.062 * self._scale("lip_thickness", 0.35)
        notch = 0.25 * np.exp(-((x / (0.16 * self.mouth_half_width)) ** 2))
        upper = corners - 0.25 * gap - thickness * bow**0.7 * (0.85 - notch)
        lower = corners + gap + 1.15 * thickness * bow**0.6
        return between(np.stack([x, upper], axis=1), np.stack([x, lower], axis=1))

    def mouth_opening(self, share: float = 1.0) -> np.ndarray:
        """Outline of the opening between the lips, or of the upper ``share`` of it."""
        x, corners, _, gap = self._mouth()
        upper = corners - 0.25 * gap - 0.004
        lower = upper + share * (1.2 * gap + 0.01)
        return between(np.stack([0.93 * x, upper], axis=1), np.stack([0.93 * x, lower], axis=1))

    def _mouth(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        across = np.linspace(-1, 1, 21)
        bow = 1 - across**2
        corners = self.mouth_y - 0.06 * self.expression.smile * across**2
        return (
            across * self.mouth_half_width,
            corners,
            bow,
            0.11 * self.expression.mouth_open * bow,
        )
