"""Training curves of students and teachers: errors, losses, gradients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from speechdistill.reporting.page.axis import Axis
from speechdistill.reporting.page.markup import Html, element, joined, missing, table
from speechdistill.reporting.page.plane import Plane, colour, figure, legend, numbers
from speechdistill.reporting.page.section import Section
from speechdistill.reporting.training_log import GRADIENT, LoggedEpochs


@dataclass(frozen=True)
class Curve:
    """A line of a chart by epoch.

    Attributes
    ----------
    name: in the legend.
    series: classes of colour and dashes.
    log: whose epochs.
    values: one per epoch.
    """

    name: str
    series: str
    log: LoggedEpochs
    values: np.ndarray


def training_section(
    students: Mapping[str, LoggedEpochs],
    teachers: Mapping[str, LoggedEpochs],
    lacking: Sequence[str],
) -> Section:
    """Show what training logged.

    Arguments
    ---------
    students, teachers: name -> log.
    lacking: systems and teachers without one.
    """
    parts = []
    if students:
        parts.append(_facts(students))
        parts.append(element("div", *_student_charts(students), class_="panels wide"))
    if teachers:
        parts.append(element("h3", "Teachers" if len(teachers) > 1 else "Teacher"))
        parts.append(_facts(teachers))
        charts = [*_error_charts(teachers), *_loss_charts(teachers)]
        parts.append(element("div", *charts, class_="panels wide"))
    if lacking:
        names = ", ".join(lacking)
        parts.append(missing(f"No training log: {names} was not trained here, or it is gone."))
    return Section("training", "Training", joined(*parts))


def by_epoch(curves: Sequence[Curve], y: Axis, title: str, note: str | None = None) -> Html:
    """Draw curves by epoch, with their numbers on demand.

    Arguments
    ---------
    curves: at least one.
    y: the upright axis.
    title, note: above and below the chart.
    """
    last = max(float(curve.log.epochs[-1]) for curve in curves)
    plane = Plane(Axis.linear("epoch", 0, last), y, width=360, height=250)
    lines = [plane.line(curve.log.epochs, curve.values, curve.series) for curve in curves]
    points = [
        (plane.touch if len(curve.values) > 1 else plane.dot)(
            epoch, value, curve.series.split()[0], f"{curve.name}\nepoch {epoch:g}: {value:.4g}"
        )
        for curve in curves
        for epoch, value in zip(curve.log.epochs, curve.values, strict=True)
        if np.isfinite(value)
    ]
    names = [(curve.series, curve.name) for curve in curves]
    named = "; ".join(name for _, name in names)
    about = f"{title} by epoch: {named}. The table below has the numbers."
    return figure(
        plane.chart([*lines, *points], about),
        title,
        legend(names),
        numbers(_table(curves)),
        note=note,
    )


def highest(curves: Sequence[Curve]) -> float:
    """Return the highest figure of all curves; 1 if there is none."""
    finite = [curve.values[np.isfinite(curve.values)] for curve in curves]
    return float(np.max(np.concatenate(finite), initial=-np.inf)) if any(map(len, finite)) else 1.0


def _table(curves: Sequence[Curve]) -> Html:
    epochs = sorted({float(epoch) for curve in curves for epoch in curve.log.epochs})
    found = [dict(zip(curve.log.epochs.tolist(), curve.values, strict=True)) for curve in curves]
    rows = [
        [f"{epoch:g}", *(f"{values[epoch]:.4g}" if epoch in values else "-" for values in found)]
        for epoch in epochs
    ]
    return table(["epoch", *(curve.name for curve in curves)], rows)


def _facts(logs: Mapping[str, LoggedEpochs]) -> Html:
    items = []
    for name, log in logs.items():
        last = int(log.epochs[-1])
        text = f"{name}: {last} epoch{'s' if last > 1 else ''}"
        error = next(iter(log.errors), None)
        if error and (best := log.best(error)) is not None:
            lowest = f"{_shown(error)} {100 * log.dev(error)[best]:.2f} %"
            text += f", lowest dev {lowest} after epoch {log.epochs[best]:g}"
        items.append(element("li", text))
    return element("ul", *items)


def _shown(error: str) -> str:
    return error.upper() if error == "eer" else error


def _student_charts(students: Mapping[str, LoggedEpochs]) -> list[Html]:
    gradients = [
        Curve(
            f"{name}: {column.removesuffix(GRADIENT)}",
            f"{colour(number)} dash{at % 4}",
            log,
            values,
        )
        for number, (name, log) in enumerate(students.items())
        for at, (column, values) in enumerate(
            (c, v) for c, v in log.columns.items() if c.endswith(GRADIENT)
        )
        if np.any(values > 0)
    ]
    charts = [*_error_charts(students), *_loss_charts(students)]
    if gradients:
        positive = np.concatenate([curve.values[curve.values > 0] for curve in gradients])
        shown = [
            Curve(c.name, c.series, c.log, np.where(c.values > 0, c.values, np.nan))
            for c in gradients
        ]
        y = Axis.logarithmic("L2 norm of the gradient", positive.min(), positive.max())
        note = "By embedding, over the batch: what pulls at the student, and how hard."
        charts.append(by_epoch(shown, y, "Gradient of each loss", note))
    return charts


def _error_charts(logs: Mapping[str, LoggedEpochs]) -> list[Html]:
    charts = []
    for error in dict.fromkeys(error for log in logs.values() for error in log.errors):
        curves = []
        for number, (name, log) in enumerate(logs.items()):
            for part, dash in (("dev", "dash0"), ("train", "dash1")):
                if (values := log.columns.get(f"{part}_{error}")) is not None:
                    series = f"{colour(number)} {dash}"
                    curves.append(Curve(f"{name}: {part}", series, log, 100 * values))
        title, note = f"{_shown(error)} on dev items", None
        if any(f"train_{error}" in log.columns for log in logs.values()):
            title += " and on items trained on"
            note = "Where dashed lines go on falling and solid ones rise, the model over-fits."
        charts.append(
            by_epoch(curves, Axis.from_zero(f"{_shown(error)} (%)", highest(curves)), title, note)
        )
    return charts


def _loss_charts(logs: Mapping[str, LoggedEpochs]) -> list[Html]:
    curves = [
        Curve(name, f"{colour(number)} dash0", log, log.columns["loss"])
        for number, (name, log) in enumerate(logs.items())
        if "loss" in log.columns
    ]
    if not curves:
        return []
    note = "All terms together: systems with other terms are not compared by it."
    return [by_epoch(curves, Axis.from_zero("loss", highest(curves)), "Training loss", note)]
