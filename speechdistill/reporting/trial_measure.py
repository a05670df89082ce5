"""Students of speech: verification trials, clean, in noise and on short utterances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from speechdistill.base.parallel import parallel_map
from speechdistill.corpora.conditions.catalogue import (
    CONDITIONS,
    CUT,
    NOISES,
    TITLES,
    available_sets,
    trial_lists,
)
from speechdistill.experiments.grid import Grid
from speechdistill.experiments.rows import CEILING
from speechdistill.reporting.condition_groups import CLEAN, condition_groups, condition_titles
from speechdistill.reporting.evaluation import METRICS, bootstrap_of_list, evaluate_trials
from speechdistill.reporting.grid_result import GridResult
from speechdistill.reporting.grid_tables import (
    change_cell,
    change_table,
    gap_cell,
    group_table,
    value_cell,
    value_table,
)
from speechdistill.reporting.measure import DevError, Measure, Panel
from speechdistill.reporting.scored_trials import TrialFacts, check_missing
from speechdistill.reporting.tables import (
    ERROR_RATES,
    NOTHING,
    markdown_table,
    metric_title,
    with_range,
)
from speechdistill.storage.places import SCORES, TEST
from speechdistill.verification.intervals.bootstrap import SpeakerBootstrap
from speechdistill.verification.intervals.replicated import Replicated
from speechdistill.verification.scoring.score_files import read_scores
from speechdistill.verification.trials.trial_files import is_labelled
from speechdistill.verification.trials.trial_list import TrialList


@dataclass(frozen=True)
class TrialMeasure(Measure):
    """EER and minDCF on one trial list: on its trials that all students scored on all sets.

    Arguments
    ---------
    path: the trial list, in VoxCeleb form.
    lists: all trial lists of the corpus: a student that has been tested has scores of all.
    unscored: positions of the trials that are left out.
    test: name of the further test set that the list is of; empty for the corpus's own.
    """

    path: Path
    lists: Sequence[Path]
    unscored: np.ndarray
    test: str = ""

    metrics = tuple(METRICS)
    dev = DevError("eer", "EER", "trials", "trial was scored")
    training_text = (
        "EER on trials of training speakers (dashed) and of dev speakers (solid) after each "
        "epoch: mean over\nseeds, and their range. Where the dashed line goes on falling and "
        "the solid one rises, the student\nover-fits. Each student is tested at the epoch of "
        "its lowest dev EER.\n"
    )

    @classmethod
    def all(
        cls,
        data: Path,
        grid: Grid,
        jobs: int,
        skipped_limit: float = 0.01,
        seed: int = 0,
        replicates: int = 1000,
        sets: Sequence[str] | None = None,
        test: str = "",
    ) -> "list[TrialMeasure]":
        """Return one for each trial list of ``data`` with labels.

        Arguments
        ---------
        data: folder of the sets.
        grid: the students.
        jobs: number of processes.
        skipped_limit: largest share of trials that may lack a score, in [0, 1].
        seed, replicates: of the bootstrap.
        sets: by default ``test`` and all its conditions.
        test: name of the further test set that ``data`` is the folder of.

        Raises
        ------
        InputError: a broken file, more trials without score than the limit, or no student of the
            baseline is finished.
        """
        sets = [test] if test else sets or available_sets(data)
        lists = list(filter(is_labelled, trial_lists(data)))
        finished = grid.finished(_all_scores(sets, lists))
        students = [folder for of_row in finished.values() for folder in of_row.values()]
        measures = []
        for path in lists:
            scores = [student / _scores(name, path) for student in students for name in sets]
            lacking = parallel_map(partial(_unscored_in, trials_path=path), scores, jobs)
            unscored = np.unique(np.concatenate(list(lacking)))
            check_missing(_load_trials(path), len(unscored), skipped_limit, "student")
            measures.append(
                cls(path, lists, unscored, test, sets=sets, seed=seed, replicates=replicates)
            )
        return measures

    @property
    def files(self) -> Sequence[str]:
        return _all_scores(self.sets, self.lists)

    def evaluate(self, student: Path, name: str = TEST) -> dict[str, Replicated]:
        scores = read_scores(_load_trials(self.path), student / _scores(name, self.path))
        scored = np.delete(scores, self.unscored)
        return evaluate_trials(scored, self._trials.labels, METRICS, self._bootstrap)

    @property
    def _trials(self) -> TrialList:
        listed = _load_trials(self.path)
        return listed.subset(~np.isin(np.arange(len(listed)), self.unscored))

    @property
    def _bootstrap(self) -> SpeakerBootstrap | None:
        return bootstrap_of_list(
            self._trials, self.path, self.replicates, self.seed, is_further=bool(self.test)
        )

    @property
    def trial_facts(self) -> TrialFacts:
        listed = len(_load_trials(self.path))
        return TrialFacts.of(self.path, listed, self._trials.labels, self._bootstrap)

    @property
    def facts(self) -> str:
        return self.trial_facts.line("a score")

    @property
    def listed(self) -> list[str]:
        return []

    @property
    def closing(self) -> str:
        return (
            "EER: the ROC curve's operating points, linearly interpolated. minDCF: normalised, "
            "both costs 1.\nEvery figure is a mean over training seeds. In brackets: 95 % "
            "intervals by bootstrap over the test\nspeakers and the training seeds "
            f"({self.replicates} replicates); with one seed, over the speakers alone.\nRelative "
            "changes, of means, and their two-sided p-values are paired: the same speakers, seeds "
            "and trials\nfor both rows. They are not corrected for the number of comparisons."
        )

    @property
    def title(self) -> str:
        return f"{self.test}: {self.path.name}" if self.test else self.path.name

    @property
    def plot_name(self) -> str:
        test = f"{self.test}_" if self.test else ""
        return f"ablation_conditions_{test}{self.path.stem}.png"

    @property
    def panels(self) -> Sequence[Panel]:
        """One for each kind of condition, from clean to worst."""
        panels = []
        for kind, title in TITLES.items():
            conditions = [each for each in CONDITIONS if each.kind == kind]
            found = {str(c.level): c.set_name for c in conditions if c.set_name in self.sets}
            axis = "duration (s)" if kind == CUT else "SNR (dB)"
            if found:
                panels.append(Panel(title, axis, {CLEAN: TEST} | found))
        return panels

    def tables(self, result: GridResult, controls: Mapping[str, str]) -> list[str]:
        """Return all metrics on clean speech, and changes of the EER."""
        clean, baseline = [self.sets[0]], result.baseline
        header = ["row", "seeds", *map(metric_title, METRICS), f"EER against {baseline}"]
        header += ["EER against its control"] if controls else []
        has_ceiling = result.mean(CEILING, clean) is not None
        header += ["gap closed"] if has_ceiling else []
        rows = []
        for row in result.rows:
            cells = [row, str(len(result.finished[row, ""]))]
            cells += [value_cell(result, row, clean, metric) for metric in METRICS]
            change = change_cell(result, (row, baseline), clean)
            cells.append(NOTHING if row == baseline else change)
            if controls:
                control = controls.get(row, "")
                change = change_cell(result, (row, control), clean)
                cells.append(NOTHING if change == NOTHING else f"{control}: {change}")
            if has_ceiling:
                cells.append(gap_cell(result, row, clean))
            rows.append(cells)
        return [f"## {self.title}\n", markdown_table(header, rows), f"{self.facts}\n"]

    def sections(self, result: GridResult, controls: Mapping[str, str], plot: Path) -> list[str]:
        """Return the main table, and those of the conditions if there are any."""
        parts = self.tables(result, controls)
        if not self.panels:
            return parts
        by_set = {condition_titles()[name]: [name] for name in self.sets}
        bands = ", ".join(result.rows_with_band(controls))
        return [
            *parts,
            f"### Under noise and on short utterances: {self.path.name}\n",
            f"![EER by condition on {self.path.name}]({plot.name})\n",
            f"Above: mean EER. Below: its relative change against {result.baseline}. Bands: 95 % "
            f"intervals of\n{bands}.\n",
            value_table(result, by_set, "EER %", intervals=False),
            f"Means over conditions: each noise level over {', '.join(NOISES)}; cut over 3, 2 and "
            "1 s. Changes are those of the means.\n",
            *self._group_tables(result, controls),
        ]

    def _group_tables(self, result: GridResult, controls: Mapping[str, str]) -> list[str]:
        groups = condition_groups(self.sets)
        costs = [metric for metric in METRICS if metric not in ERROR_RATES]
        changes = {row: (row, result.baseline) for row in result.rows[1:]}
        controlled = {f"{row} (control: {to})": (row, to) for row, to in controls.items()}

        def cost_cell(row: str, columns: Sequence[str]) -> str:
            found = (value_cell(result, row, columns, cost, intervals=False) for cost in costs)
            return " / ".join(found)

        tables = [value_table(result, groups, "EER %", intervals=False)]
        for pairs, title in ((changes, result.baseline), (controlled, "its control")):
            if pairs:
                title = f"EER against {title}"
                tables.append(change_table(result, pairs, groups, title, shown=with_range))
        return [*tables, group_table(" / ".join(costs), result.rows, groups, cost_cell)]


def _all_scores(sets: Sequence[str], lists: Sequence[Path]) -> list[str]:
    return [_scores(name, path) for name in sets for path in lists]


def _scores(name: str, trials: Path) -> str:
    return f"{SCORES}/{name}/{trials.stem}.txt"


def _unscored_in(path: Path, trials_path: Path) -> np.ndarray:
    return np.flatnonzero(np.isnan(read_scores(_load_trials(trials_path), path)))


@lru_cache(maxsize=1)
def _load_trials(path: Path) -> TrialList:
    return TrialList.load(path)
