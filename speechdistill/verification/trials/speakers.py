"""Who speaks in which utterance, and a set's statistics by speaker."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.text_lines import read_lines, split_words
from speechdistill.verification.trials.trial_list import utterance_id

ROWS_AT_ONCE = 8192
# Between these, float32 squares neither overflow nor lose digits to underflow.
SMALLEST_SQUARE, LARGEST_SQUARE = 1e-20, 1e30


def speakers_of(ids: Sequence[str], utt2spk: Path | None = None) -> list[str]:
    """Return the speaker of each utterance.

    Arguments
    ---------
    ids: of the utterances.
    utt2spk: lines ``utterance speaker``, as Kaldi has them; by default a speaker is the first part
        of the id's path, as in VoxCeleb, and an id without ``/`` is a speaker of its own.

    Raises
    ------
    InputError: the file is missing or malformed, gives an utterance two speakers, or does not name
        one.

    Example
    -------
    >>> speakers_of(["id10270/5r0dWxy17C8/00001", "id10271"])
    ['id10270', 'id10271']
    """
    if utt2spk is None:
        return [name.partition("/")[0] for name in ids]
    speaker_of: dict[str, str] = {}
    lines = read_lines(utt2spk, "speakers", "`utterance speaker`")
    for number, line in enumerate(lines, start=1):
        match split_words(line):
            case [utterance, speaker]:
                name = utterance_id(utterance)
                if speaker_of.setdefault(name, speaker) != speaker:
                    raise InputError(
                        f"{utt2spk}, line {number} says {speaker} of {name}, an earlier line "
                        f"{speaker_of[name]}: keep one"
                    )
            case [_, *_]:
                raise InputError(
                    f"{utt2spk}, line {number} is {line[:80]!r}: write `utterance speaker`"
                )
    unknown = [name for name in ids if name not in speaker_of]
    if unknown:
        raise InputError(
            f"{utt2spk} does not name {len(unknown)} of {len(ids)} utterances, such as "
            f"{unknown[0]}: add them"
        )
    return [speaker_of[name] for name in ids]


@dataclass(frozen=True)
class SpeakerStatistics:
    """What mean subtraction, whitening, LDA and PLDA need to know of a training set.

    Attributes
    ----------
    speakers: their names, sorted.
    counts: utterances of each, shape ``(speakers,)``.
    means: mean embedding of each, float64 ``(speakers, dimension)``.
    within: sum over utterances of ``(x - m_s)(x - m_s)^T``, ``m_s`` the speaker's mean; float64
        ``(dimension, dimension)``.

    Example
    -------
    >>> training = KeyedVectors(["a/1", "a/2", "b/1"], np.array([[1.0], [3.0], [8.0]]))
    >>> statistics = SpeakerStatistics.of(training, speakers_of(training.ids))
    >>> statistics.means.ravel().tolist(), statistics.within.tolist(), statistics.mean.tolist()
    ([2.0, 8.0], [[2.0]], [4.0])
    """

    speakers: list[str]
    counts: np.ndarray
    means: np.ndarray
    within: np.ndarray

    @classmethod
    def of(
        cls,
        embeddings: KeyedVectors,
        speakers: Sequence[str],
        transform: Callable[[np.ndarray], np.ndarray] | None = None,
    ) -> "SpeakerStatistics":
        """Gather the statistics in one pass, some thousand embeddings at a time.

        Arguments
        ---------
        embeddings: the training set.
        speakers: of each row.
        transform: what is done to the rows first.

        Raises
        ------
        InputError: an embedding is not finite.
        """
        names, numbers = np.unique(np.asarray(speakers), return_inverse=True)
        counts = np.bincount(numbers)
        sums = squares = pivot = np.zeros(())
        for start in range(0, len(embeddings), ROWS_AT_ONCE):
            rows = np.asarray(embeddings.vectors[start : start + ROWS_AT_ONCE], dtype=np.float64)
            rows = rows if transform is None else transform(rows)
            is_broken = ~np.isfinite(rows).all(axis=1)
            if is_broken.any():
                name = embeddings.ids[start + int(np.argmax(is_broken))]
                raise InputError(f"the training embedding of {name} is broken: make it again")
            if start == 0:
                sums = np.zeros((len(names), rows.shape[1]))
                # Sums of squares around a far-off mean would cancel to noise.
                pivot = rows.mean(axis=0)
            rows = rows - pivot
            order = np.argsort(numbers[start : start + len(rows)], kind="stable")
            present, first = np.unique(numbers[start + order], return_index=True)
            sums[present] += np.add.reduceat(rows[order], first)
            squares = squares + rows.T @ rows
        means = sums / counts[:, None]
        within = squares - means.T @ (counts[:, None] * means)
        return cls(names.tolist(), counts, means + pivot, within)

    @property
    def mean(self) -> np.ndarray:
        """Mean over utterances, shape ``(dimension,)``."""
        return self.counts @ self.means / self.counts.sum()

    @property
    def within_covariance(self) -> np.ndarray:
        """Mean square deviation of utterances from their speaker."""
        return self.within / self.counts.sum()

    @property
    def between_covariance(self) -> np.ndarray:
        """Mean square deviation of the utterances' speakers from the mean."""
        deviations = self.means - self.mean
        return deviations.T @ (self.counts[:, None] * deviations) / self.counts.sum()


def speaker_means(embeddings: KeyedVectors, speakers: Sequence[str]) -> KeyedVectors:
    """Return the mean of each speaker's embeddings, all at length 1: a cohort for AS-norm.

    Arguments
    ---------
    embeddings: usually of the training set.
    speakers: of each row.

    Raises
    ------
    InputError: an embedding is zero or not finite.

    Example
    -------
    >>> embeddings = KeyedVectors(["a/1", "a/2"], np.array([[5.0, 0], [0, 2]]))
    >>> means = speaker_means(embeddings, ["a", "a"])
    >>> means.ids, means["a"].round(4)
    (['a'], array([0.7071, 0.7071], dtype=float32))
    """
    statistics = SpeakerStatistics.of(embeddings, speakers, unit_length)
    return KeyedVectors(statistics.speakers, unit_length(statistics.means).astype(np.float32))


def unit_length(vectors: np.ndarray) -> np.ndarray:
    """Return the rows divided by their Euclidean length; NaN for a row of zeros.

    In float32, or in float64 where the rows are wider than that: squares of half precision and of
    integers overflow. Rows so long or short that their squares leave float32 are scaled first.

    Example
    -------
    >>> unit_length(np.array([[3.0, 4.0]])).tolist()
    [[0.6, 0.8]]
    """
    vectors = vectors.astype(np.result_type(vectors, np.float32), copy=False)
    with np.errstate(all="ignore"):
        squares = np.einsum("ij,ij->i", vectors, vectors)
        units = vectors / np.sqrt(squares)[:, None]
        is_odd = ~((squares > SMALLEST_SQUARE) & (squares < LARGEST_SQUARE))
        if is_odd.any():
            odd = vectors[is_odd].astype(np.float64)
            odd /= np.abs(odd).max(axis=1, keepdims=True)
            units[is_odd] = odd / np.sqrt(np.einsum("ij,ij->i", odd, odd))[:, None]
    return units
