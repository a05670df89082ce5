"""Face images as a teacher's inputs."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch

from speechdistill.inputs.image_files import read_image, readable_images
from speechdistill.inputs.items import InputItem
from speechdistill.inputs.perceived import PerceivedSet


class FaceImages:
    """The images of a set that can be read, squared to one size.

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
        InputError: no manifest, or no image quality.
        """
        faces, quality = readable_images(data / name)
        return PerceivedSet(
            [InputItem.of_image(face) for face in faces],
            partial(_read, [face.path for face in faces], self.image_size),
            quality,
        )


def _read(
    paths: Sequence[str], size: int, row: int, generator: np.random.Generator | None
) -> torch.Tensor:
    return read_image(paths[row], size)
