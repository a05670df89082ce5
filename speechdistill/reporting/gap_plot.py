"""The gain of distillation over the share that face and voice have in common."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from speechdistill.files import written_whole
from speechdistill.reporting.condition_plot import percent_or_nan
from speechdistill.reporting.det_plot import COLOURS, DASHES
from speechdistill.reporting.gap import GapSetting

MARKERS = "osD^v"
DODGE = 0.012


def plot_gap(settings: Sequence[GapSetting], path: Path) -> None:
    """Draw the relative change of the EER against the baseline, with 95 % bars; write a PNG.

    Points of one setting stand side by side. The same settings give the same bytes.

    Arguments
    ---------
    settings: by rising share.
    path: the PNG to write.
    """
    baseline = settings[0].result.baseline
    rows = list(settings[0].chosen)
    width = DODGE * max(settings[-1].share - settings[0].share, 0.1) / 0.8
    figure = Figure(figsize=(4.6, 3.5), dpi=200, layout="constrained")
    axes = figure.add_subplot()
    axes.axhline(0, color="black", linewidth=1)
    for index, row in enumerate(rows):
        there = [setting for setting in settings if setting.chosen[row] in setting.result.metrics]
        changes = [setting.result.change(setting.chosen[row], baseline) for setting in there]
        values, low, high = (
            np.array([percent_or_nan(getattr(change, name)) for change in changes])
            for name in ("value", "low", "high")
        )
        axes.errorbar(
            [setting.share + (index - (len(rows) - 1) / 2) * width for setting in there],
            values,
            yerr=np.maximum([values - low, high - values], 0),
            color=COLOURS[index % len(COLOURS)],
            linestyle=DASHES[index % len(DASHES)],
            marker=MARKERS[index % len(MARKERS)],
            markersize=5,
            linewidth=1.4,
            elinewidth=1,
            capsize=2.5,
            label=row,
        )
    axes.set_xticks([setting.share for setting in settings])
    axes.set_xticklabels([f"{setting.share:g}" for setting in settings])
    axes.set_xlabel("share of the face's variance that the voice carries")
    axes.set_ylabel(f"relative change of EER against {baseline} (%)")
    axes.grid(color="0.92", axis="y")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, ncols=len(rows), loc="lower center", bbox_to_anchor=(0.5, 1.0))
    FigureCanvasAgg(figure)
    with written_whole(path) as partial:
        figure.savefig(partial, metadata={"Software": None})
