"""A trial list with the scores of several systems."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.verification.intervals.bootstrap import SpeakerBootstrap
from speechdistill.verification.scoring.score_files import read_scores
from speechdistill.verification.trials.trial_list import TrialList

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrialFacts:
    """A trial list as a report names it.

    Attributes
    ----------
    name, sha256: of its file.
    n_listed: its trials; ``n_trials`` of them have all scores.
    n_trials, n_targets, n_speakers: of the trials evaluated; None for speakers that are unknown.
    """

    name: str
    sha256: str
    n_listed: int
    n_trials: int
    n_targets: int
    n_speakers: int | None

    @classmethod
    def of(
        cls, path: Path, n_listed: int, labels: np.ndarray, bootstrap: SpeakerBootstrap | None
    ) -> "TrialFacts":
        """Count the trials of a list that are evaluated, and their speakers if these are known."""
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        targets = int(np.count_nonzero(labels == 1))
        speakers = bootstrap.n_speakers if bootstrap else None
        return cls(path.name, sha256, n_listed, len(labels), targets, speakers)

    def line(self, lacking: str) -> str:
        """Say it in a line; ``lacking`` is what trials were left out for want of."""
        left_out = self.n_listed - self.n_trials
        speakers = "" if self.n_speakers is None else f" of {self.n_speakers} speakers"
        return (
            f"{self.name}: {self.n_trials} trials ({self.n_targets} targets){speakers}"
            + (f", {left_out} more left out for want of {lacking}" if left_out else "")
            + f"; sha256 `{self.sha256}`"
        )


@dataclass(frozen=True)
class ScoredTrials:
    """The trials of a list that all systems scored.

    Attributes
    ----------
    trials: those that all scored.
    scores: system -> float64 ``(trials,)``.
    n_listed: how many trials the list has.
    """

    trials: TrialList
    scores: dict[str, np.ndarray]
    n_listed: int

    @classmethod
    def load(
        cls, trials_path: Path, score_files: Mapping[str, Path], skipped_limit: float
    ) -> "ScoredTrials":
        """Read a list and the systems' score files.

        Arguments
        ---------
        trials_path: the trial list.
        score_files: system -> file of lines ``enrol test score``.
        skipped_limit: largest share of trials that may lack a score, in [0, 1].

        Raises
        ------
        InputError: no system, a missing or broken file, or more trials without score than the
            limit.
        """
        if not score_files:
            raise InputError("there is no system to report: give at least one")
        listed = TrialList.load(trials_path)
        scores = {name: read_scores(listed, path) for name, path in score_files.items()}
        is_scored = ~np.any([np.isnan(found) for found in scores.values()], axis=0)
        missing = int(np.count_nonzero(~is_scored))
        check_missing(listed, missing, skipped_limit, "system")
        if missing == 0:
            return cls(listed, scores, len(listed))
        kept = {name: found[is_scored] for name, found in scores.items()}
        return cls(listed.subset(is_scored), kept, len(listed))


def check_missing(trials: TrialList, missing: int, skipped_limit: float, who: str) -> None:
    """Warn of trials without score, or raise an InputError where they are too many.

    Arguments
    ---------
    trials: the list.
    missing: how many of its trials somebody did not score.
    skipped_limit: largest share that may be missing, in [0, 1].
    who: should have scored them: ``system`` or ``student``.
    """
    if missing == 0:
        return
    summary = f"{missing} of {len(trials)} trials of {trials.source} lack a score by some {who}"
    if missing > skipped_limit * len(trials):
        raise InputError(f"{summary}: score them, or raise --skipped-limit ({skipped_limit})")
    logger.warning("%s: they are left out for all", summary)
