"""Results with intervals, as RESULTS.md has them, and what they mean."""

from collections.abc import Sequence

import numpy as np

from speechdistill.reporting.page.comparison import Comparison
from speechdistill.reporting.page.markup import Html, element, joined, table
from speechdistill.reporting.page.plane import colour
from speechdistill.reporting.page.section import Section
from speechdistill.reporting.tables import (
    NOTHING,
    change_with_p,
    metric_title,
    per_cent,
    with_interval,
)
from speechdistill.verification.intervals.replicated import Replicated

WIDTH, HEIGHT = 150, 14


def results_section(
    comparisons: Sequence[Comparison], closing: str, overview: Html | None = None
) -> Section:
    """Show tables of all tests, each with its verdicts.

    Arguments
    ---------
    comparisons: one for each test.
    closing: what the figures are.
    overview: stands before them.
    """
    parts = [] if overview is None else [overview]
    for comparison in comparisons:
        parts.append(element("h3", comparison.title))
        parts += [_verdict(comparison, name) for name in list(comparison.systems)[1:]]
        parts += [
            _metric_table(comparison),
            element("p", comparison.facts.replace("`", ""), class_="note"),
        ]
    seeds = (
        "Every system here was trained once. Another training seed gives another system, and seeds "
        "can differ by more than the intervals say: before a difference is believed, train several "
        "(ablation.sh does)."
    )
    if max(len(comparison.systems) for comparison in comparisons) > 2:
        seeds += " The p-values are not corrected for the number of comparisons."
    parts.append(element("p", seeds, class_="caution"))
    parts.append(element("p", closing, class_="note"))
    return Section("results", "Results", joined(*parts))


def _verdict(comparison: Comparison, system: str) -> Html:
    kind, headline, explanation = comparison.verdict(system)
    return element(
        "div",
        element("p", headline, class_="headline"),
        element("p", explanation),
        class_=f"verdict {kind}",
    )


def _metric_table(comparison: Comparison) -> Html:
    metrics = comparison.metrics
    spans = {metric: _span(comparison, metric) for metric in metrics}
    rows = []
    for number, (name, found) in enumerate(comparison.systems.items()):
        key = element("span", class_=f"key {colour(number)}", aria_hidden="true")
        cells = [
            joined(
                with_interval(found[metric], metric),
                _interval_bar(found[metric], metric, spans[metric], colour(number)),
            )
            for metric in metrics
        ]
        change = comparison.change(name, metrics[0])
        rows.append([joined(key, name), *cells, change_with_p(change) if change else NOTHING])
    head = ["system", *map(metric_title, metrics), f"{metrics[0]} against the first"]
    return table(head, rows, f"{comparison.title}: value and 95 % interval", class_="results")


def _span(comparison: Comparison, metric: str) -> tuple[float, float]:
    ends = [
        per_cent(value, metric)
        for found in comparison.systems.values()
        for value in (found[metric].value, *found[metric].interval())
        if np.isfinite(value)
    ]
    return min(ends), max(ends)


def _interval_bar(found: Replicated, metric: str, span: tuple[float, float], series: str) -> Html:
    """Draw a value and its interval on the scale that its column shares."""
    low, high = span

    def at(value: float) -> float:
        share = (per_cent(value, metric) - low) / (high - low) if high > low else 0.5
        return round(5 + (WIDTH - 10) * share, 1)

    ends = found.interval()
    middle = HEIGHT / 2
    is_sure = bool(np.isfinite(ends).all())
    return element(
        "svg",
        element("line", x1=at(ends[0]), x2=at(ends[1]), y1=middle, y2=middle, class_="range")
        if is_sure
        else None,
        element("circle", cx=at(found.value), cy=middle, r=4.5, class_="dot"),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        class_=f"interval {series}",
        aria_hidden="true",
    )
