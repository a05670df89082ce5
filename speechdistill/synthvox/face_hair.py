"""Outlines of hair and beard around a face."""

import numpy as np

from speechdistill.synthvox.face_appearance import Appearance
from speechdistill.synthvox.face_features import FaceShape, mirrored, rounded


def back_hair(shape: FaceShape, appearance: Appearance) -> np.ndarray:
    """Outline of the hair behind the head, down to where its length takes it."""
    width = shape.half_width * (1.1 + 0.1 * appearance.hair_volume)
    top = shape.crown_y - 0.09 - 0.05 * appearance.hair_volume
    bottom = -0.25 + 1.9 * max(appearance.hair_length - 0.3, 0.0)
    right = np.array(
        [
            (0.0, top),
            (0.7 * width, top + 0.06),
            (1.08 * width, -0.55),
            (1.08 * width, -0.1),
            (1.1 * width, max(0.6 * bottom, -0.05)),
            (0.95 * width, bottom),
            (0.3 * width, bottom + 0.04),
        ]
    )
    return rounded(mirrored(right))


def front_hair(shape: FaceShape, appearance: Appearance) -> np.ndarray:
    """Outline of the hair above the forehead: an arc over the crown and the hairline below."""
    width = shape.half_width * (1.04 + 0.08 * appearance.hair_volume)
    top = shape.crown_y - 0.08 - 0.06 * appearance.hair_volume
    hairline = shape.crown_y + 0.36 + 0.14 * appearance.fringe
    temple = -0.2 + 0.15 * appearance.hair_length
    parting = 0.35 * appearance.hair_parting * width
    arc = [(-1.0 * width, temple), (-1.04 * width, -0.55), (-0.7 * width, top + 0.08), (0.0, top)]
    arc += [(0.7 * width, top + 0.08), (1.04 * width, -0.55), (1.0 * width, temple)]
    line = [(0.9 * width, temple - 0.05), (0.8 * width, hairline + 0.08)]
    line += [(parting + 0.3, hairline), (parting, hairline - 0.12), (parting - 0.3, hairline)]
    line += [(-0.8 * width, hairline + 0.08), (-0.9 * width, temple - 0.05)]
    return rounded(np.array(arc + line), times=2)


def beard(shape: FaceShape, appearance: Appearance) -> np.ndarray:
    """Outline of a beard on jaw and chin, below the mouth's middle."""
    outline = shape.head()
    below = outline[outline[:, 1] > 0.1]
    right = below[below[:, 0] > 0]
    right = right[np.argsort(right[:, 1])] * (1.01, 1.0 + 0.05 * appearance.beard)
    inner_top = np.array([(0.86 * shape.half_width, 0.1)])
    inner = np.array(
        [
            (0.0, shape.mouth_y + 0.13),
            (0.6 * shape.mouth_half_width, shape.mouth_y + 0.12),
            (1.15 * shape.mouth_half_width, shape.mouth_y + 0.02),
            (0.62 * shape.half_width, 0.45),
        ]
    )
    left_inner = inner[1:] * (-1, 1)
    left = right[::-1] * (-1, 1)
    path = [inner, inner_top, right, left, inner_top * (-1, 1), left_inner[::-1]]
    return np.concatenate(path)


def moustache(shape: FaceShape) -> np.ndarray:
    """Outline of the hair between nose and mouth."""
    across = np.linspace(-1, 1, 11)
    x = across * 1.1 * shape.mouth_half_width
    middle = 0.5 * (shape.nose_y + shape.mouth_y) + 0.01
    upper = np.stack([x, middle - 0.05 + 0.12 * across**2], axis=1)
    lower = np.stack([x, middle + 0.045 + 0.08 * across**2], axis=1)
    return np.concatenate([upper, lower[::-1]])
