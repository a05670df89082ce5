"""Which of a person's teacher embeddings goes with an utterance."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Literal

import numpy as np

from speechdistill.errors import InputError
from speechdistill.keyed_vectors import KeyedVectors

Mode = Literal["same_video", "same_person", "person_mean"]
MODES = ("same_video", "same_person", "person_mean")


class TeacherPairing:
    """Choose the teacher's embedding for an utterance.

    Modes: ``same_video``, a random image of the utterance's own video, of the person's others if
    it has none; ``same_person``, a random image of the person; ``person_mean``, the mean of all
    the person's unit-length embeddings, with their mean quality.

    Arguments
    ---------
    embeddings: teacher embeddings, ids ``speaker/session/item``.
    quality: id -> quality in [0, 1]; ids that are not in it count as 1.
    mode: one of the three above.

    Example
    -------
    >>> vectors = np.array([[1, 0], [0, 1]], dtype=np.float32)
    >>> embeddings = KeyedVectors(["a/v/1", "a/w/1"], vectors)
    >>> pairing = TeacherPairing(embeddings, {"a/w/1": 0.5}, "same_video")
    >>> pairing.choose("a", "w", np.random.default_rng(0))
    (array([0., 1.], dtype=float32), 0.5)
    >>> pairing.choose("b", "w", np.random.default_rng(0))
    (None, 0.0)
    """

    def __init__(self, embeddings: KeyedVectors, quality: Mapping[str, float], mode: Mode) -> None:
        if mode not in MODES:
            raise InputError(f"unknown pairing {mode}: take one of {', '.join(MODES)}")
        self.embeddings = embeddings
        self.quality = quality
        self.mode = mode
        self.nothing = np.zeros(embeddings.vectors.shape[1], dtype=np.float32)
        self._rows: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._means: dict[str, tuple[np.ndarray, float]] = {}
        for row, name in enumerate(embeddings.ids):
            speaker, session, _ = name.split("/", 2)
            self._rows[speaker,].append(row)
            self._rows[speaker, session].append(row)

    def choose(
        self, speaker: str, session: str | None, generator: np.random.Generator
    ) -> tuple[np.ndarray | None, float]:
        """Return ``(embedding, quality)``; ``(None, 0.0)`` for a person without teacher."""
        rows = self._rows.get((speaker,))
        if not rows:
            return None, 0.0
        if self.mode == "person_mean":
            return self._mean(speaker)
        if self.mode == "same_video" and session is not None:
            rows = self._rows.get((speaker, session), rows)
        row = rows[generator.integers(len(rows))]
        return np.array(self.embeddings.vectors[row]), self._quality(row)

    def _mean(self, speaker: str) -> tuple[np.ndarray, float]:
        if speaker not in self._means:
            rows = self._rows[speaker,]
            vectors = np.array(self.embeddings.vectors[rows])
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            quality = float(np.mean([self._quality(row) for row in rows]))
            self._means[speaker] = vectors.mean(axis=0), quality
        return self._means[speaker]

    def _quality(self, row: int) -> float:
        return self.quality.get(self.embeddings.ids[row], 1.0)
