"""Metrics, intervals and comparisons of several systems on one trial list."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.reporting.scored_trials import ScoredTrials, TrialFacts
from speechdistill.reporting.trial_speakers import speaker_numbers, told_speakers
from speechdistill.verification.intervals.bootstrap import Metric, SpeakerBootstrap
from speechdistill.verification.intervals.det_band import DetBand
from speechdistill.verification.intervals.replicated import Change, Replicated, relative_change
from speechdistill.verification.intervals.trial_costs import act_dcf_costs, cllr_costs
from speechdistill.verification.metrics import DetCurve, DetectionCost, det_curve
from speechdistill.verification.trials.trial_list import TrialList

logger = logging.getLogger(__name__)


def curve_metrics(costs: Sequence[DetectionCost]) -> dict[str, Metric]:
    """Return the EER, and the minDCF of each prior and costs, by their names in tables.

    Example
    -------
    >>> list(curve_metrics([DetectionCost(0.01), DetectionCost(0.05, c_miss=10)]))
    ['EER', 'minDCF p=0.01', 'minDCF p=0.05 costs 10:1']
    """
    metrics: dict[str, Metric] = {"EER": DetCurve.eer}
    for cost in costs:
        metrics[f"minDCF {setting_name(cost)}"] = partial(
            DetCurve.min_dcf, p_target=cost.p_target, c_miss=cost.c_miss, c_fa=cost.c_fa
        )
    return metrics


def setting_name(cost: DetectionCost) -> str:
    """Name a prior, and costs of a miss and a false alarm that are not both 1."""
    costs = "" if cost.c_miss == cost.c_fa == 1 else f" costs {cost.c_miss:g}:{cost.c_fa:g}"
    return f"p={cost.p_target:g}{costs}"


METRICS = curve_metrics([DetectionCost(0.01), DetectionCost(0.05)])


@dataclass(frozen=True)
class SystemResult:
    """What one system reaches on one trial list.

    Attributes
    ----------
    curve: its DET curve.
    metrics: name -> value and replicates.
    band: intervals of the curve; None where nobody asked how sure it is.
    """

    curve: DetCurve
    metrics: dict[str, Replicated]
    band: DetBand | None


@dataclass(frozen=True)
class ListResult:
    """What the systems reach on one trial list; all on the same trials.

    Attributes
    ----------
    facts: on the list.
    replicates: how many, of the bootstrap.
    systems: results by name, the baseline first.
    scored: the trials, and the systems' scores.
    bootstrap: of these trials; None where there are no intervals.
    test: name of the further test set that the list is of; empty for the corpus's own.
    """

    facts: TrialFacts
    replicates: int
    systems: dict[str, SystemResult]
    scored: ScoredTrials
    bootstrap: SpeakerBootstrap | None
    test: str = ""

    @property
    def name(self) -> str:
        """What it is called in a report: the test set, if it is a further one, and the list."""
        return f"{self.test}: {self.facts.name}" if self.test else self.facts.name

    def eer_threshold(self, system: str) -> float:
        """Return the score at which a system misses as many targets as it accepts non-targets."""
        curve = self.systems[system].curve
        at = int(np.argmin(np.abs(curve.miss_rates - curve.false_alarm_rates)))
        return float(curve.thresholds[at])


def evaluate_list(
    trials_path: Path,
    score_folders: Mapping[str, Path],
    seed: int,
    skipped_limit: float = 0.01,
    replicates: int = 1000,
    test: str = "",
) -> ListResult:
    """Evaluate systems on the trials that all of them scored.

    Intervals are those of :func:`bootstrap_of_list`.

    Arguments
    ---------
    trials_path: the trial list; with its corpus's ``utt2spk`` beside its folder, if there is one.
    score_folders: system -> folder with ``<stem of the trial list>.txt``; the baseline is first.
    seed: of the bootstrap.
    skipped_limit: largest share of trials that may lack a score, in [0, 1].
    replicates: bootstrap replicates.
    test: name of the further test set that the list is of.

    Raises
    ------
    InputError: no system, a missing or broken file, or more trials without score than the limit.
    """
    files = {name: folder / f"{trials_path.stem}.txt" for name, folder in score_folders.items()}
    scored = ScoredTrials.load(trials_path, files, skipped_limit)
    labels = scored.trials.labels
    bootstrap = bootstrap_of_list(scored.trials, trials_path, replicates, seed, bool(test))
    systems = {
        name: evaluate_system(scores, labels, METRICS, bootstrap)
        for name, scores in scored.scores.items()
    }
    for note in swapped_notes(systems):
        logger.warning("%s: %s", trials_path, note)
    facts = TrialFacts.of(trials_path, scored.n_listed, labels, bootstrap)
    return ListResult(facts, replicates, systems, scored, bootstrap, test)


def bootstrap_of_list(
    trials: TrialList, path: Path, replicates: int, seed: int, is_further: bool
) -> SpeakerBootstrap | None:
    """Return the bootstrap over the speakers of a list.

    Of a further test set there is none where labels contradict who speaks, as they do where several
    speak in one utterance.

    Arguments
    ---------
    trials: those of the list that are evaluated.
    path: the list; with its corpus's ``utt2spk`` beside its folder, if there is one.
    replicates, seed: of the bootstrap.
    is_further: whether it is of a further test set.

    Raises
    ------
    InputError: the speakers of another list are contradicted.
    """
    speakers = speaker_numbers(trials, told_speakers(path))
    try:
        return SpeakerBootstrap.of(trials, replicates, seed, speakers)
    except InputError as error:
        if not is_further:
            raise
        logger.warning("no intervals: %s", error)
        return None


def evaluate_system(
    scores: np.ndarray,
    labels: np.ndarray,
    metrics: Mapping[str, Metric],
    bootstrap: SpeakerBootstrap | None,
) -> SystemResult:
    """Compute metrics and the DET curve of a system, with intervals if there is a bootstrap.

    Arguments
    ---------
    scores: shape ``(trials,)``, finite.
    labels: 1 for target, 0 for non-target, shape ``(trials,)``.
    metrics: name -> function of a curve.
    bootstrap: of these trials.
    """
    curve = det_curve(scores[labels == 1], scores[labels != 1])
    if bootstrap is None:
        return SystemResult(curve, _once(curve, metrics), None)
    found = bootstrap.evaluate(scores, {**metrics, **DetBand.metrics()})
    band = DetBand.of({rate: found[rate] for rate in DetBand.metrics()})
    return SystemResult(curve, {name: found[name] for name in metrics}, band)


def swapped_notes(systems: Mapping[str, SystemResult]) -> list[str]:
    """Say which systems tell people apart the wrong way round, and what that may come of.

    Example
    -------
    >>> scores, labels = np.array([0.1, 0.9]), np.array([1, 0])
    >>> system = evaluate_system(scores, labels, METRICS, None)
    >>> swapped_notes({"mine": system})[0][:60]
    'the EER of mine is 100.0 %, more than by chance: swap the la'
    """
    return [
        f"the EER of {name} is {100 * eer:.1f} %, more than by chance: swap the labels if 1 is not "
        "for one person, or the sign of the scores if they are distances"
        for name, system in systems.items()
        if (eer := system.curve.eer()) > 0.5
    ]


def evaluate_trials(
    scores: np.ndarray,
    labels: np.ndarray,
    metrics: Mapping[str, Metric],
    bootstrap: SpeakerBootstrap | None,
) -> dict[str, Replicated]:
    """Compute metrics alone; the arguments are those of :func:`evaluate_system`."""
    if bootstrap is None:
        return _once(det_curve(scores[labels == 1], scores[labels != 1]), metrics)
    return bootstrap.evaluate(scores, metrics)


def _once(curve: DetCurve, metrics: Mapping[str, Metric]) -> dict[str, Replicated]:
    return {name: Replicated.once(metric(curve)) for name, metric in metrics.items()}


def evaluate_llrs(
    llrs: np.ndarray,
    labels: np.ndarray,
    costs: Sequence[DetectionCost],
    bootstrap: SpeakerBootstrap | None,
) -> dict[str, Replicated]:
    """Compute what scores cost that are taken for log-likelihood ratios: Cllr and actual DCF.

    Arguments
    ---------
    llrs: natural-log likelihood ratios, shape ``(trials,)``.
    labels: 1 for target, 0 for non-target, shape ``(trials,)``.
    costs: priors and costs at which decisions are made.
    bootstrap: of these trials.
    """
    of_trials = {"Cllr": cllr_costs(llrs, labels)}
    for cost in costs:
        of_trials[f"actDCF {setting_name(cost)}"] = act_dcf_costs(llrs, labels, cost)
    if bootstrap is not None:
        return {name: bootstrap.evaluate_mean(found) for name, found in of_trials.items()}
    return {
        name: Replicated.once(float(found[labels == 1].mean() + found[labels != 1].mean()))
        for name, found in of_trials.items()
    }


def changes(baseline: SystemResult, other: SystemResult) -> dict[str, Change]:
    """Compare two systems in every metric whose replicates both have, paired by replicate."""
    return {
        name: relative_change(before, other.metrics[name])
        for name, before in baseline.metrics.items()
        if name in other.metrics and before.replicates.size
    }
