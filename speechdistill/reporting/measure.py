"""What a modality adds to a report: how its students are tested, and how that is shown."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from speechdistill.reporting.grid_result import GridResult
from speechdistill.reporting.grid_tables import change_table, value_table
from speechdistill.reporting.tables import metric_title
from speechdistill.verification.intervals.replicated import Replicated

MEAN = "mean"


@dataclass(frozen=True)
class Panel:
    """Columns of a grid side by side: a section of its report, a panel of its plot.

    Arguments
    ---------
    title: above.
    axis: below the plot's ticks.
    columns: tick -> column of the grid.
    unit: follows a tick in the head of a table.
    """

    title: str
    axis: str
    columns: Mapping[str, str]
    unit: str = ""

    @property
    def groups(self) -> dict[str, list[str]]:
        """Head of a table -> the columns whose mean it shows."""
        groups = {f"{tick} {self.unit}".strip(): [name] for tick, name in self.columns.items()}
        return groups | ({MEAN: list(self.columns.values())} if len(groups) > 1 else {})


@dataclass(frozen=True)
class DevError:
    """The error on dev items: its key in training logs, and how a table of settings calls it."""

    key: str
    name: str
    items: str
    not_done: str


@dataclass(frozen=True)
class Measure(ABC):
    """Tests of the students of one grid, all on the same items and bootstrap replicates.

    A modality of one's own needs ``metrics``, ``files``, ``panels``, ``facts``, ``closing`` and
    ``evaluate``; the tables, the plot and the report are the same for all.

    Arguments
    ---------
    seed, replicates: of the bootstrap.

    Attributes
    ----------
    sets: on which every student is tested; one without name is not told from others.
    dev: what students are chosen by.
    training_text: says what the training plot shows; nothing where there is none.
    plot_title: of the plot.
    of_seeds: what training seeds sample besides the student, after them in the report.
    """

    seed: int = field(default=0, kw_only=True)
    replicates: int = field(default=1000, kw_only=True)
    sets: Sequence[str] = field(default=("",), kw_only=True)
    dev: ClassVar[DevError]
    training_text: ClassVar[str] = ""
    plot_title: ClassVar[str] = ""
    of_seeds: ClassVar[str] = ""

    @property
    @abstractmethod
    def metrics(self) -> Sequence[str]:
        """By their names in tables; rows are compared by the first."""

    @property
    @abstractmethod
    def files(self) -> Sequence[str]:
        """What a student's folder has that has been tested."""

    @property
    @abstractmethod
    def panels(self) -> Sequence[Panel]:
        """The columns, as they are shown."""

    @property
    @abstractmethod
    def facts(self) -> str:
        """A line on what is tested."""

    @property
    @abstractmethod
    def closing(self) -> str:
        """What the figures and the intervals are."""

    @property
    def title(self) -> str:
        """What is tested, as a table of several measures calls it."""
        return self.plot_title

    @property
    def plot_name(self) -> str:
        return "ablation_plot.png"

    @abstractmethod
    def evaluate(self, student: Path, name: str = "") -> dict[str, Replicated]:
        """Return the metrics of a student on a set.

        Raises
        ------
        InputError: it has not been tested, or a file is broken.
        """

    def tables(self, result: GridResult, controls: Mapping[str, str]) -> list[str]:
        """Return a section for each panel: its metrics, and their changes from row to row."""
        pairs = {f"{row} against {result.baseline}": (row, result.baseline) for row in result.rows}
        del pairs[f"{result.baseline} against {result.baseline}"]
        pairs |= {f"{row} against {control}": (row, control) for row, control in controls.items()}
        parts = []
        for panel in self.panels:
            parts.append(f"## {panel.title}\n")
            for metric in self.metrics:
                title = metric_title(metric)
                parts.append(value_table(result, panel.groups, title, metric))
                title = f"change of the {metric}"
                parts.append(change_table(result, pairs, panel.groups, title, metric))
        return parts

    def sections(self, result: GridResult, controls: Mapping[str, str], plot: Path) -> list[str]:
        """Return the report's parts, the plot first."""
        return [f"![{self.plot_title}]({plot.name})\n", *self.tables(result, controls)]

    @property
    def listed(self) -> list[str]:
        """Lines for the list of a report's origin."""
        return [self.facts]
