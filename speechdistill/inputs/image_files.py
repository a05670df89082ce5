"""The images of a set as tensors: those of faces, of digits, of anything."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from speechdistill.base.errors import InputError
from speechdistill.corpora.colours import in_colours
from speechdistill.corpora.image_manifest import ImageRecord, load_images
from speechdistill.corpora.upright import open_upright
from speechdistill.quality.coverage import check_coverage
from speechdistill.quality.table import QualityTable
from speechdistill.storage.files import require
from speechdistill.storage.matrices import one_line
from speechdistill.storage.places import IMAGE_QUALITY, IMAGES, Stage


def readable_images(folder: Path) -> tuple[list[ImageRecord], QualityTable]:
    """Load a set's images without those that cannot be read, and their quality.

    Raises
    ------
    InputError: the manifest or the quality is missing or broken, or the quality is not of the whole
        set (:func:`speechdistill.quality.coverage.check_coverage`).
    """
    require(folder / IMAGES, made_by=Stage.MANIFESTS)
    quality = QualityTable.load(folder / IMAGE_QUALITY)
    images, rated = load_images(folder / IMAGES), quality.scores
    unrated = [image.path for image in images if image.id not in rated]
    check_coverage(folder / IMAGE_QUALITY, len(images), unrated)
    return [image for image in images if image.id in rated], quality


def read_image(path: str | Path, size: int) -> torch.Tensor:
    """Read an image as float32 ``(3, size, size)``, RGB in [-1, 1].

    Raises
    ------
    InputError: it cannot be read.
    """
    try:
        with open_upright(path) as image:
            scaled = in_colours(image).resize((size, size), Image.Resampling.BILINEAR)
            pixels = np.asarray(scaled, dtype=np.float32)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        reason = getattr(error, "strerror", None) or one_line(error)
        raise InputError(f"cannot read {path} ({reason}): run {Stage.RATED_SETS} again") from error
    return torch.from_numpy(pixels).permute(2, 0, 1) / 127.5 - 1
