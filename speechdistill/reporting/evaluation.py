"""Metrics, intervals and comparisons of several systems on one trial list."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from speechdistill.errors import InputError
from speechdistill.verification.bootstrap import Metric, SpeakerBootstrap
from speechdistill.verification.metrics import DetCurve, det_curve
from speechdistill.verification.replicated import Change, Replicated, relative_change
from speechdistill.verification.score_files import read_scores
from speechdistill.verification.trials import TrialList

logger = logging.getLogger(__name__)

METRICS: dict[str, Metric] = {
    "EER": DetCurve.eer,
    "minDCF p=0.01": partial(DetCurve.min_dcf, p_target=0.01),
    "minDCF p=0.05": partial(DetCurve.min_dcf, p_target=0.05),
}


@dataclass(frozen=True)
class SystemResult:
    """What one system reaches on one trial list.

    Attributes
    ----------
    curve: its DET curve.
    metrics: a value and its replicates per name of ``METRICS``.
    eer_change: against the first system; None for the first itself.
    """

    curve: DetCurve
    metrics: dict[str, Replicated]
    eer_change: Change | None


@dataclass(frozen=True)
class ListResult:
    """What the systems reach on one trial list; all on the same trials.

    Attributes
    ----------
    path, sha256: of the list's file.
    n_listed: trials in the list; ``n_trials`` of them have a score by every system.
    n_trials, n_targets, n_speakers: of the trials evaluated.
    replicates: how many, of the bootstrap.
    systems: results by name, the baseline first.
    """

    path: Path
    sha256: str
    n_listed: int
    n_trials: int
    n_targets: int
    n_speakers: int
    replicates: int
    systems: dict[str, SystemResult]


def evaluate_list(
    trials_path: Path,
    score_folders: Mapping[str, Path],
    seed: int,
    missing_limit: float = 0.01,
    replicates: int = 1000,
) -> ListResult:
    """Evaluate systems on the trials that all of them scored.

    Arguments
    ---------
    trials_path: the trial list, in VoxCeleb form.
    score_folders: system -> folder with ``<stem of the trial list>.txt``; the baseline is first.
    seed: of the bootstrap.
    missing_limit: largest share of trials that may lack a score, in [0, 1].
    replicates: bootstrap replicates.

    Raises
    ------
    InputError: no system, a missing or broken file, or more trials without score than the limit.
    """
    if not score_folders:
        raise InputError("there is no system to report: give at least one")
    listed = TrialList.load(trials_path)
    scores = {
        name: read_scores(listed, folder / f"{trials_path.stem}.txt")
        for name, folder in score_folders.items()
    }
    is_scored = ~np.any([np.isnan(found) for found in scores.values()], axis=0)
    check_missing(listed, int(np.count_nonzero(~is_scored)), missing_limit, "system")
    trials = listed.subset(is_scored)
    is_target = trials.labels == 1
    bootstrap = SpeakerBootstrap.of(trials, replicates, seed)
    systems: dict[str, SystemResult] = {}
    for name, all_scores in scores.items():
        found = all_scores[is_scored]
        metrics = bootstrap.evaluate(found, METRICS)
        baseline = next(iter(systems.values()), None)
        systems[name] = SystemResult(
            det_curve(found[is_target], found[~is_target]),
            metrics,
            relative_change(baseline.metrics["EER"], metrics["EER"]) if baseline else None,
        )
    return ListResult(
        trials_path,
        hashlib.sha256(trials_path.read_bytes()).hexdigest(),
        len(listed),
        len(trials),
        int(is_target.sum()),
        bootstrap.n_speakers,
        replicates,
        systems,
    )


def check_missing(trials: TrialList, missing: int, missing_limit: float, who: str) -> None:
    """Warn of trials without score, or raise an InputError where they are too many.

    Arguments
    ---------
    trials: the list.
    missing: how many of its trials somebody did not score.
    missing_limit: largest share that may be missing, in [0, 1].
    who: should have scored them: ``system`` or ``student``.
    """
    if missing == 0:
        return
    summary = f"{missing} of {len(trials)} trials of {trials.source} lack a score by some {who}"
    if missing > missing_limit * len(trials):
        raise InputError(f"{summary}: score them, or raise --missing-limit ({missing_limit})")
    logger.warning("%s: they are left out for all", summary)
