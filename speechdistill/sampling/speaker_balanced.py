"""P speakers by K utterances: what losses between the items of a batch need."""

from dataclasses import dataclass

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.sampling.epoch_batches import EpochBatches


@dataclass(eq=False, kw_only=True)
class SpeakerBalanced(EpochBatches):
    """Draw batches of ``batch_size / K`` different speakers with K utterances each.

    Every speaker is drawn equally often, whatever they have recorded. The speakers come in rounds:
    each is a new random order of all, of which those that fill no batch are left out. So do the
    utterances of a speaker, so that none comes again before the others have; a speaker with fewer
    than K has some of them more than once in a batch. An epoch has as many steps as one of
    :class:`speechdistill.sampling.random_order.RandomOrder`.

    Source: Hermans, Beyer, Leibe, "In Defense of the Triplet Loss for Person Re-Identification"
    (arXiv 1703.07737), section 2.

    Arguments
    ---------
    Besides those of :class:`EpochBatches`:

    utterances_per_speaker: K; it divides ``batch_size``.

    Raises
    ------
    InputError: K does not divide the batch, or there are too few speakers for one.

    Example
    -------
    >>> labels = np.array([0, 0, 0, 1, 1, 2, 2, 2])
    >>> batches = SpeakerBalanced(labels, np.ones(8), 4, seed=1, utterances_per_speaker=2)
    >>> [labels[batch].tolist() for batch in batches]
    [[0, 0, 1, 1], [2, 2, 0, 0]]
    """

    utterances_per_speaker: int

    def __post_init__(self) -> None:
        # A small set is still drawn in whole batches: utterances then come more than once.
        batch_size = self.batch_size
        super().__post_init__()
        self.batch_size = batch_size
        if self.utterances_per_speaker < 1 or batch_size % self.utterances_per_speaker:
            raise InputError(
                f"batches of {batch_size} do not hold {self.utterances_per_speaker} utterances of "
                "each speaker: give a multiple as --batch_size"
            )
        self.speakers_per_batch = batch_size // self.utterances_per_speaker
        by_speaker = np.argsort(self.labels, kind="stable")
        starts = np.flatnonzero(np.diff(self.labels[by_speaker], prepend=np.nan))
        self.rows_of = np.split(by_speaker, starts[1:])
        if len(self.rows_of) < self.speakers_per_batch:
            raise InputError(
                f"{len(self.rows_of)} speakers are too few for batches of "
                f"{self.speakers_per_batch} speakers: give a smaller --batch_size, or more "
                "utterances per speaker"
            )

    def __len__(self) -> int:
        return max(1, super().__len__())

    def order(self) -> np.ndarray:
        random = np.random.default_rng([self.seed, self.epoch])
        speakers = self._speakers(random)
        order = np.empty((len(speakers), self.utterances_per_speaker), dtype=np.int64)
        times = np.bincount(speakers, minlength=len(self.rows_of))
        drawn_at = np.split(np.argsort(speakers, kind="stable"), np.cumsum(times)[:-1])
        for rows, places in zip(self.rows_of, drawn_at, strict=True):
            order[places] = self._utterances(rows, len(places), random)
        return order.ravel()

    def _speakers(self, random: np.random.Generator) -> np.ndarray:
        """Draw who is in each batch: ``(steps * speakers_per_batch,)``."""
        wanted = len(self) * self.speakers_per_batch
        total = len(self.rows_of)
        whole = total - total % self.speakers_per_batch
        rounds = [random.permutation(total)[:whole] for _ in range(-(-wanted // whole))]
        return np.concatenate(rounds)[:wanted]

    def _utterances(self, rows: np.ndarray, times: int, random: np.random.Generator) -> np.ndarray:
        """Draw K of a speaker's rows ``times`` times: ``(times, K)``."""
        if len(rows) < self.utterances_per_speaker:
            rows = np.resize(rows, self.utterances_per_speaker)
        whole = len(rows) - len(rows) % self.utterances_per_speaker
        wanted = times * self.utterances_per_speaker
        rounds = [random.permutation(rows)[:whole] for _ in range(-(-wanted // whole))]
        drawn = np.concatenate([rows[:0], *rounds])
        return drawn[:wanted].reshape(times, self.utterances_per_speaker)
