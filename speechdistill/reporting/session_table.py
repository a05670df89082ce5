"""Results by what sessions are: a genre, say."""

from collections.abc import Mapping
from pathlib import Path

from speechdistill.corpora.cut_table import CutTable
from speechdistill.reporting.evaluation import ListResult
from speechdistill.reporting.score_report import ScoreReport
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


def session_table(result: ListResult, sessions: Mapping[str, str], title: str) -> str:
    """Return EER and minDCF by the session of the test utterance, as a Markdown table.

    Models are enrolled with whatever they are; what is of no known session is a group, too.

    Arguments
    ---------
    result: of a trial list.
    sessions: by utterance id.
    title: what sessions are, such as ``genre``.
    """
    trials, scores = result.scored.trials, result.scored.scores
    groups = groups_by_test(trials, [sessions.get(name) for name in trials.ids])
    report = ScoreReport(trials.labels, scores, COSTS, result.bootstrap)
    return report.breakdown_table(groups, title)
