"""Precomputed vectors as a teacher's inputs."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.inputs.frozen import EncodedSet
from speechdistill.inputs.set_members import SetMembers, labels_of_people, locate
from speechdistill.teachers.imported.kaldi_vectors import read_kaldi_vectors
from speechdistill.teachers.imported.lhotse_vectors import read_lhotse_vectors
from speechdistill.teachers.imported.npy_vectors import read_npy_vectors
from speechdistill.teachers.imported.readings import Readings

logger = logging.getLogger(__name__)

NPY, KALDI, LHOTSE = (".npy",), (".scp", ".ark"), (".jsonl", ".jsonl.gz")


class VectorFile:
    """Vectors that somebody else computed, by the id of a person, an utterance or an image.

    The name says the form: ``.npy`` with a list of ids, Kaldi's ``.scp`` or ``.ark``, or a Lhotse
    manifest of cuts ``.jsonl`` or ``.jsonl.gz`` with an attached array. People whose one vector is
    the same share a label, as the teacher cannot tell them apart. All count as of quality 1.

    Arguments
    ---------
    vectors: the file.
    ids: for ``.npy``: the ids of its rows, one per line.
    field: for a Lhotse manifest: the name of the array.

    Raises
    ------
    ValueError: a name of another form.

    Example
    -------
    >>> import tempfile
    >>> from speechdistill.corpora.image_manifest import ImageRecord, save_images
    >>> folder = Path(tempfile.mkdtemp())
    >>> save_images([ImageRecord("a/v/1", "", "a", "v")], folder / "train" / "images.jsonl.gz")
    >>> np.save(folder / "vectors.npy", np.array([[0.0, 1.0]]))
    >>> _ = (folder / "ids.txt").write_text("a/v/1\\n")
    >>> source = VectorFile(str(folder / "vectors.npy"), ids=str(folder / "ids.txt"))
    >>> source.encode({"train": folder / "train"})["train"].vectors
    array([[0., 1.]], dtype=float32)
    """

    kind = "vectors"

    def __init__(self, vectors: str, ids: str = "ids.txt", field: str = "vector") -> None:
        if not vectors.endswith(NPY + KALDI + LHOTSE):
            forms = ", ".join(NPY + KALDI + LHOTSE)
            raise ValueError(f"vectors {vectors!r}: give a file of one of the forms {forms}")
        self.vectors = Path(vectors)
        self.ids = Path(ids)
        self.field = field

    @property
    def files(self) -> Sequence[Path]:
        """The vectors, and the ids of a matrix."""
        return [self.vectors, self.ids] if self.vectors.suffix in NPY else [self.vectors]

    def encode(self, folders: Mapping[str, Path]) -> dict[str, EncodedSet]:
        """Look the vectors up.

        Raises
        ------
        InputError: a file is missing or broken; ``train`` has no vector.
        """
        sets = {name: SetMembers.load(folder) for name, folder in folders.items()}
        for path, key in zip(self.files, ("vectors", "ids"), strict=False):
            if not path.is_file():
                raise InputError(f"no file {path}: give it with --teacher.{key}")
        readings = self._read().checked()
        logger.info(
            "%d vectors of width %d in %s", *(len(readings.arrays), readings.width, self.vectors)
        )
        located = locate(readings.arrays.keys(), readings.unusable, sets, "vector")
        if not located["train"].ids:
            raise InputError(
                f"nothing in {folders['train']} has a usable vector in {self.vectors}: its ids "
                "must be those of people, utterances or images "
                f"({_example(readings)})"
            )
        labels = labels_of_people(located, lambda key: readings.arrays[key].tobytes(), "vector")
        return {
            name: EncodedSet(
                [replace(item, label=labels.get(item.person, item.label)) for item in part.items],
                _stacked([readings.arrays[key] for key in part.ids], readings.width),
                np.ones(len(part.ids)),
                part.skipped,
            )
            for name, part in located.items()
        }

    def _read(self) -> Readings:
        if self.vectors.suffix in NPY:
            return read_npy_vectors(self.vectors, self.ids)
        if self.vectors.suffix in KALDI:
            return read_kaldi_vectors(self.vectors)
        return read_lhotse_vectors(self.vectors, self.field)


def _stacked(arrays: Sequence[np.ndarray], width: int) -> np.ndarray:
    stacked = np.empty((len(arrays), width), dtype=np.float32)
    for row, array in enumerate(arrays):
        stacked[row] = array
    return stacked


def _example(readings: Readings) -> str:
    if readings.arrays:
        return f"the first is {next(iter(readings.arrays))}"
    reasons = [f"{name}: {reason}" for name, reason in readings.unusable.items()]
    return reasons[0] if reasons else "it is empty"
