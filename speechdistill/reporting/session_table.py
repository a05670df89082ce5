"""Results by what sessions are: a genre, say."""

from collections.abc import Mapping
from pathlib import Path

from speechdistill.corpora.cut_table import CutTable
from speechdistill.reporting.score_report import ScoreReport
from speechdistill.reporting.scored_trials import ScoredTrials
from speechdistill.reporting.trial_speakers import speaker_numbers, told_speakers
from speechdistill.verification.intervals.bootstrap import SpeakerBootstrap
from speechdistill.verification.metrics import DetectionCost
from speechdistill.verification.trials.breakdown import groups_by_test

COSTS = (DetectionCost(0.01),)


def sessions_of(folder: Path) -> dict[str, str]:
    """Return the session of every utterance of a set, by id.

    Raises
    ------
    InputError: the set has no manifest.
    """
    columns = CutTable.load(folder).columns
    return dict(zip(columns["id"], columns["session"], strict=True))


def session_table(
    trials_path: Path,
    score_folders: Mapping[str, Path],
    sessions: Mapping[str, str],
    title: str,
    seed: int,
    skipped_limit: float,
    replicates: int = 1000,
) -> str:
    """Return EER and minDCF by the session of the test utterance, as a Markdown table.

    Models are enrolled with whatever they are; what is of no known session is a group, too.

    Arguments
    ---------
    trials_path: a trial list, with labels.
    score_folders: system -> folder with ``<stem of the trial list>.txt``.
    sessions: by utterance id.
    title: what sessions are, such as ``genre``.
    seed, replicates: of the bootstrap over each group's speakers.
    skipped_limit: largest share of trials that may lack a score, in [0, 1].

    Raises
    ------
    InputError: a missing or broken file, or more trials without score than the limit.
    """
    files = {name: folder / f"{trials_path.stem}.txt" for name, folder in score_folders.items()}
    scored = ScoredTrials.load(trials_path, files, skipped_limit)
    trials = scored.trials
    speakers = speaker_numbers(trials, told_speakers(trials_path))
    bootstrap = SpeakerBootstrap.of(trials, replicates, seed, speakers)
    groups = groups_by_test(trials, [sessions.get(name) for name in trials.ids])
    return ScoreReport(trials.labels, scored.scores, COSTS, bootstrap).breakdown_table(
        groups, title
    )
