"""What score files are worth on a trial list: tables for whoever has scores and no recipe."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.reporting.evaluation import (
    SystemResult,
    changes,
    curve_metrics,
    evaluate_llrs,
    evaluate_system,
    evaluate_trials,
)
from speechdistill.reporting.scored_trials import ScoredTrials
from speechdistill.reporting.tables import (
    NOTHING,
    change_with_p,
    markdown_table,
    metric_table,
    metric_title,
    with_interval,
)
from speechdistill.reporting.trial_speakers import speaker_numbers
from speechdistill.verification.calibration.calibration import Calibration
from speechdistill.verification.calibration.quality_measures import pair_measures_of_columns
from speechdistill.verification.intervals.bootstrap import SpeakerBootstrap
from speechdistill.verification.intervals.replicated import Replicated
from speechdistill.verification.metrics import DetectionCost
from speechdistill.verification.trials.breakdown import TrialGroup
from speechdistill.verification.trials.trial_list import TrialList
from speechdistill.verification.trials.utterance_facts import UtteranceFacts

logger = logging.getLogger(__name__)


def bootstrap_of(
    trials: TrialList, replicates: int, seed: int, utt2spk: Path | None = None
) -> SpeakerBootstrap | None:
    """Return a bootstrap over the trials' speakers; None, with a warning, if the names hide them.

    Arguments
    ---------
    trials: the trials.
    replicates, seed: of the bootstrap; with 0 replicates there is none.
    utt2spk: lines ``utterance speaker``; by default speakers are the names' first path part.

    Raises
    ------
    InputError: ``utt2spk`` is broken or incomplete, or contradicts the labels.
    """
    if replicates == 0:
        return None
    if utt2spk is not None:
        numbers = speaker_numbers(trials, utt2spk)
        return SpeakerBootstrap.of(trials, replicates, seed, numbers)
    try:
        return SpeakerBootstrap.of(trials, replicates, seed)
    except InputError as error:
        logger.warning("no intervals: give --speakers, for the names do not say them (%s)", error)
        return None


def calibrated(
    scored: ScoredTrials, development: ScoredTrials, facts: UtteranceFacts, columns: Sequence[str]
) -> dict[str, np.ndarray]:
    """Calibrate every system on its scores of development trials; log how.

    Arguments
    ---------
    scored: the trials to calibrate.
    development: other trials with scores by the same systems.
    facts: tables of the utterances of both.
    columns: quality measures; see :func:`pair_measures_of_columns`.

    Returns
    -------
    system -> natural-log likelihood ratios of the trials in ``scored``.

    Raises
    ------
    InputError: a quality measure is missing, or a system's scores cannot be calibrated on.
    """
    measures = pair_measures_of_columns(scored.trials, facts, columns)
    development_measures = pair_measures_of_columns(development.trials, facts, columns)
    llrs = {}
    for name, scores in development.scores.items():
        try:
            calibration = Calibration.fit(
                scores, development.trials.labels, development_measures.values
            )
        except InputError as error:
            raise InputError(f"{name} on {development.trials.source}: {error}") from error
        terms = zip(calibration.measure_weights, measures.names, strict=True)
        formula = "".join(f" {weight:+.4g} {measure}" for weight, measure in terms)
        logger.info(
            "%s: llr = %.4g score%s %+.4g",
            name,
            calibration.score_weight,
            formula,
            calibration.offset,
        )
        if calibration.score_weight <= 0:
            logger.warning("%s: higher scores mean less alike, which metrics do not expect", name)
        llrs[name] = calibration.llrs(scored.scores[name], measures.values)
    return llrs


@dataclass(frozen=True)
class GroupResult:
    """What systems reach on a group of trials.

    Attributes
    ----------
    group: the trials.
    n_targets, n_nontargets: of the group.
    systems: name -> metric -> value; empty where the group lacks one of both kinds.
    """

    group: TrialGroup
    n_targets: int
    n_nontargets: int
    systems: Mapping[str, Mapping[str, Replicated]]


@dataclass(frozen=True)
class ScoreReport:
    """Systems on one trial list: metrics, comparisons with the first, groups of trials.

    Arguments
    ---------
    labels: 1 for target, 0 for non-target, shape ``(trials,)``.
    scores: system -> shape ``(trials,)``; the first is the baseline.
    costs: priors and costs of minimum and actual DCF.
    bootstrap: of the trials; None for no intervals and no comparisons.
    llr_systems: those whose scores are natural-log likelihood ratios.
    with_hull: give the EER on the ROC curve's convex hull, too.
    """

    labels: np.ndarray
    scores: Mapping[str, np.ndarray]
    costs: Sequence[DetectionCost]
    bootstrap: SpeakerBootstrap | None
    llr_systems: Collection[str] = ()
    with_hull: bool = False

    def evaluate(self) -> dict[str, SystemResult]:
        """Compute every system's metrics, in the order in which tables have them.

        Raises
        ------
        InputError: a system's scores are all equal; it is named.
        """
        results = {}
        metrics = curve_metrics(self.costs)
        for name, scores in self.scores.items():
            try:
                result = evaluate_system(scores, self.labels, metrics, self.bootstrap)
            except InputError as error:
                raise InputError(f"{name}: {error}") from error
            hull = result.curve.convex_hull()
            if self.with_hull:
                result.metrics["EER on the hull"] = Replicated.once(hull.eer())
            if name in self.llr_systems:
                found = evaluate_llrs(scores, self.labels, self.costs, self.bootstrap)
                result.metrics.update(found)
            result.metrics["minCllr"] = Replicated.once(hull.min_cllr())
            results[name] = result
        return results

    def breakdown(self, groups: Sequence[TrialGroup]) -> list[GroupResult]:
        """Compute every system's metrics by group, with intervals of the group's own speakers."""
        metrics, results = curve_metrics(self.costs), []
        for group in groups:
            labels = self.labels[group.is_member]
            counts = int(np.count_nonzero(labels == 1)), int(np.count_nonzero(labels != 1))
            systems = {}
            if min(counts) > 0:
                bootstrap = self._bootstrap_of(group)
                systems = {
                    name: evaluate_trials(scores[group.is_member], labels, metrics, bootstrap)
                    for name, scores in self.scores.items()
                }
            results.append(GroupResult(group, *counts, systems))
        return results

    def breakdown_table(self, groups: Sequence[TrialGroup], title: str) -> str:
        """Return :meth:`breakdown` as a table.

        Groups without a target or without a non-target have counts alone.
        """
        metrics = curve_metrics(self.costs)
        rows = []
        for found in self.breakdown(groups):
            facts = [found.group.name, str(found.n_targets), str(found.n_nontargets)]
            if not found.systems:
                rows.append([*facts, *[NOTHING] * (1 + len(metrics))])
            for name, values in found.systems.items():
                rows.append([*facts, name, *(with_interval(values[m], m) for m in metrics)])
        header = [title, "targets", "non-targets", "system", *map(metric_title, metrics)]
        return markdown_table(header, rows)

    def _bootstrap_of(self, group: TrialGroup) -> SpeakerBootstrap | None:
        if self.bootstrap is None:
            return None
        try:
            return self.bootstrap.subset(group.is_member)
        except InputError:  # of a single speaker
            return None


def system_table(results: Mapping[str, SystemResult]) -> str:
    """Return systems by metrics, with 95 % intervals where there are any."""
    return metric_table({name: result.metrics for name, result in results.items()})


def comparison_table(results: Mapping[str, SystemResult]) -> str:
    """Return how every other system changes against the first; empty if nothing can be compared."""
    (first, baseline), *others = results.items()
    rows = [
        [f"{name} against {first}", metric, change_with_p(change)]
        for name, result in others
        for metric, change in changes(baseline, result).items()
    ]
    return markdown_table(["systems", "metric", "relative change"], rows) if rows else ""
