"""Which of a person's teacher embeddings goes with an utterance, or with an image."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.distillation.owners import Owners
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
    embeddings: of the teacher.
    owners: person and session of each.
    quality: id -> quality in [0, 1]; ids that are not in it count as 1.
    mode: one of the five above.
    images: how many per utterance; sampled without repetition while there are enough.
    teacher_of: person -> the person whose embeddings they get, for the control that shuffles
        people; None where everybody has their own.

    Example
    -------
    >>> vectors = np.array([[1, 0], [0, 1]], dtype=np.float32)
    >>> embeddings = KeyedVectors(["a/v/1", "a/w/1"], vectors)
    >>> owners = Owners(["a", "a"], ["v", "w"])
    >>> pairing = TeacherPairing(embeddings, owners, {"a/w/1": 0.5}, "same_video")
    >>> generator = np.random.default_rng(0)
    >>> sampled = [pairing.sample(f"{who}/w/9", who, "w", generator) for who in "ab"]
    >>> sampled
    [[1], []]
    >>> embeddings, quality = pairing.shown(sampled)
    >>> embeddings.tolist(), quality.tolist()
    ([[[0.0, 1.0]], [[0.0, 0.0]]], [0.5, 0.0])
    """

    def __init__(
        self,
        embeddings: KeyedVectors,
        owners: Owners,
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
        self._rows: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._mean_rows: dict[str, list[int]] = {}
        self._means: list[tuple[np.ndarray, float]] = []
        self._best: dict[str, list[int]] = {}
        pairs = zip(owners.people, owners.sessions, strict=True)
        for row, (person, session) in enumerate(pairs):
            self._rows[person,].append(row)
            self._rows[person, session].append(row)

    def sample(
        self, name: str, person: str, session: str | None, generator: np.random.Generator
    ) -> list[int]:
        """Return what :meth:`shown` is to show: as many rows as images.

        For a person without teacher there are none.

        Arguments
        ---------
        name: id of what the student hears or sees.
        person, session: whose it is, and where it comes from.
        generator: of the random choice.
        """
        source = person if self.teacher_of is None else self.teacher_of.get(person, "")
        rows = self._rows.get((source,))
        if not rows:
            return []
        if self.mode == "person_mean":
            return self._mean_row(source)
        if self.mode == "best_quality":
            return self._best_rows(source)
        if self.mode == "same_utterance" and source == person and name in self.embeddings:
            rows = [self.embeddings.row_of[name]]
        elif self.mode in ("same_video", "same_utterance") and session is not None:
            rows = self._rows.get((source, session), rows)
        if self.images == 1:
            return [rows[generator.integers(len(rows))]]
        is_repeated = len(rows) < self.images
        return generator.choice(rows, size=self.images, replace=is_repeated).tolist()

    def shown(self, sampled: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
        """Read a whole batch at once, which spares the time of its many small reads.

        Arguments
        ---------
        sampled: of each sample what :meth:`sample` returned.

        Returns
        -------
        Embeddings ``(batch, images, dimension)``, float32, and their mean quality ``(batch,)``;
        zeros where nothing was sampled.
        """
        width = self.embeddings.vectors.shape[1]
        embeddings = np.zeros((len(sampled), self.images, width), dtype=np.float32)
        if rows := [row for sampled_rows in sampled for row in sampled_rows]:
            is_seen = [len(sampled_rows) > 0 for sampled_rows in sampled]
            embeddings[is_seen] = self._vectors(rows).reshape(-1, self.images, width)
        quality = [sum(map(self._quality, rows)) / max(len(rows), 1) for rows in sampled]
        return embeddings, np.array(quality)

    def _vectors(self, rows: list[int]) -> np.ndarray:
        if self.mode == "person_mean":
            return np.stack([self._means[row][0] for row in rows])
        return self.embeddings.vectors[rows]

    def _mean_row(self, person: str) -> list[int]:
        if person not in self._mean_rows:
            rows = self._rows[person,]
            vectors = np.array(self.embeddings.vectors[rows], dtype=np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            quality = float(np.mean([self._quality_of_image(row) for row in rows]))
            self._mean_rows[person] = [len(self._means)]
            self._means.append((vectors.mean(axis=0), quality))
        return self._mean_rows[person]

    def _best_rows(self, person: str) -> list[int]:
        if person not in self._best:
            ranked = sorted(self._rows[person,], key=self._quality_of_image, reverse=True)
            self._best[person] = np.resize(ranked[: self.images], self.images).tolist()
        return self._best[person]

    def _quality(self, row: int) -> float:
        return self._means[row][1] if self.mode == "person_mean" else self._quality_of_image(row)

    def _quality_of_image(self, row: int) -> float:
        return self.quality.get(self.embeddings.ids[row], 1.0)
