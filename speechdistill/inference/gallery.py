"""People enrolled by their voices, in a single file that belongs to one model."""

from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import is_zipfile

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.inference.speaker_embedder import SpeakerEmbedder
from speechdistill.storage.files import written_whole
from speechdistill.storage.matrices import are_real, one_line
from speechdistill.verification.trials.speakers import unit_length

# How alike two models hear the same noise that are one: exported in another form, say.
SAME_MODEL = 0.9999
ARRAYS = {"names", "sums", "counts", "reference", "model"}


@dataclass(frozen=True)
class Gallery:
    """Enrolled people, each as the sum of the embeddings of his utterances at unit length.

    Arguments
    ---------
    names: of the people.
    sums: ``(people, dimension)``, float64.
    counts: how many utterances each was enrolled with, ``(people,)``.
    reference: what the model says of a certain noise, ``(dimension,)``: vectors of another model
        are not comparable.
    model: what it was called.

    Example
    -------
    >>> gallery = Gallery.empty(np.array([0.6, 0.8]), "student")
    >>> gallery = gallery.with_person("ann", np.array([[2.0, 0.0], [0.0, 3.0]]))
    >>> gallery = gallery.with_person("bob", np.array([[0.0, -1.0]]))
    >>> gallery.names, gallery.counts.tolist()
    (['ann', 'bob'], [2, 1])
    >>> gallery.scores(np.array([1.0, 1.0])).round(3).tolist()
    [1.0, -0.707]
    """

    names: list[str]
    sums: np.ndarray
    counts: np.ndarray
    reference: np.ndarray
    model: str

    @classmethod
    def empty(cls, reference: np.ndarray, model: str) -> "Gallery":
        """Return a gallery of nobody."""
        none = np.empty((0, len(reference)))
        return cls([], none, np.empty(0, np.int64), reference, model)

    def with_person(self, name: str, embeddings: np.ndarray) -> "Gallery":
        """Add utterances ``(utterances, dimension)`` of a person, who may be there already.

        Raises
        ------
        InputError: the name is empty, or has tabs or line breaks.
        """
        if not name.strip() or not name.isprintable():
            raise InputError(f"{name!r} is no name: give letters")
        total = unit_length(embeddings.astype(np.float64)).sum(axis=0)
        if name not in self.names:
            return replace(
                self,
                names=[*self.names, name],
                sums=np.concatenate([self.sums, total[None]]),
                counts=np.append(self.counts, len(embeddings)),
            )
        is_same = np.array([known == name for known in self.names])
        sums = self.sums + is_same[:, None] * total
        return replace(self, sums=sums, counts=self.counts + is_same * len(embeddings))

    def scores(self, embedding: np.ndarray) -> np.ndarray:
        """Return the cosine of an embedding with each person's mean, float64 ``(people,)``."""
        return unit_length(self.sums) @ unit_length(embedding.astype(np.float64)[None])[0]

    def check(self, embedder: SpeakerEmbedder, path: Path) -> None:
        """Refuse a model other than the one that the people were enrolled with.

        Raises
        ------
        InputError: it hears the reference differently.
        """
        of_model = embedder.reference
        if (
            of_model.shape != self.reference.shape
            or embedder.similarity(of_model, self.reference) < SAME_MODEL
        ):
            raise InputError(
                f"{path} was enrolled with another model ({self.model}): give that one, or enrol "
                f"again with {embedder.name}"
            )

    def save(self, path: Path) -> None:
        """Write it as one file of plain arrays, whole or not at all."""
        arrays = {
            "names": np.array(self.names, dtype=np.str_),
            "sums": self.sums,
            "counts": self.counts,
            "reference": self.reference,
            "model": np.array(self.model),
        }
        with written_whole(path) as partial, partial.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, path: Path) -> "Gallery":
        """Read a gallery; nothing in it is executed.

        Raises
        ------
        InputError: there is none, or the file is broken or something else.

        Example
        -------
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "gallery"
        >>> Gallery.empty(np.ones(2), "a").with_person("ann", np.eye(2)).save(path)
        >>> Gallery.load(path).names
        ['ann']
        """
        if not path.exists():
            raise InputError(f"there is no gallery {path}: speechdistill enrol makes it")
        try:
            if not is_zipfile(path):  # NumPy would advise to unpickle it
                raise ValueError("it is another kind of file")
            with np.load(path, allow_pickle=False) as arrays:
                if set(arrays) != ARRAYS:
                    raise ValueError("other arrays")
                found = {name: arrays[name] for name in ARRAYS}
            names, counts = found["names"].tolist(), found["counts"]
            gallery = cls(names, found["sums"], counts, found["reference"], str(found["model"]))
            gallery._check_shapes()
        # Of NumPy, zipfile and zlib each raises its own.
        except Exception as error:
            raise InputError(
                f"{path} is no gallery ({one_line(error)}): give a file that speechdistill enrol "
                "made, or enrol again"
            ) from error
        return gallery

    def _check_shapes(self) -> None:
        shape = (len(self.names), *self.reference.shape)
        if self.sums.shape != shape or self.counts.shape != shape[:1] or len(shape) != 2:
            raise ValueError("arrays of other shapes")
        for array in (self.sums, self.counts, self.reference):
            if not are_real(array) or not np.isfinite(array).all():
                raise ValueError("arrays of other things than numbers")
