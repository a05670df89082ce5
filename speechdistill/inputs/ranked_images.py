"""Images as inputs, whose quality is how they rank."""

from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import torch
from scipy.stats import rankdata

from speechdistill.base.errors import InputError
from speechdistill.inputs.image_files import read_image, readable_images
from speechdistill.inputs.items import InputItem
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.quality.table import QualityTable

IMAGES_IN_MEMORY = 4096


class RankedImages:
    """The images of a set that can be read, squared to one size, and how they rank.

    The quality of an image is the lowest of its ranks among the set's images by the measures
    named, ``rank / n``: only the order of a measure counts, not its scale, which is one of
    photographs of faces.

    Arguments
    ---------
    image_size: in pixels.
    quality_measures: columns of ``quality/image.tsv``
        (:class:`speechdistill.quality.image.ImageQuality`); ``quality`` is the product of all.

    Raises
    ------
    ValueError: no measure.
    """

    kind = "image"

    def __init__(self, image_size: int, quality_measures: Sequence[str] = ("quality",)) -> None:
        if not quality_measures:
            raise ValueError("no quality_measures: name one or more columns of quality/image.tsv")
        self.image_size = image_size
        self.quality_measures = list(quality_measures)

    def prepare(self, data: Path, exp: Path, sets: Sequence[str]) -> None:
        """Images are read as they are needed."""

    def perceive(self, data: Path, exp: Path, name: str) -> PerceivedSet:
        """Return the set's images, each a tensor as of :func:`read_image`.

        Raises
        ------
        InputError: no manifest, no image quality, or not by a measure that is named.
        """
        images, measured = readable_images(data / name)
        return PerceivedSet(
            [InputItem.of_image(image) for image in images],
            partial(_read, [image.path for image in images], self.image_size),
            ranked_quality(measured, self.quality_measures),
        )


def ranked_quality(measured: QualityTable, measures: Sequence[str]) -> QualityTable:
    """Return the lowest of each item's ranks by some measures, over the number of items.

    Equal items have their mean rank.

    Raises
    ------
    InputError: a measure that the table does not have.

    Example
    -------
    >>> columns = {"sharpness": np.array([0.1, 0.2, 0.9]), "exposure": np.array([0.5, 0.5, 0.1])}
    >>> measured = QualityTable(["a", "b", "c"], {"quality": np.ones(3), **columns})
    >>> ranked_quality(measured, ["sharpness", "exposure"]).columns["quality"].round(2).tolist()
    [0.33, 0.67, 0.33]
    """
    unknown = [measure for measure in measures if measure not in measured.columns]
    if unknown:
        raise InputError(
            f"no quality measure {unknown[0]}: quality_measures must be among "
            f"{', '.join(measured.columns)}"
        )
    ranks = [rankdata(measured.columns[measure]) / len(measured) for measure in measures]
    return QualityTable(measured.ids, {"quality": np.min(ranks, axis=0)})


# Few images are read again and again: decoding them would take longer than the network.
_read_once = lru_cache(maxsize=IMAGES_IN_MEMORY)(read_image)


def _read(
    paths: Sequence[str], size: int, row: int, generator: np.random.Generator | None
) -> torch.Tensor:
    return _read_once(paths[row], size)
