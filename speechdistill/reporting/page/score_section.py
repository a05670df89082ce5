"""Scores of targets and non-targets, and errors, by what is known of the trials."""

from collections.abc import Sequence

import numpy as np

from speechdistill.reporting.evaluation import ListResult, setting_name
from speechdistill.reporting.page.axis import Axis
from speechdistill.reporting.page.items import QUALITY
from speechdistill.reporting.page.markup import Html, element, joined, missing, table
from speechdistill.reporting.page.plane import Plane, figure, legend
from speechdistill.reporting.page.section import Section
from speechdistill.reporting.score_report import GroupResult, ScoreReport
from speechdistill.reporting.tables import NOTHING, metric_title, value_alone, with_interval
from speechdistill.verification.metrics import DetectionCost
from speechdistill.verification.trials.breakdown import (
    SESSION,
    UNKNOWN,
    TrialGroup,
    groups_by_column,
)
from speechdistill.verification.trials.trial_list import TrialList
from speechdistill.verification.trials.utterance_facts import UtteranceFacts

BINS = 40
COST = DetectionCost(0.01)
COLUMNS = ("sex", SESSION, QUALITY)
TARGET, NONTARGET = "s0", "s1"


def score_section(
    lists: Sequence[ListResult], facts: UtteranceFacts, columns: Sequence[str]
) -> Section:
    """Show histograms and a table of errors by condition, for each trial list.

    Of further tests all trials are shown together.

    Arguments
    ---------
    lists: the trial lists.
    facts: on the utterances.
    columns: of them, by which trials are grouped; those that it lacks are said to be unknown.
    """
    parts = [
        element(
            "p",
            "How far apart targets, of one speaker or class, and non-targets, of two, score. Each "
            "histogram is a share of its own kind. The dashed line is the threshold at the equal "
            "error rate of all trials: what lies on the wrong side of it is an error.",
        ),
        legend([(TARGET, "targets"), (NONTARGET, "non-targets")]),
    ]
    for each in lists:
        groups, unknown = _groups(each, facts, [] if each.test else columns)
        report = ScoreReport(each.scored.trials.labels, each.scored.scores, [COST], each.bootstrap)
        found = {title: report.breakdown(of_title) for title, of_title in groups.items()}
        parts.append(element("h3", each.name))
        parts += [_histograms(each, name, found) for name in each.scored.scores]
        if unknown:
            parts.append(missing(f"Not known of these utterances: {', '.join(unknown)}."))
        if found:
            parts.append(_group_table(each, found))
    return Section("scores", "Scores and conditions", joined(*parts))


def _groups(
    each: ListResult, facts: UtteranceFacts, columns: Sequence[str]
) -> tuple[dict[str, list[TrialGroup]], list[str]]:
    """Return the groups by column, and the columns of which nothing is known."""
    trials, groups, unknown = each.scored.trials, {}, []
    for column in columns:
        if column != SESSION and column not in facts.columns:
            unknown.append(column)
            continue
        if column == QUALITY and _is_unknown(facts.numbers(column, trials), trials):
            unknown.append(column)
            continue
        found = groups_by_column(trials, facts, column)
        if [group.name for group in found] == [UNKNOWN]:
            unknown.append(column)
        elif not all(group.is_member.all() for group in found):
            groups[column] = found
    return groups, unknown


def _is_unknown(numbers: np.ndarray, trials: TrialList) -> bool:
    """Whether no trial has both sides known: of a model that several utterances enrol none is."""
    return bool(np.isnan(numbers[trials.enrol] + numbers[trials.test]).all())


def _histograms(each: ListResult, system: str, found: dict[str, list[GroupResult]]) -> Html:
    scores, labels = each.scored.scores[system], each.scored.trials.labels
    edges = np.linspace(scores.min(), scores.max(), BINS + 1)
    threshold = each.eer_threshold(system)
    everything = np.ones(len(labels), dtype=bool)
    eer = value_alone(each.systems[system].metrics["EER"].value)
    panels = [("all trials", f"EER {eer} %", everything)]
    for column, groups in found.items():
        for group in groups:
            rate = "no EER: one kind of trials alone"
            if system in group.systems:
                rate = f"EER {value_alone(group.systems[system]['EER'].value)} %"
            panels.append((f"{column}: {group.group.name}", rate, group.group.is_member))
    top = max(
        float(_shares(scores[is_member & (labels == label)], edges).max())
        for *_, is_member in panels
        for label in (0, 1)
    )
    charts = [
        figure(
            _histogram(scores[member], labels[member], edges, top, threshold, title),
            joined(title, " ", element("span", rate, class_="rate")),
        )
        for title, rate, member in panels
    ]
    return joined(element("h4", system), element("div", *charts, class_="panels"))


def _shares(scores: np.ndarray, edges: np.ndarray) -> np.ndarray:
    return 100 * np.histogram(scores, edges)[0] / max(len(scores), 1)


def _histogram(
    scores: np.ndarray,
    labels: np.ndarray,
    edges: np.ndarray,
    top: float,
    threshold: float,
    title: str,
) -> Html:
    plane = Plane(
        Axis.linear("score", edges[0], edges[-1], most=5),
        Axis.from_zero("share of trials (%)", top, most=4),
        width=280,
        height=190,
    )
    bars, counts = [], []
    for is_target, name, series in ((False, "non-targets", NONTARGET), (True, "targets", TARGET)):
        chosen = scores[(labels == 1) == is_target]
        counts.append(f"{len(chosen)} {name}")
        number = np.histogram(chosen, edges)[0]
        for at in np.flatnonzero(number):
            tip = f"{number[at]} of {len(chosen)} {name}\n"
            tip += f"score {edges[at]:.2f} to {edges[at + 1]:.2f}"
            share = 100 * number[at] / len(chosen)
            bars.append(plane.bar((edges[at], edges[at + 1]), share, series, tip))
    about = f"Histogram of scores, {title}: {' and '.join(counts)}"
    return plane.chart([*bars, plane.mark(threshold)], about)


def _group_table(each: ListResult, found: dict[str, list[GroupResult]]) -> Html:
    metrics = ["EER", f"minDCF {setting_name(COST)}"]
    rows = []
    for column, groups in found.items():
        for group in groups:
            counts = [str(group.n_targets), str(group.n_nontargets)]
            for name in each.scored.scores:
                values = group.systems.get(name)
                cells = [
                    with_interval(values[metric], metric) if values else NOTHING
                    for metric in metrics
                ]
                rows.append([f"{column}: {group.group.name}", *counts, name, *cells])
    header = ["trials", "targets", "non-targets", "system", *map(metric_title, metrics)]
    return table(header, rows, f"{each.name} by condition", class_="sortable")
