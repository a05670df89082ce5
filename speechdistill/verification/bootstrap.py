"""How sure an error rate is: bootstrap over speakers, and a paired test of two systems."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from speechdistill.errors import InputError
from speechdistill.verification.metrics.det import (
    DetCurve,
    OperatingPoints,
    det_curve,
    finite_scores,
)
from speechdistill.verification.trials import TrialList

Metric = Callable[[DetCurve], float]


@dataclass(frozen=True)
class Replicated:
    """A metric's value on all trials, and on each bootstrap replicate.

    Attributes
    ----------
    value: on the trials as they are.
    replicates: shape ``(replicates,)``; NaN where a replicate had no target or no non-target.
    """

    value: float
    replicates: np.ndarray

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Return the percentile interval: the order statistics that cut off the tails.

        Example
        -------
        >>> Replicated(0.5, np.arange(1001) / 1000).interval()
        (0.025, 0.975)
        """
        tail = (1 - confidence) / 2
        return _order_statistics(self.replicates[~np.isnan(self.replicates)], tail)


@dataclass(frozen=True)
class Change:
    """The relative change of a metric from one system to another on the same trials.

    Attributes
    ----------
    value: ``(other - baseline) / baseline``; below 0 where the other errs less.
    low, high: its 95 % interval.
    p_value: two-sided, of the hypothesis that the systems do not differ.
    """

    value: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True)
class SpeakerBootstrap:
    """Resample the speakers of a trial list; speakers, not trials, are what varies independently.

    A replicate draws as many speakers as the list has, with replacement; ``n_a`` is how often
    speaker ``a`` was drawn, each time as if another person. A target trial of ``a`` then occurs
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
    seed: of the draws.

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
        if self.n_speakers < 2:
            raise InputError("the trials have one speaker: intervals need at least two")

    @classmethod
    def of(cls, trials: TrialList, replicates: int, seed: int) -> "SpeakerBootstrap":
        """Take the speakers from the trial list's names (VoxCeleb's first path part)."""
        speakers = trials.speakers
        try:
            return cls(
                trials.labels, speakers[trials.enrol], speakers[trials.test], replicates, seed
            )
        except InputError as error:
            raise InputError(f"{trials.source or 'the trial list'}: {error}") from error

    @property
    def n_speakers(self) -> int:
        """How many speakers the trials have."""
        return len(np.union1d(self.enrol_speakers, self.test_speakers))

    def evaluate(self, scores: np.ndarray, metrics: Mapping[str, Metric]) -> dict[str, Replicated]:
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
        is_target = self.labels == 1
        whole = det_curve(scores[is_target], scores[~is_target])
        ranked = _RankedTrials.of(scores, self.labels, self.enrol_speakers, self.test_speakers)
        replicates = {name: np.full(self.replicates, np.nan) for name in metrics}
        for replicate, draws in enumerate(self.draws()):
            curve = ranked.det_curve(draws)
            if curve is not None:
                for name, metric in metrics.items():
                    replicates[name][replicate] = metric(curve)
        if all(np.isnan(found).all() for found in replicates.values()):
            raise InputError("no bootstrap replicate has trials of both kinds: use more speakers")
        return {
            name: Replicated(metric(whole), replicates[name]) for name, metric in metrics.items()
        }

    def draws(self) -> Iterator[np.ndarray]:
        """Yield, per replicate, how often each speaker number was drawn."""
        speakers = np.union1d(self.enrol_speakers, self.test_speakers)
        rng = np.random.default_rng([self.seed, len(speakers)])
        chances = np.full(len(speakers), 1 / len(speakers))
        draws = np.zeros(speakers.max() + 1, dtype=np.int64)
        for _ in range(self.replicates):
            draws[speakers] = rng.multinomial(len(speakers), chances)
            yield draws


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
        targets = finite_scores(scores[is_target], "target")
        nontargets = finite_scores(scores[~is_target], "non-target")
        target_order, nontarget_order = np.argsort(targets), np.argsort(nontargets)
        return cls(
            OperatingPoints.of_sorted(targets[target_order], nontargets[nontarget_order]),
            enrol[is_target][target_order],
            (enrol[~is_target][nontarget_order], test[~is_target][nontarget_order]),
        )

    def det_curve(self, draws: np.ndarray) -> DetCurve | None:
        """Return the curve of a replicate; None if it has no target or no non-target."""
        enrol, test = self.nontarget_speakers
        targets = _counts_before(draws[self.target_speakers])
        nontargets = _counts_before(draws[enrol] * draws[test])
        if targets[-1] == 0 or nontargets[-1] == 0:
            return None
        return DetCurve(
            self.points.thresholds,
            targets[self.points.targets_below] / targets[-1],
            (nontargets[-1] - nontargets[self.points.nontargets_below]) / nontargets[-1],
        )


def _counts_before(counts: np.ndarray) -> np.ndarray:
    before = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=before[1:])
    return before


def relative_change(baseline: Replicated, other: Replicated) -> Change:
    """Compare two systems by the same replicates of the same trial list.

    The interval is that of ``(other - baseline) / baseline`` over the replicates, by percentiles
    (infinite where only the baseline is 0, 0 where both are). The p-value is twice the smaller
    share of replicates in which the difference is ``<= 0`` or ``>= 0``, each counted with the
    trials themselves as one more replicate, so it is at least ``2 / (replicates + 1)`` (Efron and
    Tibshirani, An Introduction to the Bootstrap, 1993, sections 15.4 and 16.4).

    Arguments
    ---------
    baseline, other: from one :class:`SpeakerBootstrap`.

    Example
    -------
    >>> baseline = Replicated(0.10, np.array([0.10, 0.12, 0.08]))
    >>> change = relative_change(baseline, Replicated(0.08, np.array([0.09, 0.09, 0.06])))
    >>> round(change.value, 3), change.p_value
    (-0.2, 0.5)
    """
    is_defined = ~(np.isnan(baseline.replicates) | np.isnan(other.replicates))
    before, after = baseline.replicates[is_defined], other.replicates[is_defined]
    low, high = _order_statistics(_relative(before, after), 0.025)
    tail = 1 + int(min(np.count_nonzero(after <= before), np.count_nonzero(after >= before)))
    return Change(
        float(_relative(np.array(baseline.value), np.array(other.value))),
        low,
        high,
        min(1.0, 2 * tail / (len(before) + 1)),
    )


def _relative(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    changed = np.where(after > 0, np.inf, 0.0)
    return np.divide(after - before, before, out=changed, where=before > 0)


def _order_statistics(values: np.ndarray, tail: float) -> tuple[float, float]:
    ranked = np.sort(values)
    cut = round(tail * (len(ranked) - 1))
    return float(ranked[cut]), float(ranked[len(ranked) - 1 - cut])
