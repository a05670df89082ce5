"""How sure an error rate is: bootstrap over speakers."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from scipy.sparse import csr_array

from speechdistill.base.errors import InputError
from speechdistill.verification.intervals.replicated import Replicated
from speechdistill.verification.metrics import DetCurve
from speechdistill.verification.metrics.checked_scores import checked_scores
from speechdistill.verification.metrics.operating_points import OperatingPoints
from speechdistill.verification.trials.trial_list import TrialList

Metric = Callable[[DetCurve], float]
Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True)
class SpeakerBootstrap:
    """Resample the speakers of a trial list; speakers, not trials, are what varies independently.

    A replicate samples as many speakers as the list has, with replacement; ``n_a`` is how often
    speaker ``a`` was sampled, each time as if another person. A target trial of ``a`` then occurs
    ``n_a`` times and a non-target trial between ``a`` and ``b`` ``n_a n_b`` times: the two-way
    (pigeonhole) bootstrap of Owen, Annals of Applied Statistics 1(2), 2007, with one set of
    speakers on both sides, and the user-specific bootstrap of Poh and Bengio, IEEE TPAMI 29(3),
    2007. The trials are sorted once per system; a replicate is a weighted count over that order.
    It is literal resampling in less time, not an approximation of it. Utterances within a speaker
    and the training of the systems are not resampled.

    Replicates depend on the seed and the trial list only, so those of two systems are paired.

    Arguments
    ---------
    labels: 1 for target, 0 for non-target, shape ``(trials,)``.
    enrol_speakers, test_speakers: integers from 0, shape ``(trials,)``.
    replicates: how many.
    seed: of the samples.

    Raises
    ------
    InputError: labels and speakers disagree, or there are fewer than two speakers.

    Example
    -------
    >>> bootstrap = SpeakerBootstrap(
    ...     labels=np.array([1, 1, 1, 0, 0, 0]), enrol_speakers=np.array([0, 1, 2, 0, 1, 2]),
    ...     test_speakers=np.array([0, 1, 2, 1, 2, 0]), replicates=200, seed=0,
    ... )
    >>> scores = np.array([0.9, 0.8, 0.3, 0.5, 0.2, 0.1])
    >>> eer = bootstrap.evaluate(scores, {"EER": DetCurve.eer})["EER"]
    >>> round(eer.value, 3), [round(end, 3) for end in eer.interval()]
    (0.333, [0.0, 0.333])
    """

    labels: np.ndarray
    enrol_speakers: np.ndarray
    test_speakers: np.ndarray
    replicates: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        disagreeing = (self.labels == 1) != (self.enrol_speakers == self.test_speakers)
        if disagreeing.any():
            raise InputError(
                f"{np.count_nonzero(disagreeing)} of {len(self.labels)} trials have a label that "
                "their speakers contradict: correct the labels or the speakers"
            )
        if len(self.speakers) < 2:
            raise InputError("the trials have one speaker: intervals need at least two")

    @classmethod
    def of(
        cls, trials: TrialList, replicates: int, seed: int, speakers: np.ndarray | None = None
    ) -> "SpeakerBootstrap":
        """Take the speakers from the trial list's names (VoxCeleb's first path part).

        Arguments
        ---------
        speakers: one integer from 0 per name of the list, where the names do not say it.
        """
        speakers = trials.speakers if speakers is None else speakers
        try:
            return cls(
                trials.labels, speakers[trials.enrol], speakers[trials.test], replicates, seed
            )
        except InputError as error:
            raise InputError(f"{trials.source or 'the trial list'}: {error}") from error

    def subset(self, is_kept: np.ndarray) -> "SpeakerBootstrap":
        """Return the bootstrap of the trials where the boolean array ``is_kept`` is true."""
        return SpeakerBootstrap(
            self.labels[is_kept],
            self.enrol_speakers[is_kept],
            self.test_speakers[is_kept],
            self.replicates,
            self.seed,
        )

    @cached_property
    def speakers(self) -> np.ndarray:
        """The speaker numbers that the trials have, rising."""
        return np.flatnonzero(
            np.bincount(self.enrol_speakers, minlength=self._numbers)
            + np.bincount(self.test_speakers, minlength=self._numbers)
        )

    @property
    def n_speakers(self) -> int:
        """How many speakers the trials have."""
        return len(self.speakers)

    @property
    def _numbers(self) -> int:
        return 1 + int(max(self.enrol_speakers.max(), self.test_speakers.max()))

    def evaluate(
        self, scores: np.ndarray, metrics: Mapping[Name, Metric]
    ) -> dict[Name, Replicated]:
        """Compute metrics of a system on all trials and on every replicate.

        A minimum over thresholds, such as minDCF, adapts to each replicate: its intervals lean to
        low values.

        Arguments
        ---------
        scores: shape ``(trials,)``, finite.
        metrics: name -> function of a :class:`DetCurve`, such as ``DetCurve.eer``.

        Raises
        ------
        InputError: a score is not finite, or no replicate has trials of both kinds.
        """
        ranked = _RankedTrials.of(scores, self.labels, self.enrol_speakers, self.test_speakers)
        replicates = {name: np.full(self.replicates, np.nan) for name in metrics}
        for replicate, counts in enumerate(self.sampled_counts()):
            curve = ranked.det_curve(counts)
            if curve is not None:
                for name, metric in metrics.items():
                    replicates[name][replicate] = metric(curve)
        if all(np.isnan(found).all() for found in replicates.values()):
            raise InputError("no bootstrap replicate has trials of both kinds: use more speakers")
        whole = ranked.det_curve(np.ones(self._numbers, dtype=np.int64))
        assert whole is not None
        return {
            name: Replicated(metric(whole), replicates[name]) for name, metric in metrics.items()
        }

    def evaluate_mean(self, costs: np.ndarray) -> Replicated:
        """Compute the mean of the targets' costs plus that of the non-targets' costs.

        So are Cllr and the actual detection cost: see :mod:`trial_costs`. With the costs summed
        once per pair of speakers, a replicate takes a product of a matrix with its counts.

        Arguments
        ---------
        costs: what the decision or ratio of each trial costs, shape ``(trials,)``.

        Example
        -------
        >>> bootstrap = SpeakerBootstrap(
        ...     labels=np.array([1, 1, 0]), enrol_speakers=np.array([0, 1, 0]),
        ...     test_speakers=np.array([0, 1, 1]), replicates=200, seed=0,
        ... )
        >>> mean = bootstrap.evaluate_mean(np.array([0.0, 1.0, 0.25]))
        >>> mean.value, sorted({float(each) for each in mean.replicates if each == each})
        (0.75, [0.75])
        """
        is_target = self.labels == 1
        ones = np.ones(len(costs))
        targets = [self._summed_by_pair(is_target, each).diagonal() for each in (costs, ones)]
        nontargets = [self._summed_by_pair(~is_target, each) for each in (costs, ones)]

        def mean(counts: np.ndarray) -> float:
            target_costs, n_targets = (sums @ counts for sums in targets)
            nontarget_costs, n_nontargets = (counts @ (sums @ counts) for sums in nontargets)
            if n_targets == 0 or n_nontargets == 0:
                return np.nan
            return float(target_costs / n_targets + nontarget_costs / n_nontargets)

        replicates = np.array([mean(counts) for counts in self.sampled_counts()])
        return Replicated(mean(np.ones(self._numbers)), replicates)

    def _summed_by_pair(self, is_used: np.ndarray, values: np.ndarray) -> csr_array:
        places = self.enrol_speakers[is_used], self.test_speakers[is_used]
        return csr_array((values[is_used], places), shape=(self._numbers, self._numbers))

    def sampled_counts(self) -> Iterator[np.ndarray]:
        """Yield, per replicate, how often each speaker number was sampled."""
        rng = np.random.default_rng([self.seed, self.n_speakers])
        chances = np.full(self.n_speakers, 1 / self.n_speakers)
        counts = np.zeros(self._numbers, dtype=np.int64)
        for _ in range(self.replicates):
            counts[self.speakers] = rng.multinomial(self.n_speakers, chances)
            yield counts


@dataclass(frozen=True)
class _RankedTrials:
    """The speakers of a system's trials in the order of its scores, and where its curve bends."""

    points: OperatingPoints
    target_speakers: np.ndarray
    nontarget_speakers: tuple[np.ndarray, np.ndarray]

    @classmethod
    def of(
        cls, scores: np.ndarray, labels: np.ndarray, enrol: np.ndarray, test: np.ndarray
    ) -> "_RankedTrials":
        is_target = labels == 1
        targets, nontargets = checked_scores(scores[is_target], scores[~is_target])
        target_order, nontarget_order = np.argsort(targets), np.argsort(nontargets)
        return cls(
            OperatingPoints.of_sorted(targets[target_order], nontargets[nontarget_order]),
            enrol[is_target][target_order],
            (enrol[~is_target][nontarget_order], test[~is_target][nontarget_order]),
        )

    def det_curve(self, counts: np.ndarray) -> DetCurve | None:
        """Return the curve of a replicate; None if it has no target or no non-target."""
        enrol, test = self.nontarget_speakers
        targets = _counts_before(counts[self.target_speakers])
        nontargets = _counts_before(counts[enrol] * counts[test])
        if targets[-1] == 0 or nontargets[-1] == 0:
            return None
        # Divided before they are spread over the points, which are up to twice as many.
        miss_rates = targets / targets[-1]
        false_alarm_rates = (nontargets[-1] - nontargets) / nontargets[-1]
        return DetCurve(
            self.points.thresholds,
            miss_rates[self.points.targets_below],
            false_alarm_rates[self.points.nontargets_below],
        )


def _counts_before(counts: np.ndarray) -> np.ndarray:
    before = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=before[1:])
    return before
