"""One image to dlib's description of its face: detected, aligned by five points, described."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from speechdistill.base.errors import InputError
from speechdistill.corpora.colours import in_colours
from speechdistill.corpora.upright import open_upright

ALIGNMENT = "shape_predictor_5_face_landmarks.dat"
NETWORK = "dlib_face_recognition_resnet_model_v1.dat"
WIDTH = 128
# The detector's window is 80 pixels wide and sees no face that fills the image: faces are brought
# to some 100 pixels, with a border.
SIDE, BORDER = 150, 0.25
CHIP_BORDER = 0.25  # of an aligned face, which the network was trained with
MIDDLE = 0.75  # share of the shorter side that stands for a face where none is found
UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)


@dataclass(frozen=True)
class Description:
    """What dlib says of an image.

    Arguments
    ---------
    vector: float32 ``(128,)``.
    is_found: whether the detector found a face; else the middle of the image was described.
    """

    vector: np.ndarray
    is_found: bool


class DlibDescriber:
    """King, "Dlib-ml", JMLR 2009, and his ResNet-29 of face descriptors (dlib-models, 2017).

    The detector is dlib's of gradient histograms (frontal faces). Of several faces the largest is
    taken. Where there is none, a square in the middle of the image stands for it.

    Arguments
    ---------
    models: folder of the two ``.dat`` files.
    side: what the shorter side of an image is brought to, in pixels, before it is looked at.

    Raises
    ------
    InputError: dlib is not installed, or a model is missing or broken.
    """

    def __init__(self, models: Path, side: int = SIDE) -> None:
        dlib = import_dlib()
        self.side = side
        self.rectangle = dlib.rectangle
        self.detector = dlib.get_frontal_face_detector()
        self.alignment = _load(dlib.shape_predictor, models / ALIGNMENT)
        self.network = _load(dlib.face_recognition_model_v1, models / NETWORK)

    def describe(self, path: str) -> Description | None:
        """Describe an image file; None if it cannot be read."""
        try:
            with open_upright(path) as image:
                pixels = bordered(image, self.side)
        except UNREADABLE:
            return None
        found = self.detector(pixels)
        box = max(found, key=lambda each: each.area()) if found else self._middle(pixels)
        points = self.alignment(pixels, box)
        vector = self.network.compute_face_descriptor(pixels, points, 0, CHIP_BORDER)
        return Description(np.array(vector, dtype=np.float32), bool(found))

    def _middle(self, pixels: np.ndarray) -> Any:
        height, width = pixels.shape[:2]
        half = MIDDLE * self.side / 2
        edges = (width / 2 - half, height / 2 - half, width / 2 + half, height / 2 + half)
        return self.rectangle(*map(round, edges))


def bordered(image: Image.Image, side: int) -> np.ndarray:
    """Bring an image's shorter side to a size, and repeat its edges around it.

    Returns
    -------
    uint8 ``(height, width, 3)``, RGB.

    Example
    -------
    >>> bordered(Image.new("L", (20, 30)), side=40).shape
    (80, 60, 3)
    """
    scale = side / min(image.size)
    width, height = (max(1, round(scale * length)) for length in image.size)
    scaled = in_colours(image).resize((width, height), Image.Resampling.BILINEAR)
    border = round(BORDER * side)
    return np.pad(np.asarray(scaled), ((border, border), (border, border), (0, 0)), mode="edge")


@cache
def describer(models: Path, side: int) -> DlibDescriber:
    """Return the process's own describer: its models cannot be sent to another."""
    return DlibDescriber(models, side)


def import_dlib() -> Any:
    """Import dlib.

    Raises
    ------
    InputError: it is not installed.
    """
    try:
        import dlib
    except ImportError as error:
        raise InputError(
            "the face teacher needs dlib and its models: pip install 'speechdistill[faces]'"
        ) from error
    return dlib


def _load(kind: Any, path: Path) -> Any:
    if not path.is_file():
        raise InputError(f"no file {path}: give dlib's models with --teacher.models")
    try:
        return kind(str(path))
    except RuntimeError as error:
        raise InputError(f"cannot load {path} ({' '.join(str(error).split())[:200]})") from error
