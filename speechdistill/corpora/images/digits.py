"""scikit-learn's bundled digits as a folder of class-named folders."""

import logging
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from speechdistill.base.errors import InputError
from speechdistill.storage.files import written_whole

logger = logging.getLogger(__name__)

BRIGHTEST = 16


def write_digits(folder: Path) -> None:
    """Write ``<folder>/<digit>/<number>.png``: 1797 grey images of 8 x 8 pixels.

    Handwritten digits of 13 people (E. Alpaydin and C. Kaynak, "Optical recognition of handwritten
    digits", UCI Machine Learning Repository, 1998, its test part), as scikit-learn carries them.
    A folder that is there already is left as it is.

    Raises
    ------
    InputError: the folder holds something else.
    """
    digits = load_digits()
    if folder.exists():
        if sum(1 for _ in folder.glob("[0-9]/*.png")) != len(digits.images):
            raise InputError(f"{folder} is there and no folder of digits: remove it")
        return
    with written_whole(folder) as partial:
        for number, (pixels, digit) in enumerate(zip(digits.images, digits.target, strict=True)):
            path = partial / str(digit) / f"{number:04d}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.round(255 / BRIGHTEST * pixels).astype(np.uint8)).save(path)
    logger.info("wrote %d digits to %s", len(digits.images), folder)
