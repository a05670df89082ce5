"""EER of every row of an ablation by test condition."""

import math
from collections.abc import Collection, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from speechdistill.corpora.conditions.catalogue import CLEAN_SET, CONDITIONS, CUT
from speechdistill.files import written_whole
from speechdistill.reporting.ablation_evaluation import AblationResult
from speechdistill.reporting.condition_groups import CLEAN
from speechdistill.reporting.det_plot import COLOURS, DASHES

MARKERS = "os^Dv<>Xph"
TITLES = {
    "white": "white noise",
    "babble": "babble",
    "band": "one octave of noise",
    "cut": "short utterances",
}


def plot_conditions(result: AblationResult, with_intervals: Collection[str], path: Path) -> None:
    """Draw the EER by condition and, below, its change against the baseline; write a PNG.

    One column per kind of condition, from clean to worst. The same result gives the same bytes.

    Arguments
    ---------
    result: with at least one condition besides the clean set.
    with_intervals: rows whose 95 % intervals are drawn as bands: a few, or nothing can be seen.
    path: the PNG to write.
    """
    kinds = [kind for kind in TITLES if _sets(kind, result.sets)[1:]]
    figure = Figure(figsize=(2.6 * len(kinds) + 1.2, 7.2), dpi=150, layout="constrained")
    grid = figure.subplots(2, len(kinds), sharex="col", sharey="row", squeeze=False)
    for column, kind in enumerate(kinds):
        sets = _sets(kind, result.sets)
        above, below = grid[0, column], grid[1, column]
        for index, row in enumerate(result.metrics):
            style = _Style.of(index, row == result.baseline)
            eers = [result.mean(row, [name]) for name in sets]
            band = [eer.interval() for eer in eers] if row in with_intervals else None
            style.draw(above, [eer.value for eer in eers], band, row)
            if row != result.baseline:
                changes = [result.change(row, result.baseline, [name]) for name in sets]
                band = [(change.low, change.high) for change in changes]
                values = [change.value for change in changes]
                style.draw(below, values, band if row in with_intervals else None, row)
        below.axhline(0, color="black", linewidth=1)
        above.set_title(TITLES[kind], fontsize=10)
        below.set_xticks(range(len(sets)), [_tick(name) for name in sets])
        below.set_xlabel("duration (s)" if kind == CUT else "SNR (dB)")
        for axes in (above, below):
            axes.grid(color="0.92")
            axes.set_axisbelow(True)
    grid[0, 0].set_ylabel("EER (%)")
    grid[1, 0].set_ylabel(f"change of EER against {result.baseline} (%)")
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=9)
    FigureCanvasAgg(figure)
    with written_whole(path) as partial:
        figure.savefig(partial, metadata={"Software": None})


class _Style:
    """How a row is drawn: told apart by colour, dashes and marker."""

    def __init__(self, colour: str, dashes: str, marker: str, width: float) -> None:
        self.colour, self.dashes, self.marker, self.width = colour, dashes, marker, width

    @classmethod
    def of(cls, index: int, is_baseline: bool) -> "_Style":
        if is_baseline:
            return cls("black", "-", "o", 2.2)
        colours = [colour for colour in COLOURS if colour != "#000000"]
        return cls(
            colours[index % len(colours)],
            DASHES[index % len(DASHES)],
            MARKERS[index % len(MARKERS)],
            1.4,
        )

    def draw(
        self,
        axes: Axes,
        fractions: Sequence[float],
        band: Sequence[tuple[float, float]] | None,
        label: str,
    ) -> None:
        places = range(len(fractions))
        if band is not None:
            low, high = ([percent_or_nan(ends[side]) for ends in band] for side in (0, 1))
            axes.fill_between(places, low, high, color=self.colour, alpha=0.13, linewidth=0)
        axes.plot(
            places,
            [percent_or_nan(fraction) for fraction in fractions],
            color=self.colour,
            linestyle=self.dashes,
            linewidth=self.width,
            marker=self.marker,
            markersize=4,
            label=label,
        )


def _sets(kind: str, sets: Sequence[str]) -> list[str]:
    """Return the clean set and those of a kind, from best to worst."""
    made = [condition.set_name for condition in CONDITIONS if condition.kind == kind]
    return [CLEAN_SET, *(name for name in made if name in sets)]


def _tick(name: str) -> str:
    return CLEAN if name == CLEAN_SET else name.rpartition("-")[2]


def percent_or_nan(fraction: float) -> float:
    """Return per cent, or NaN, which plots leave out, for a change from an EER of 0.

    Example
    -------
    >>> percent_or_nan(0.5), percent_or_nan(float("inf"))
    (50.0, nan)
    """
    return 100 * fraction if math.isfinite(fraction) else math.nan
