"""Cells of an experiment: finished ones are left alone, failing ones named with their log."""

import os
import signal
import subprocess
import sys

import pytest

from speechdistill.base.errors import InputError
from speechdistill.experiments.cell import Cell, run_cells
from speechdistill.storage.places import MANIFESTS, REPORT
from tests.experiments.jobs import pretend_to_train
from tests.experiments.test_workers import wait_for


@pytest.fixture
def make_cell(tmp_path):
    (tmp_path / "none.yaml").write_text("objective: none\n")

    def make(name, test="trials", distill=tmp_path / "none.yaml", tests=(), **overrides):
        return Cell(
            *(tmp_path / "cells" / name, tmp_path / "data", tmp_path / "student.yaml", distill),
            *((), overrides, 1, test, 0.01, {each: tmp_path / each for each in tests}),
        )

    return make


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_cell_waits_for_the_one_whose_voice_it_hears_with(make_cell, jobs):
    again, joint, first, _ = cells = [
        make_cell("again", voice="../joint"),
        make_cell("joint", voice="../first"),
        make_cell("first"),
        make_cell("other", voice="../elsewhere"),
    ]
    done = [cell for cell, *_ in run_cells(cells, jobs, pretend_to_train)]
    assert sorted(done, key=cells.index) == cells
    assert done.index(first) < done.index(joint) < done.index(again)
    (again.folder / "tested").unlink()
    assert [cell for cell, *_ in run_cells(cells, jobs, pretend_to_train)] == [again]


def test_cells_that_wait_for_each_other_are_begun_all_the_same(make_cell):
    cells = [make_cell("one", voice="../two"), make_cell("two", voice="../one")]
    assert [cell for cell, *_ in run_cells(cells, 2, pretend_to_train)] == cells


def test_finished_cells_are_not_done_again(make_cell):
    cells = [make_cell(name) for name in ("one", "two", "three")]
    assert {error for _, error, _ in run_cells(cells, 2, pretend_to_train)} == {None}
    assert all(cell.is_finished and (cell.folder / "tested").exists() for cell in cells)
    (cells[1].folder / "tested").unlink()
    assert [cell for cell, _, _ in run_cells(cells, 2, pretend_to_train)] == [cells[1]]
    # A cell that was trained alone is not tested yet.
    trained = make_cell("four", test=None)
    assert [error for _, error, _ in run_cells([trained], 1, pretend_to_train)] == [None]
    assert trained.is_finished and not make_cell("four").is_finished


def test_a_finished_cell_is_tested_on_a_further_set_and_on_another_one_of_its_name(
    make_cell, tmp_path
):
    def done(*tests):
        return len(list(run_cells([make_cell("one", tests=tests)], 1, pretend_to_train)))

    assert [done(), done("sitw"), done("sitw"), done("sitw", "mine"), done()] == [1, 1, 0, 1, 0]
    (tmp_path / "sitw/test").mkdir(parents=True)
    (tmp_path / "sitw/test/cuts.jsonl.gz").write_bytes(b"other speech")
    assert [done("mine"), done("sitw")] == [0, 1]


def test_a_finished_cell_of_something_else_is_refused_before_any_work(make_cell, tmp_path):
    list(run_cells([make_cell("one")], 1, pretend_to_train))
    (tmp_path / "none.yaml").write_text("objective: another\n")
    with pytest.raises(InputError, match=r"cells/one was made with other distill: give another"):
        list(run_cells([make_cell("two"), make_cell("one")], 1, pretend_to_train))
    assert not (tmp_path / "cells" / "two").exists()


def test_a_finished_cell_of_other_labels_is_refused(make_cell, tmp_path):
    (tmp_path / "own.tsv").write_text("a/x\tone\n")
    cells = [make_cell("one", labels=str(tmp_path / "own.tsv")), make_cell("two", labels="video")]
    list(run_cells(cells, 1, pretend_to_train))
    assert list(run_cells(cells, 1, pretend_to_train)) == []
    (tmp_path / "own.tsv").write_text("a/x\tanother\n")
    with pytest.raises(InputError, match=r"cells/one was made with other labels: give another"):
        list(run_cells(cells, 1, pretend_to_train))


@pytest.mark.parametrize("manifest", MANIFESTS)
def test_a_finished_cell_of_other_data_is_refused(make_cell, tmp_path, manifest):
    manifest, report = tmp_path / "data" / "train" / manifest, tmp_path / "data" / REPORT
    manifest.parent.mkdir(parents=True)
    made_from = {manifest: "items", report: '{"content": "1"}'}
    for path, text in made_from.items():
        path.write_text(text)
    list(run_cells([make_cell("one")], 1, pretend_to_train))
    for path, text in made_from.items():
        path.write_text(text.replace("1", "2") if path == report else "others")
        with pytest.raises(InputError, match=r"cells/one was made with other data: give another"):
            list(run_cells([make_cell("one")], 1, pretend_to_train))
        path.write_text(text)
    assert list(run_cells([make_cell("one")], 1, pretend_to_train)) == []


def test_one_process_does_all_cells_of_a_job(make_cell):
    cells = [make_cell(str(number)) for number in range(4)]
    list(run_cells(cells, 1, pretend_to_train))
    processes = {(cell.folder / "process").read_text() for cell in cells}
    assert len(processes) == 1 and str(os.getpid()) not in processes


def test_a_failing_cell_is_told_and_the_others_finish(make_cell):
    cells = [make_cell("bad", error="input"), make_cell("bug", error="bug"), make_cell("good")]
    errors = {cell.folder.name: e for cell, e, _ in run_cells(cells, 1, pretend_to_train)}
    assert errors == {"bad": "the margin is wrong", "bug": "KeyError: 'bug'", "good": None}
    logs = {cell.folder.name: (cell.folder / "log").read_text() for cell in cells}
    assert logs["bad"].splitlines() == ["training bad", "error: the margin is wrong"]
    assert "Traceback" in logs["bug"] and "KeyError: 'bug'" in logs["bug"]
    assert logs["good"] == "training good\n"
    assert [cell.is_finished for cell in cells] == [False, False, True]


def test_a_cell_without_a_place_is_told(make_cell):
    cell = make_cell("taken")
    cell.folder.parent.mkdir()
    cell.folder.write_text("a file")
    ((_, error, _), (_, other, _)) = run_cells([cell, make_cell("free")], 1, pretend_to_train)
    assert "taken" in error and other is None


def test_modules_of_one_name_beside_two_yamls_are_two(make_cell, tmp_path):
    cells = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "own.yaml").write_text("objective: own\n")
        (tmp_path / name / "own_distance.py").write_text(f"NAME = '{name}'\n")
        cells.append(make_cell(name, distill=tmp_path / name / "own.yaml", own=True))
    assert [error for _, error, _ in run_cells(cells, 1, pretend_to_train)] == [None, None]
    assert [(cell.folder / "own").read_text() for cell in cells] == ["first", "second"]


SCRIPT = """
import signal
import sys
from pathlib import Path
from speechdistill.experiments.cell import Cell, run_cells
from speechdistill.storage.places import MANIFESTS, REPORT
from tests.experiments.jobs import pretend_to_train
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where tests run behind
    folder = Path(sys.argv[1])
    at = folder.parent
    made_from = at / "data", at / "student.yaml", at / "none.yaml", ()
    cells = [
        Cell(folder / name, *made_from, {"wait": True} if name == "slow" else {}, 1, "trials")
        for name in ("quick", "slow", "last")
    ]
    list(run_cells(cells, 1, pretend_to_train))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_grid_goes_on(make_cell, tmp_path, how):
    (tmp_path / "run.py").write_text(SCRIPT)
    command = [sys.executable, tmp_path / "run.py", tmp_path / "cells"]
    run = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    wait_for((tmp_path / "cells" / "slow" / "begun").exists)
    os.killpg(run.pid, how) if how == signal.SIGINT else run.kill()
    assert run.wait() != 0
    cells = [make_cell(name) for name in ("quick", "slow", "last")]
    assert [cell.is_finished for cell in cells] == [True, False, False]
    done = [(cell.folder.name, e) for cell, e, _ in run_cells(cells, 1, pretend_to_train)]
    assert done == [("slow", None), ("last", None)]
