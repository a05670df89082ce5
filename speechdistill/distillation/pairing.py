"""Which of a person's teacher embeddings goes with an utterance, or with an image."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors

MODES = ("same_video", "same_utterance", "same_person", "person_mean", "best_quality")


class TeacherPairing:
    """Choose the teacher's embeddings for an utterance.

    Modes: ``same_video``, random images of the utterance's own video, of the person's others if
    it has none; ``same_utterance``, what the teacher says of the very utterance, if it heard or
    read that, else as ``same_video``; ``same_person``, random images of the person;
    ``person_mean``, the mean of all the person's unit-length embeddings, with their mean quality;
    ``best_quality``, the person's images of highest quality. Where the teacher saw texts or heard
    speech, read so for images.

    Arguments
    ---------
    embeddings: teacher embeddings, ids ``person/session/item``.
    quality: id -> quality in [0, 1]; ids that are not in it count as 1.
    mode: one of the five above.
    images: how many per utterance; sampled without repetition while there are enough.
    teacher_of: person -> the person whose embeddings they get, for the control that shuffles
        people; None where everybody has their own.

    Example
    -------
    >>> vectors = np.array([[1, 0], [0, 1]], dtype=np.float32)
    >>> embeddings = KeyedVectors(["a/v/1", "a/w/1"], vectors)
    >>> pairing = TeacherPairing(embeddings, {"a/w/1": 0.5}, "same_video")
    >>> pairing.choose("a/w/9", "a", "w", np.random.default_rng(0))
    (array([[0., 1.]], dtype=float32), 0.5)
    >>> pairing.choose("b/w/9", "b", "w", np.random.default_rng(0))
    (None, 0.0)
    """

    def __init__(
        self,
        embeddings: KeyedVectors,
        quality: Mapping[str, float],
        mode: str,
        images: int = 1,
        teacher_of: Mapping[str, str] | None = None,
    ) -> None:
        if mode not in MODES:
            raise InputError(f"unknown pairing {mode}: take one of {', '.join(MODES)}")
        self.embeddings = embeddings
        self.quality = quality
        self.mode = mode
        self.images = 1 if mode in ("person_mean", "same_utterance") else images
        self.teacher_of = teacher_of
        self.nothing = np.zeros((self.images, embeddings.vectors.shape[1]), dtype=np.float32)
        self._rows: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._means: dict[str, tuple[np.ndarray, float]] = {}
        self._best: dict[str, list[int]] = {}
        for row, name in enumerate(embeddings.ids):
            person, session, _ = name.split("/", 2)
            self._rows[person,].append(row)
            self._rows[person, session].append(row)

    def choose(
        self, name: str, person: str, session: str | None, generator: np.random.Generator
    ) -> tuple[np.ndarray | None, float]:
        """Return ``(images, dimension)`` embeddings and their mean quality.

        For a person without teacher it is ``(None, 0.0)``.

        Arguments
        ---------
        name: id of what the student hears or sees.
        person, session: whose it is, and where it comes from.
        generator: of the random choice.
        """
        source = person if self.teacher_of is None else self.teacher_of.get(person, "")
        rows = self._rows.get((source,))
        if not rows:
            return None, 0.0
        if self.mode == "person_mean":
            return self._mean(source)
        if self.mode == "best_quality":
            rows = self._best_rows(source)
        elif self.mode == "same_utterance" and source == person and name in self.embeddings:
            rows = [self.embeddings.row_of[name]]
        elif self.mode in ("same_video", "same_utterance") and session is not None:
            rows = self._rows.get((source, session), rows)
        if self.mode != "best_quality" and self.images == 1:
            rows = [rows[generator.integers(len(rows))]]
        elif self.mode != "best_quality":
            is_repeated = len(rows) < self.images
            rows = generator.choice(rows, size=self.images, replace=is_repeated).tolist()
        vectors = np.array(self.embeddings.vectors[rows], dtype=np.float32)
        return vectors, sum(map(self._quality, rows)) / len(rows)

    def _mean(self, person: str) -> tuple[np.ndarray, float]:
        if person not in self._means:
            rows = self._rows[person,]
            vectors = np.array(self.embeddings.vectors[rows], dtype=np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            quality = float(np.mean([self._quality(row) for row in rows]))
            self._means[person] = vectors.mean(axis=0, keepdims=True), quality
        return self._means[person]

    def _best_rows(self, person: str) -> list[int]:
        if person not in self._best:
            ranked = sorted(self._rows[person,], key=self._quality, reverse=True)
            self._best[person] = np.resize(ranked[: self.images], self.images).tolist()
        return self._best[person]

    def _quality(self, row: int) -> float:
        return self.quality.get(self.embeddings.ids[row], 1.0)
