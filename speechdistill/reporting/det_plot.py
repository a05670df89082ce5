"""DET plots of several systems."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from scipy.special import ndtri

from speechdistill.base.errors import InputError
from speechdistill.storage.files import written_whole
from speechdistill.verification.intervals.det_band import DetBand
from speechdistill.verification.metrics import DetCurve

# Okabe and Ito's palette, told apart by readers with any colour vision; dashes help in print.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("-", "--", "-.", ":")
# The forms of a plot, each with what its writer would put in of itself or of the day.
FORMS: dict[str, dict[str, None]] = {
    "pdf": {"CreationDate": None},
    "png": {"Software": None},
    "svg": {"Date": None},
}
TICKS_PERCENT = (0.01, 0.1, 0.5, 1, 2, 5, 10, 20, 40, 60, 80, 90, 95, 98, 99)


def plot_det(
    curves: Mapping[str, DetCurve],
    title: str,
    path: Path,
    bands: Mapping[str, DetBand] | None = None,
) -> None:
    """Draw DET curves on normal-deviate axes and mark each equal error rate; write the plot.

    On these axes the curve of normally distributed scores is a straight line (Martin et al.,
    "The DET curve in assessment of detection task performance", Eurospeech 1997). The same curves
    give the same bytes.

    Arguments
    ---------
    curves: system -> curve; at least one.
    title: above the plot.
    path: what to write; its name says the form, by default PNG.
    bands: system -> 95 % intervals of its curve, drawn behind it.
    """
    # Room for a legend line each, so that the square axes need not give way to it.
    height = 6.6 + 0.23 * (len(curves) + bool(bands))
    figure = Figure(figsize=(6.4, height), dpi=150, layout="constrained")
    axes = figure.add_subplot()
    low, high = det_limits(curves)
    axes.plot([low, high], [low, high], color="0.8", linewidth=1, zorder=1)
    for index, (name, curve) in enumerate(curves.items()):
        colour, dashes = COLOURS[index % len(COLOURS)], DASHES[index % len(DASHES)]
        label = f"{name} (EER {100 * curve.eer():.2f} %)"
        # Rates of 0 and 1 lie at infinity: outside the frame is far enough.
        frame = low - 1, high + 1
        if bands and name in bands:
            band = bands[name]
            edges = np.clip(ndtri([band.low, band.high]), *frame)
            x = ndtri(band.false_alarm_rates)
            axes.fill_between(x, *edges, color=colour, alpha=0.15, linewidth=0)
        x, y = np.clip(ndtri([curve.false_alarm_rates, curve.miss_rates]), *frame)
        axes.plot(x, y, color=colour, linestyle=dashes, linewidth=1.8, label=label)
        middle = np.clip(ndtri(curve.eer()), low, high)
        axes.plot(middle, middle, "o", color=colour, mec="white", zorder=3, clip_on=False)
    for axis in (axes.xaxis, axes.yaxis):
        ticks = [tick for tick in TICKS_PERCENT if low <= ndtri(tick / 100) <= high]
        axis.set_ticks(
            [float(ndtri(tick / 100)) for tick in ticks], [f"{tick:g}" for tick in ticks]
        )
    axes.set(xlim=(low, high), ylim=(low, high), aspect="equal", title=title)
    axes.set_xlabel("false alarm rate (%)")
    axes.set_ylabel("miss rate (%)")
    axes.grid(color="0.92")
    axes.set_axisbelow(True)
    shading = "shaded: 95 % intervals, over speakers" if bands else None
    figure.legend(loc="outside lower center", title=shading, frameon=False)
    FigureCanvasAgg(figure)
    form = _form(path)
    with written_whole(path) as partial, rc_context({"svg.hashsalt": "DET"}):
        figure.savefig(partial, format=form, metadata=FORMS[form])


def check_plot(path: Path) -> None:
    """Raise an InputError unless plots are written in the form that a name says.

    Example
    -------
    >>> check_plot(Path("det.txt"))
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: det.txt is no plot: give a name in .pdf, .png, .svg
    """
    if _form(path) not in FORMS:
        raise InputError(f"{path} is no plot: give a name in .{', .'.join(FORMS)}")


def _form(path: Path) -> str:
    return path.suffix[1:].lower() or "png"


def det_limits(curves: Mapping[str, DetCurve]) -> tuple[float, float]:
    """Normal deviates that frame all curves from well above the worst EER on."""
    highest = np.clip(4 * max(curve.eer() for curve in curves.values()), 0.5, 0.99)
    smallest = [
        rates[(rates > 0) & (others <= highest)].min(initial=highest / 10)
        for curve in curves.values()
        for rates, others in (
            (curve.miss_rates, curve.false_alarm_rates),
            (curve.false_alarm_rates, curve.miss_rates),
        )
    ]
    return float(ndtri(max(min(smallest), 1e-4))), float(ndtri(highest))
