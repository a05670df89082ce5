"""The modality-gap dial: what teachers give when face and voice share little or much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from speechdistill.corpora.conditions.catalogue import CLEAN_SET, trial_lists
from speechdistill.errors import InputError
from speechdistill.files import written_whole
from speechdistill.reporting.ablation import completeness, list_facts, missing_students, origin
from speechdistill.reporting.ablation_evaluation import AblationResult, evaluate_ablation
from speechdistill.reporting.cells import Cells
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.sweep import BestEpoch
from speechdistill.reporting.tables import (
    NOTHING,
    change_with_p,
    markdown_table,
    with_interval,
)
from speechdistill.training.training_log import TRAIN_LOG


@dataclass(frozen=True)
class GapSetting:
    """One position of the dial: a corpus, its students, and what they reach.

    Attributes
    ----------
    share: of a face's variance that the voice carries, in [0, 1].
    chosen: row -> the folder of its students: the row's own name, or its best variant.
    cells: the students, by these folders.
    result: on the clean test set.
    """

    share: float
    chosen: Mapping[str, str]
    cells: Cells
    result: AblationResult


def evaluate_gap(
    folders: Mapping[float, Path],
    rows: Sequence[str],
    baseline: str,
    seeds: Sequence[int],
    bootstrap_seed: int,
    jobs: int,
    data: Path | None = None,
    replicates: int = 1000,
) -> list[GapSetting]:
    """Evaluate the students of every setting on the clean test set.

    Arguments
    ---------
    folders: share -> folder of ``<row>/seed<N>/`` or of ``<row>_<variant>/seed<N>/``.
    rows: besides the baseline; see :func:`best_variant`.
    baseline: the row without teacher.
    seeds: of the students.
    bootstrap_seed, jobs, replicates: see :func:`evaluate_ablation`.
    data: the manifests of all settings, if their voices are the same; else those in ``data/``
        beside each folder.

    Returns
    -------
    The settings by rising share.

    Raises
    ------
    InputError: a missing or broken file, or a corpus with several trial lists.
    """
    settings = []
    for share, folder in sorted(folders.items()):
        manifests = data or folder.parent / "data"
        path, *more = trial_lists(manifests)
        if more:
            raise InputError(f"{manifests} has {1 + len(more)} trial lists: the dial wants one")
        chosen = {row: best_variant(folder, row, seeds) for row in rows}
        names = [baseline, *chosen.values()]
        cells = Cells.find(folder, names, baseline, seeds, [CLEAN_SET], [path.stem])
        result = evaluate_ablation(
            path, cells, baseline, [CLEAN_SET], bootstrap_seed, jobs, replicates=replicates
        )
        settings.append(GapSetting(share, chosen, cells, result))
    return settings


def best_variant(folder: Path, row: str, seeds: Sequence[int]) -> str:
    """Return which of ``<row>`` and ``<row>_<variant>`` has the lowest mean EER on dev trials.

    Each student counts with the epoch of its lowest dev EER, as it is tested. No test trial has a
    say.
    """
    variants = [path for path in [folder / row, *sorted(folder.glob(f"{row}_*"))] if path.is_dir()]
    if len(variants) < 2:
        return variants[0].name if variants else row
    dev_eers = {
        path.name: [
            BestEpoch.of(path / f"seed{seed}").dev
            for seed in seeds
            if (path / f"seed{seed}" / TRAIN_LOG).exists()
        ]
        for path in variants
    }
    trained = {name: sum(eers) / len(eers) for name, eers in dev_eers.items() if eers}
    return min(trained, key=trained.__getitem__, default=row)


def write_gap_report(
    path: Path,
    settings: Sequence[GapSetting],
    plot: Path,
    provenance: Provenance,
    notes: Sequence[str] = (),
) -> None:
    """Write the report, whole or not at all; the plot lies in its folder.

    Arguments
    ---------
    path: the Markdown file.
    settings: by rising share.
    plot: of :func:`speechdistill.reporting.gap_plot.plot_gap`.
    provenance: of the run; its seed is that of the bootstrap.
    notes: lines to add, such as what the teachers reach.
    """
    baseline = settings[0].result.baseline
    missing = [
        line
        for setting in settings
        for line in missing_students(setting.cells, f"share {setting.share:g}, ")
    ]
    facts = [f"- share {setting.share:g}: {list_facts(setting.result)}" for setting in settings]
    parts = [
        "# Modality gap\n",
        *completeness(missing),
        f"![Relative change of the EER by the share that voice and face have in common]"
        f"({plot.name})\n",
        "share: of a face's variance that the voice carries too. Points: relative change of the "
        f"mean EER against\n{baseline}; bars: its 95 % interval.\n",
        gap_table(settings),
        "A row with several variants, such as margins, is shown by the one of lowest EER on dev "
        "trials.\n\nRelative change of the EER from one row to another:\n",
        comparison_table(settings),
        "".join(facts),
        origin(
            provenance,
            [setting.cells for setting in settings],
            settings[0].result.replicates,
            notes,
        ),
    ]
    with written_whole(path) as partial:
        partial.write_text("\n".join(parts), encoding="utf-8")


def gap_table(settings: Sequence[GapSetting]) -> str:
    """Return settings and rows by EER and its relative change against the baseline."""
    baseline = settings[0].result.baseline
    rows = []
    for setting in settings:
        for name in [baseline, *setting.chosen.values()]:
            cell = [f"{setting.share:g}", name, str(len(setting.cells.finished[name]))]
            if name in setting.result.metrics:
                cell.append(with_interval(setting.result.mean(name, [CLEAN_SET])))
                if name != baseline:
                    cell.append(change_with_p(setting.result.change(name, baseline)))
            rows.append(cell + [NOTHING] * (5 - len(cell)))
    return markdown_table(["share", "row", "seeds", "EER %", f"EER against {baseline}"], rows)


def comparison_table(settings: Sequence[GapSetting]) -> str:
    """Return settings by pairs of rows: the relative change of the EER from one to the other."""
    pairs = list(combinations(settings[0].chosen, 2))
    rows = []
    for setting in settings:
        cell = [f"{setting.share:g}"]
        for row, against in pairs:
            names = setting.chosen[row], setting.chosen[against]
            is_there = all(name in setting.result.metrics for name in names)
            cell.append(change_with_p(setting.result.change(*names)) if is_there else NOTHING)
        rows.append(cell)
    return markdown_table(["share", *(f"{row} against {other}" for row, other in pairs)], rows)
