"""Terms of distillation: how far from the teacher, and for what share of samples that counts."""

from collections.abc import Mapping

import numpy as np

from speechdistill.reporting.page.axis import Axis
from speechdistill.reporting.page.markup import element, joined, missing
from speechdistill.reporting.page.plane import colour
from speechdistill.reporting.page.section import Section
from speechdistill.reporting.page.training_section import Curve, by_epoch, highest
from speechdistill.reporting.training_log import ACTIVE, SIZE, LoggedEpochs


def term_section(students: Mapping[str, LoggedEpochs]) -> Section:
    """Show the share of samples beyond the margin, and the terms' values."""
    distilled = {name: log for name, log in students.items() if log.terms}
    if not distilled:
        text = "No system has a term of distillation: there was no teacher, or no log of it."
        return Section("terms", "Term activity", missing(text))
    parts = [
        element(
            "p",
            "A soft constraint counts only beyond its margin. A term whose share falls to 0 has "
            "stopped teaching; one that stays at 100 % is as hard as without a margin.",
        )
    ]
    for name, log in distilled.items():
        if len(distilled) > 1:
            parts.append(element("h3", name))
        first, last = (
            [f"{term} {100 * log.columns[term + ACTIVE][at]:.0f} %" for term in log.terms]
            for at in (0, -1)
        )
        parts.append(
            element(
                "p",
                f"Beyond the margin after epoch {log.epochs[0]:g}: {', '.join(first)}; after epoch "
                f"{log.epochs[-1]:g}: {', '.join(last)}.",
                class_="headline",
            )
        )
        sizes = [
            f"{term} {np.nanmean(log.columns[term + SIZE]):.1f}"
            for term in log.terms
            if term + SIZE in log.columns
        ]
        if sizes:
            text = f"Effective sample size of a batch as quality weighs it: {', '.join(sizes)}."
            parts.append(element("p", text, class_="note"))
        active = _curves(log, ACTIVE, 100)
        charts = [
            by_epoch(
                active,
                Axis.linear("samples beyond the margin (%)", 0, 100),
                "Share of active samples",
            )
        ]
        for curve in _curves(log, "", 1):
            y = Axis.from_zero("mean distance beyond the margin", highest([curve]))
            charts.append(by_epoch([curve], y, f"Term {curve.name}"))
        parts.append(element("div", *charts, class_="panels wide"))
    return Section("terms", "Term activity", joined(*parts))


def _curves(log: LoggedEpochs, suffix: str, factor: float) -> list[Curve]:
    return [
        Curve(
            term,
            f"{colour(number + 1)} dash{number % 4}",
            log,
            factor * log.columns[term + suffix],
        )
        for number, term in enumerate(log.terms)
        if term + suffix in log.columns
    ]
