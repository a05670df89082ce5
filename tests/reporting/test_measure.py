"""A modality of one's own: a Measure, and the grid, tables, plot and report are there."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from speechdistill.experiments.grid import Grid
from speechdistill.reporting.grid_report import write_grid_report
from speechdistill.reporting.grid_result import evaluate_grid
from speechdistill.reporting.measure import DevError, Measure, Panel
from speechdistill.reporting.provenance import Provenance
from speechdistill.verification.intervals.replicated import Replicated


@dataclass(frozen=True)
class Retrieval(Measure):
    """Of how many queries the right document was not the first."""

    metrics = ("missed",)
    files = ("ranks.txt",)
    facts = "20 queries"
    closing = "In brackets: 95 % intervals by bootstrap over the queries."
    dev = DevError("missed", "missed", "queries", "query was answered")

    @property
    def panels(self):
        columns = {name: f"big/{name}" for name in self.sets}
        return [Panel("big: all documents", "queries", columns, "queries")]

    def evaluate(self, student: Path, name: str = "") -> dict[str, Replicated]:
        missed = np.loadtxt(student / "ranks.txt")[:, self.sets.index(name)] > 1
        rows = np.random.default_rng(self.seed).integers(20, size=(self.replicates, 20))
        return {"missed": Replicated(float(missed.mean()), missed[rows].mean(axis=1))}


@pytest.fixture
def grid(tmp_path):
    grid = Grid(tmp_path / "cells", ["none", "soft", "shuffled"], [1, 2], ["big"])
    for row, _, seed, folder in grid.students():
        folder.mkdir(parents=True)
        errors = {"none": 9, "soft": 4, "shuffled": 9}[row]
        ranks = np.ones((20, 2))
        ranks[: errors + seed] = 3, 2
        ranks[-3:, 1] = 2
        np.savetxt(folder / "ranks.txt", ranks)
    return grid


def test_a_third_modality_needs_no_report_of_its_own(grid, tmp_path):
    measure = Retrieval(sets=["short", "long"], replicates=200)
    result = evaluate_grid(grid, measure)
    assert result.mean("none", ["big/short"]).value == pytest.approx(10.5 / 20)
    assert result.mean("none", ["big/short", "big/long"]).value == pytest.approx(12 / 20)
    assert result.change("soft", "none", ["big/short"]).value == pytest.approx(5.5 / 10.5 - 1)
    path = tmp_path / "RESULTS.md"
    provenance = Provenance("./ablation.sh", "abc", "machine", "software")
    write_grid_report(path, [(measure, result)], {"soft": "shuffled"}, provenance)
    text = path.read_text()
    for part in (
        "## big: all documents",
        "| missed   | short queries ",
        "| soft     | 0.275 [",
        "soft against shuffled",
        "- 20 queries\n- training seeds: 1, 2\n",
        "bootstrap over the queries",
        f"({measure.plot_name})",
    ):
        assert part in text
    assert (tmp_path / measure.plot_name).stat().st_size > 5000
