"""Face images as a teacher's inputs."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from speechdistill.base.errors import InputError
from speechdistill.corpora.faces import FACES, FaceImage, load_faces
from speechdistill.inputs.items import InputItem
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.quality.table import QualityTable
from speechdistill.storage.files import require


class FaceImages:
    """The images of a set that stage 2 could read, squared to one size.

    Arguments
    ---------
    image_size: in pixels.
    """

    kind = "face"

    def __init__(self, image_size: int) -> None:
        self.image_size = image_size

    def prepare(self, data: Path, exp: Path, sets: Sequence[str]) -> None:
        """Images are read as they are needed."""

    def perceive(self, data: Path, exp: Path, name: str) -> PerceivedSet:
        """Return the set's images, each a tensor as of :func:`read_image`.

        Raises
        ------
        InputError: no manifest, or no face quality.
        """
        faces, quality = readable_faces(data / name)
        return PerceivedSet(
            [InputItem.of_image(face) for face in faces],
            partial(_read, [face.path for face in faces], self.image_size),
            quality,
        )


def readable_faces(folder: Path) -> tuple[list[FaceImage], QualityTable]:
    """Load a set's faces without the images that stage 2 could not read, and their quality."""
    require(folder / FACES, made_by="stage 1")
    quality = QualityTable.load(folder / "quality" / "face.tsv")
    readable = quality.scores
    return [face for face in load_faces(folder / FACES) if face.id in readable], quality


def read_image(path: str | Path, size: int) -> torch.Tensor:
    """Read an image as float32 ``(3, size, size)``, RGB in [-1, 1].

    Raises
    ------
    InputError: it cannot be read.
    """
    try:
        with Image.open(path) as image:
            scaled = image.convert("RGB").resize((size, size), Image.Resampling.BILINEAR)
            pixels = np.asarray(scaled, dtype=np.float32)
    except OSError as error:
        raise InputError(
            f"cannot read {path} ({error.strerror or error}): run stages 1 and 2 again"
        ) from error
    return torch.from_numpy(pixels).permute(2, 0, 1) / 127.5 - 1


def _read(
    paths: Sequence[str], size: int, row: int, generator: np.random.Generator | None
) -> torch.Tensor:
    return read_image(paths[row], size)
