"""DET curves with their intervals; the operating points are read off by pointing."""

from collections.abc import Mapping

import numpy as np
from scipy.special import ndtr, ndtri

from speechdistill.reporting.det_plot import det_limits
from speechdistill.reporting.evaluation import ListResult, SystemResult
from speechdistill.reporting.page.axis import Axis
from speechdistill.reporting.page.markup import Html, element, joined, table
from speechdistill.reporting.page.plane import Plane, colour, figure, legend
from speechdistill.reporting.page.section import Section
from speechdistill.reporting.tables import per_cent
from speechdistill.verification.metrics import DetCurve

POINTS = 240  # of a line: half a pixel apart
STATED_PERCENT = (0.1, 0.5, 1, 2, 5, 10, 20)


def det_section(lists: list[ListResult]) -> Section:
    """Show the curves of all systems, a chart for each trial list."""
    charts = [det_chart(each.systems, each.name) for each in lists]
    about = element(
        "p",
        "Each point of a curve is a threshold: what it lets pass of strangers, and whom it turns "
        "away. Lower and further left is better; scores that are normally distributed give a "
        "straight line. Dots mark equal error rates; the bands are 95 % intervals over speakers.",
    )
    return Section("det", "DET curves", joined(about, *charts))


def det_chart(systems: Mapping[str, SystemResult], title: str) -> Html:
    """Draw systems' curves on normal-deviate axes, with a table of miss rates below."""
    low, high = ndtr(det_limits({name: found.curve for name, found in systems.items()}))
    plane = Plane(
        Axis.normal_deviate("false alarm rate (%)", low, high),
        Axis.normal_deviate("miss rate (%)", low, high),
        width=460,
        height=448,
    )
    bands, lines, dots, names = [], [], [], []
    for number, (name, found) in enumerate(systems.items()):
        series, eer = colour(number), found.curve.eer()
        line = f"{series} dash{number % 4}"
        names.append((line, f"{name}: EER {per_cent(eer):.2f} %"))
        xs = ndtr(np.linspace(ndtri(low), ndtri(high), POINTS))
        ys = np.array([found.curve.miss_rate_at(float(x)) for x in xs])
        ys[(ys < low) | (ys > high)] = np.nan
        if found.band is not None:
            rates = found.band.false_alarm_rates
            inside = (rates >= low) & (rates <= high)
            edges = found.band.low[inside], found.band.high[inside]
            bands.append(plane.band(rates[inside], *edges, series))
        lines.append(plane.line(xs, ys, line))
        for x, y in zip(xs[::4], ys[::4], strict=True):
            if np.isfinite(y):
                dots.append(plane.touch(x, y, series, _tip(name, found.curve, float(x), y)))
        dots.append(plane.dot(eer, eer, series, f"{name}\nequal error rate {per_cent(eer):.2f} %"))
    diagonal = plane.line([low, high], [low, high], "diagonal")
    about = (
        f"DET curves on {title}: miss rate against false alarm rate. "
        + "; ".join(name for _, name in names)
        + ". The table below has the numbers."
    )
    chart = plane.chart([diagonal, *bands, *lines, *dots], about)
    drawn = figure(chart, title, legend(names))
    return element("div", drawn, _miss_rates(systems), class_="beside")


def _tip(name: str, curve: DetCurve, false_alarm_rate: float, miss_rate: float) -> str:
    at = int(np.searchsorted(-curve.false_alarm_rates, -false_alarm_rate))
    return (
        f"{name}\nfalse alarms {per_cent(false_alarm_rate):.3g} %, misses "
        f"{per_cent(miss_rate):.3g} %\nscore threshold {curve.thresholds[at]:.3f}"
    )


def _miss_rates(systems: Mapping[str, SystemResult]) -> Html:
    rates = [percent / 100 for percent in STATED_PERCENT]
    rows = [
        [
            f"{100 * rate:g} %",
            *(f"{per_cent(found.curve.miss_rate_at(rate)):.2f}" for found in systems.values()),
        ]
        for rate in rates
    ]
    header = ["false alarms", *systems]
    return table(header, rows, "Miss rate (%) at a false alarm rate", class_="narrow")
