"""Which students are there, which are finished."""

from pathlib import Path

import pytest

from speechdistill.base.errors import InputError
from speechdistill.experiments.grid import Grid


def finish(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "scores.txt").write_text("")


def test_students_of_other_seeds_do_not_count(tmp_path):
    for row, seed in (("none", 1), ("none", 2), ("none", 4), ("soft", 2)):
        finish(tmp_path / row / f"seed{seed}")
    grid = Grid(tmp_path, ["none", "soft"], [2, 3])
    finished = grid.finished(["scores.txt"])
    folder = tmp_path / "none" / "seed2"
    assert finished == {
        ("none", ""): {2: folder},
        ("soft", ""): {2: tmp_path / "soft" / "seed2"},
    }
    assert grid.missing(finished) == [
        f"{row}: 1 of 2 students; without seed 3" for row in ("none", "soft")
    ]


def test_training_sets_are_folders_below_the_row(tmp_path):
    grid = Grid(tmp_path, ["none", "soft"], [1, 2], ["clean/5", "noisy/5"])
    for row, name, seed, folder in grid.students():
        assert folder == tmp_path / row / name / f"seed{seed}"
        if (row, name) != ("soft", "noisy/5"):
            finish(folder)
    finished = grid.finished(["scores.txt"])
    assert list(finished["none", "noisy/5"]) == [1, 2]
    assert grid.missing(finished) == ["soft, noisy/5: 0 of 2 students; without seed 1, 2"]


def test_a_grid_without_baseline_is_refused(tmp_path):
    finish(tmp_path / "soft" / "seed1")
    with pytest.raises(InputError, match="no student of the baseline"):
        Grid(tmp_path, ["none", "soft"], [1]).finished(["scores.txt"])
    with pytest.raises(InputError, match="named twice"):
        Grid(tmp_path, ["soft", "soft"], [1])
