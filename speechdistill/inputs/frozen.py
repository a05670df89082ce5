"""Inputs that a frozen encoder turned into vectors, once, before the teacher is trained on them."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
import torch

from speechdistill.corpora.image_manifest import IMAGES
from speechdistill.corpora.manifests import CUTS
from speechdistill.corpora.skipped import SKIPPED, SkippedItems, check_skipped
from speechdistill.inputs.items import InputItem, load_items, save_items
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.quality.table import QualityTable
from speechdistill.storage.files import written_whole
from speechdistill.storage.keyed_vectors import KeyedVectors

logger = logging.getLogger(__name__)

INPUTS = "inputs"
MANIFESTS = (CUTS, IMAGES, "quality/speech.tsv", "quality/image.tsv")


@dataclass(frozen=True)
class EncodedSet:
    """What a frozen encoder says of a set.

    Arguments
    ---------
    items: what it was asked about.
    vectors: float32 ``(items, dimension)``.
    quality: ``(items,)`` in [0, 1]: how far each input can be trusted; ones where nothing is known.
    skipped: what could not be used, and why.
    """

    items: Sequence[InputItem]
    vectors: np.ndarray
    quality: np.ndarray
    skipped: Sequence[tuple[str, str]] = ()


class VectorSource(Protocol):
    """A frozen encoder and what it encodes.

    Attributes
    ----------
    kind: what reports call the teacher: "text", "face", "speech", "vectors".
    files: what it reads besides the sets' folders: a table of texts, a model.
    """

    kind: str

    @property
    def files(self) -> Sequence[Path]: ...

    def encode(self, folders: Mapping[str, Path]) -> dict[str, EncodedSet]:
        """Encode sets, given as name -> folder; what is fitted is fitted on ``train`` alone."""
        ...


class FrozenInputs:
    """Vectors of a frozen encoder as a teacher's inputs, kept in ``<teacher>/inputs/<set>``.

    They are made once; made again where a manifest or one of the encoder's files is newer.

    Arguments
    ---------
    source: the encoder.
    skipped_limit: the largest share of a set's items that may be skipped, in [0, 1].
    """

    def __init__(self, source: VectorSource, skipped_limit: float = 0.01) -> None:
        self.source = source
        self.kind = source.kind
        self.skipped_limit = skipped_limit

    def prepare(self, data: Path, exp: Path, sets: Sequence[str]) -> None:
        """Encode the sets of a data folder.

        Raises
        ------
        InputError: the source cannot read its files, or skips more than the limit;
            ``<teacher>/inputs/<set>.skipped.tsv`` then lists what.
        """
        if all(self._is_up_to_date(data, exp, name) for name in sets):
            logger.info("%s is up to date", exp / INPUTS)
            return
        for name, encoded in self.source.encode({name: data / name for name in sets}).items():
            folder = exp / INPUTS / name
            skipped = SkippedItems(list(encoded.skipped))
            total = len(encoded.items) + len(skipped)
            if skipped:
                listing = folder.with_name(f"{name}.{SKIPPED}")
                skipped.save(listing)
                check_skipped(
                    *(len(skipped), total, self.skipped_limit, "teacher inputs", listing),
                    option="--teacher.skipped_limit",
                )
            names = [item.id for item in encoded.items]
            with written_whole(folder) as whole:
                KeyedVectors(names, encoded.vectors).save(whole / "vectors")
                QualityTable(names, {"quality": encoded.quality}).save(whole / "quality.tsv")
                save_items(encoded.items, whole / "items.tsv")
            logger.info("encoded %d of %d inputs of %s", len(names), total, name)

    def perceive(self, data: Path, exp: Path, name: str) -> PerceivedSet:
        """Open what :meth:`prepare` kept of a set."""
        folder = exp / INPUTS / name
        vectors = KeyedVectors.load(folder / "vectors", "stage 3").vectors
        return PerceivedSet(
            load_items(folder / "items.tsv"),
            partial(_row, vectors),
            QualityTable.load(folder / "quality.tsv", made_by="stage 3"),
        )

    def _is_up_to_date(self, data: Path, exp: Path, name: str) -> bool:
        made = exp / INPUTS / name / "items.tsv"
        sources = [*(data / name / manifest for manifest in MANIFESTS), *self.source.files]
        return made.exists() and all(
            made.stat().st_mtime >= source.stat().st_mtime for source in sources if source.exists()
        )


def _row(vectors: np.ndarray, row: int, generator: np.random.Generator | None) -> torch.Tensor:
    return torch.from_numpy(np.array(vectors[row]))
