"""The modality-gap dial: what teachers give when face and voice share little or much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.experiments.grid import Grid
from speechdistill.reporting.grid_plot import plot_grid
from speechdistill.reporting.grid_report import completeness, origin
from speechdistill.reporting.grid_result import GridResult, evaluate_grid
from speechdistill.reporting.grid_tables import change_cell
from speechdistill.reporting.measure import Panel
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.tables import NOTHING, markdown_table, with_interval
from speechdistill.reporting.training_log import LoggedEpochs
from speechdistill.reporting.trial_measure import TrialMeasure
from speechdistill.storage.files import write_text_whole
from speechdistill.storage.places import DATA, TEST
from speechdistill.training.training_log import TRAIN_LOG

PLOT = "gap.png"


@dataclass(frozen=True)
class GapSetting:
    """One position of the dial: a corpus, its students, and what they reach on clean speech.

    Attributes
    ----------
    share: of a face's variance that the voice carries, in [0, 1].
    chosen: row -> the folder of its students: the row's own name, or its best variant.
    measure: the trials.
    result: of the chosen rows, by their folders.
    """

    share: float
    chosen: Mapping[str, str]
    measure: TrialMeasure
    result: GridResult

    def change(self, row: str, against: str) -> str:
        """Return the change of the EER from one row to another as tables show it."""
        pair = self.chosen.get(row, row), self.chosen.get(against, against)
        return change_cell(self.result, pair, [TEST])


def evaluate_gap(
    folders: Mapping[float, Path],
    rows: Sequence[str],
    baseline: str,
    seeds: Sequence[int],
    bootstrap_seed: int,
    jobs: int,
    replicates: int = 1000,
) -> list[GapSetting]:
    """Evaluate the students of every setting on the clean test set.

    Arguments
    ---------
    folders: share -> folder of ``<row>/seed<N>/`` or of ``<row>_<variant>/seed<N>/``; the manifests
        are in ``data/`` beside it.
    rows: besides the baseline; see :func:`best_variant`.
    baseline: the row without teacher.
    seeds: of the students.
    bootstrap_seed, jobs, replicates: see :meth:`TrialMeasure.all`.

    Returns
    -------
    The settings by rising share.

    Raises
    ------
    InputError: a missing or broken file, or a corpus with several trial lists.
    """
    settings = []
    for share, folder in sorted(folders.items()):
        manifests = folder.parent / DATA
        chosen = {row: best_variant(folder, row, seeds) for row in rows}
        grid = Grid(folder, [baseline, *chosen.values()], seeds)
        measure, *more = TrialMeasure.all(
            manifests, grid, jobs, seed=bootstrap_seed, replicates=replicates, sets=[TEST]
        )
        if more:
            raise InputError(f"{manifests} has {1 + len(more)} trial lists: the dial wants one")
        settings.append(GapSetting(share, chosen, measure, evaluate_grid(grid, measure, jobs)))
    return settings


def best_variant(folder: Path, row: str, seeds: Sequence[int]) -> str:
    """Return which of ``<row>`` and ``<row>_<variant>`` has the lowest mean EER on dev trials.

    Each student counts with the epoch of its lowest dev EER, as it is tested. No test trial has a
    say.
    """
    variants = [path for path in [folder / row, *sorted(folder.glob(f"{row}_*"))] if path.is_dir()]
    if len(variants) < 2:
        return variants[0].name if variants else row
    trained = {}
    for variant in variants:
        students = [variant / f"seed{seed}" for seed in seeds]
        logged = [each for each in students if (each / TRAIN_LOG).exists()]
        logs = [LoggedEpochs.read(each, TrialMeasure.dev.key) for each in logged]
        if logs:
            trained[variant.name] = np.mean([log.dev(TrialMeasure.dev.key).min() for log in logs])
    return min(trained, key=trained.__getitem__, default=row)


def write_gap_report(
    path: Path, settings: Sequence[GapSetting], provenance: Provenance, notes: Sequence[str] = ()
) -> None:
    """Write the report and, beside it, its plot; the same arguments give the same bytes.

    Arguments
    ---------
    path: the Markdown file.
    settings: by rising share.
    provenance: of the run.
    notes: lines to add, such as what the teachers reach.
    """
    dial = joined(settings)
    shares = {f"{setting.share:g}": f"{setting.share:g}" for setting in settings}
    axis = "share of the face's variance that the voice carries"
    plot_grid(dial, [Panel("", axis, shares)], dial.rows, path.with_name(PLOT))
    facts = [f"- share {each.share:g}: {each.measure.facts}\n" for each in settings]
    parts = [
        "# Modality gap\n",
        *completeness(dial.missing),
        f"![Relative change of the EER by the share that voice and face have in common]({PLOT})\n",
        "share: of a face's variance that the voice carries too. Points: relative change of the "
        f"mean EER against\n{dial.baseline}; bars: its 95 % interval.\n",
        gap_table(settings),
        "A row with several variants, such as margins, is shown by the one of lowest EER on dev "
        "trials.\n\nRelative change of the EER from one row to another:\n",
        comparison_table(settings),
        "".join(facts),
        origin([setting.result for setting in settings], settings[0].measure, provenance, notes),
    ]
    write_text_whole(path, "\n".join(parts))


def joined(settings: Sequence[GapSetting]) -> GridResult:
    """Return all settings as one grid: rows, not their variants, by share."""
    first = settings[0].result
    rows = [first.baseline, *settings[0].chosen]
    metrics, missing = {}, []
    for setting in settings:
        missing += [f"share {setting.share:g}, {line}" for line in setting.result.missing]
        for row in rows:
            found = setting.result.metrics.get((setting.chosen.get(row, row), TEST))
            if found is not None:
                metrics[row, f"{setting.share:g}"] = found
    return GridResult(rows, first.metric, metrics, {}, missing)


def gap_table(settings: Sequence[GapSetting]) -> str:
    """Return settings and rows by EER and its relative change against the baseline."""
    baseline = settings[0].result.baseline
    rows = []
    for setting in settings:
        for name in setting.result.rows:
            mean = setting.result.mean(name, [TEST])
            eer = NOTHING if mean is None else with_interval(mean)
            change = NOTHING if name == baseline else setting.change(name, baseline)
            count = str(len(setting.result.finished[name, ""]))
            rows.append([f"{setting.share:g}", name, count, eer, change])
    return markdown_table(["share", "row", "seeds", "EER %", f"EER against {baseline}"], rows)


def comparison_table(settings: Sequence[GapSetting]) -> str:
    """Return settings by pairs of rows: the relative change of the EER from one to the other."""
    pairs = list(combinations(settings[0].chosen, 2))
    header = ["share", *(f"{row} against {other}" for row, other in pairs)]
    rows = [[f"{each.share:g}", *(each.change(*pair) for pair in pairs)] for each in settings]
    return markdown_table(header, rows)
