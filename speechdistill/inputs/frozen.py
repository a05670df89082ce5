"""Inputs that a frozen encoder turned into vectors, once, before the teacher is trained on them."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
import torch

from speechdistill.corpora.set_sources import rated_set_sources
from speechdistill.corpora.skipped import SkippedItems, check_skipped
from speechdistill.inputs.items import InputItem, load_items, save_items
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.quality.table import QualityTable
from speechdistill.storage.files import written_whole
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.made_from import MADE_FROM, content_of, is_made_from, write_record
from speechdistill.storage.places import INPUTS, ITEMS, SKIPPED, Stage

logger = logging.getLogger(__name__)


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

    They are made once; made again where a set or one of the encoder's files is another.

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
        files = {str(path): content_of(path) for path in self.source.files}
        of_sets = {name: rated_set_sources(data / name) for name in sets}
        # What is fitted is fitted on one set, and serves the others.
        sources = {"sets": of_sets, "files": files}
        if all(is_made_from(exp / INPUTS / name / MADE_FROM, sources) for name in sets):
            logger.info("%s is up to date: nothing changed since it was made", exp / INPUTS)
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
                save_items(encoded.items, whole / ITEMS)
                write_record(whole / MADE_FROM, sources)
            logger.info("encoded %d of %d inputs of %s", len(names), total, name)

    def perceive(self, data: Path, exp: Path, name: str) -> PerceivedSet:
        """Open what :meth:`prepare` kept of a set."""
        folder = exp / INPUTS / name
        vectors = KeyedVectors.load(folder / "vectors", Stage.TEACHER).vectors
        return PerceivedSet(
            load_items(folder / ITEMS),
            partial(_row, vectors),
            QualityTable.load(folder / "quality.tsv", made_by=Stage.TEACHER),
        )


def _row(vectors: np.ndarray, row: int, generator: np.random.Generator | None) -> torch.Tensor:
    return torch.from_numpy(np.array(vectors[row]))
