"""An ablation's report: the right numbers, the same bytes, and plain words on what is missing."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from speechdistill.corpora.conditions.catalogue import CONDITIONS
from speechdistill.errors import InputError
from speechdistill.reporting.ablation import AblationReport
from speechdistill.reporting.ablation_evaluation import evaluate_ablation
from speechdistill.reporting.ablation_tables import condition_table, group_tables, main_table
from speechdistill.reporting.cells import Cells
from speechdistill.reporting.condition_plot import plot_conditions
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.training_curves import training_curves
from speechdistill.reporting.training_plot import plot_training
from speechdistill.verification.bootstrap import SpeakerBootstrap
from speechdistill.verification.metrics import DetCurve, eer, min_dcf
from speechdistill.verification.replicated import relative_change
from speechdistill.verification.seed_bootstrap import mean_over_seeds
from tests.reporting.ablation_files import make_log, make_student, make_trial_list

REPORT = Path(__file__).parents[2] / "local" / "report_ablation.py"
SETS = ["test", *(condition.set_name for condition in CONDITIONS)]
ROWS = {"none": 0.6, "soft": 0.4, "shuffled": 0.55}
SEEDS = (1, 2, 4)
LOW = [f"test-{kind}-{snr}" for kind in ("white", "babble", "band") for snr in (5, 0)]


@pytest.fixture(scope="module")
def ablation(tmp_path_factory):
    """Folder, trials and scores of three rows with three seeds under all conditions."""
    folder = tmp_path_factory.mktemp("ablation")
    trials = make_trial_list(folder / "data/test/trials/list.txt")
    for name in SETS:
        (folder / "data" / name).mkdir(exist_ok=True)
    scores = {}
    for row, noise in ROWS.items():
        noise_of = {name: noise * (1 + 0.05 * index) for index, name in enumerate(SETS)}
        for seed in SEEDS:
            student = folder / "cells" / row / f"seed{seed}"
            scores[row, seed] = make_student(student, trials, noise_of, seed, "list")
    return folder, trials, scores


def evaluate(folder, rows=tuple(ROWS), jobs=1):
    cells = Cells.find(folder / "cells", rows, "none", SEEDS, SETS, ["list"])
    path = folder / "data/test/trials/list.txt"
    return cells, evaluate_ablation(path, cells, "none", SETS, 5, jobs, replicates=40)


def mean_metric(scores, trials, row, sets, metric):
    is_target = trials.labels == 1
    return np.mean(
        [
            metric(found[is_target], found[~is_target])
            for seed in SEEDS
            for found in (scores[row, seed][name] for name in sets)
        ]
    )


def line_of(table, row):
    line = next(line for line in table.splitlines() if line.startswith(f"| {row} "))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_figures_are_means_over_seeds_and_conditions(ablation):
    folder, trials, scores = ablation
    cells, result = evaluate(folder)
    for row in ROWS:
        cell = line_of(main_table(result, cells, {}), row)
        assert cell[1] == "3"
        for text, metric, scale in (
            (cell[2], eer, 100),
            (cell[3], min_dcf, 1),
            (cell[4], lambda *sides: min_dcf(*sides, p_target=0.05), 1),
        ):
            value, low, high = map(float, re.findall(r"[\d.]+", text))
            expected = scale * mean_metric(scores, trials, row, ["test"], metric)
            assert value == pytest.approx(expected, abs=0.006 if scale == 100 else 6e-4)
            assert low <= value <= high
        by_condition = line_of(condition_table(result), row)[1:]
        for name, text in zip(SETS, by_condition, strict=True):
            expected = 100 * mean_metric(scores, trials, row, [name], eer)
            assert float(text) == pytest.approx(expected, abs=0.006)
    groups, changes, costs = group_tables(result, {})
    header = line_of(groups, "EER %")
    assert header[1:] == [
        "clean", "noise 20 dB", "noise 10 dB", "noise 5 dB", "noise 0 dB", "noise 0-5 dB", "cut"
    ]  # fmt: skip
    low_snr = mean_metric(scores, trials, "soft", LOW, eer)
    baseline = mean_metric(scores, trials, "none", LOW, eer)
    assert float(line_of(groups, "soft")[6]) == pytest.approx(100 * low_snr, abs=0.006)
    change = float(line_of(changes, "soft")[6].split(" ")[0])
    assert change == pytest.approx(100 * (low_snr / baseline - 1), abs=0.06)
    expected = mean_metric(scores, trials, "soft", LOW, min_dcf)
    assert float(line_of(costs, "soft")[6].split(" ")[0]) == pytest.approx(expected, abs=6e-4)


def test_changes_are_those_of_the_bootstrap_over_speakers_and_seeds(ablation):
    folder, trials, scores = ablation
    cells, result = evaluate(folder, jobs=2)
    bootstrap = SpeakerBootstrap.of(trials, 40, 5)
    means = {
        row: mean_over_seeds(
            {
                seed: bootstrap.evaluate(scores[row, seed]["test"], {"EER": DetCurve.eer})["EER"]
                for seed in SEEDS
            },
            5,
        )
        for row in ROWS
    }
    for row, against in (("soft", "none"), ("soft", "shuffled")):
        expected, found = relative_change(means[against], means[row]), result.change(row, against)
        assert found.value == pytest.approx(expected.value)
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
        assert found.p_value == expected.p_value
    cell = line_of(main_table(result, cells, {"soft": "shuffled"}), "soft")
    assert cell[6].startswith(f"shuffled: {100 * result.change('soft', 'shuffled').value:+.1f} %")


def write_report(folder, output):
    cells, result = evaluate(folder)
    output.mkdir()
    plot_conditions(result, ["none", "soft"], output / "conditions.png")
    plot_training(training_curves(cells), output / "training.png")
    AblationReport(
        [result],
        cells,
        {"soft": "shuffled"},
        {"list.txt": output / "conditions.png"},
        output / "training.png",
        Provenance.here("./ablation.sh", 5),
        ["a note"],
    ).write(output / "RESULTS.md")


@pytest.mark.slow
def test_the_same_inputs_give_the_same_bytes(ablation, tmp_path):
    folder, _, _ = ablation
    for name in ("one", "two"):
        write_report(folder, tmp_path / name)
    for name in ("RESULTS.md", "conditions.png", "training.png"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    text = (tmp_path / "one/RESULTS.md").read_text()
    for part in (
        "(conditions.png)",
        "(training.png)",
        "./ablation.sh",
        "a note",
        "1, 2, 4",
        "40 r",
    ):
        assert part in text
    assert "Not all" not in text and str(tmp_path) not in text
    size = (tmp_path / "one/conditions.png").stat().st_size
    assert size > 50_000


def test_unfinished_students_are_left_out_and_named(ablation, tmp_path):
    folder, trials, scores = ablation
    shutil.copytree(folder, tmp_path / "copy")
    cells_folder = tmp_path / "copy/cells"
    (cells_folder / "soft/seed2/scores/test-white-0/list.txt").unlink()
    shutil.rmtree(cells_folder / "shuffled")
    make_log(cells_folder / "shuffled" / "seed1", [0.5])
    write_report(tmp_path / "copy", tmp_path / "report")
    text = (tmp_path / "report/RESULTS.md").read_text()
    assert "- soft: 2 of 3 students; without seed 2\n" in text
    assert "- shuffled: 0 of 3 students; without seed 1, 2, 4\n" in text
    assert line_of(text, "shuffled") == ["shuffled", "0", *["-"] * 5]
    assert line_of(text, "soft")[6] == "-"
    is_target = trials.labels == 1
    eers = [
        eer(scores["soft", seed]["test"][is_target], scores["soft", seed]["test"][~is_target])
        for seed in (1, 4)
    ]
    assert line_of(text, "soft")[2].startswith(f"{100 * np.mean(eers):.2f} ")


def test_students_of_other_seeds_do_not_count(ablation):
    folder, _, _ = ablation
    cells = Cells.find(folder / "cells", list(ROWS), "none", (2, 3), SETS, ["list"])
    assert {row: list(students) for row, students in cells.finished.items()} == {
        row: [2] for row in ROWS
    }
    assert cells.unfinished == {row: [3] for row in ROWS}


def test_a_baseline_that_is_not_there_is_refused(ablation):
    folder, _, _ = ablation
    for rows, baseline, message in (
        (["soft"], "none", "not among the rows"),
        (["soft", "ghost"], "ghost", "no student of the baseline"),
        (["soft", "soft"], "soft", "named twice"),
    ):
        with pytest.raises(InputError, match=message):
            Cells.find(folder / "cells", rows, baseline, SEEDS, SETS, ["list"])


def test_trials_without_score_are_left_out_for_all(ablation, tmp_path):
    folder, trials, scores = ablation
    shutil.copytree(folder, tmp_path / "copy")
    path = tmp_path / "copy/cells/soft/seed4/scores/test-cut-1/list.txt"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[3:]))
    _, result = evaluate(tmp_path / "copy")
    assert (result.n_listed, result.n_trials) == (len(trials), len(trials) - 3)
    is_target = trials.labels[3:] == 1
    eers = [
        eer(
            scores["none", seed]["test"][3:][is_target],
            scores["none", seed]["test"][3:][~is_target],
        )
        for seed in SEEDS
    ]
    assert result.mean("none", ["test"]).value == pytest.approx(np.mean(eers))
    path.write_text("".join(path.read_text().splitlines(keepends=True)[30:]))
    with pytest.raises(InputError, match="lack a score"):
        evaluate(tmp_path / "copy")


def test_a_perfect_baseline_can_be_drawn(ablation, tmp_path):
    _, trials, _ = ablation
    make_trial_list(tmp_path / "data/test/trials/list.txt")
    for row, noise in (("none", 0.0), ("soft", 0.4)):
        noise_of = dict.fromkeys(SETS, noise)
        make_student(tmp_path / "cells" / row / "seed1", trials, noise_of, 1, "list")
    _, result = evaluate(tmp_path, ("none", "soft"))
    assert result.change("soft", "none").value == np.inf
    plot_conditions(result, ["none", "soft"], tmp_path / "plot.png")


def test_training_curves_are_those_of_the_logs(tmp_path):
    make_log(tmp_path / "one", [0.4, 0.3, 0.2])
    make_log(tmp_path / "two", [0.5, 0.4])
    curves = training_curves(
        Cells({"soft": {1: tmp_path / "one", 2: tmp_path / "two"}, "none": {}}, {})
    )
    assert list(curves) == ["soft"]
    assert curves["soft"].epochs.tolist() == [1, 2]
    assert curves["soft"].dev.tolist() == [[0.4, 0.3], [0.5, 0.4]]
    assert curves["soft"].train.tolist() == [[0.2, 0.15], [0.25, 0.2]]
    (tmp_path / "two/train_log.tsv").write_text("epoch\tloss\n1\t2\n")
    with pytest.raises(InputError, match="not a training log"):
        training_curves(Cells({"soft": {1: tmp_path / "two"}}, {}))


@pytest.mark.slow
def test_the_command(ablation, tmp_path):
    folder, _, _ = ablation
    command = [sys.executable, REPORT, "--data", folder / "data", "--cells", folder / "cells"]
    command += ["--rows", *ROWS, "--baseline", "none", "--command", "./ablation.sh", "--nj", "2"]
    command += ["--seeds", "2"]
    command += ["--output", tmp_path / "RESULTS.md", "--replicates", "20", "--control"]
    done = subprocess.run([*command, "soft=shuffled"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "| soft " in done.stdout and "shuffled: " in done.stdout
    assert "- training seeds: 1, 2\n" in (tmp_path / "RESULTS.md").read_text()
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"RESULTS.md", "ablation_conditions_list.png", "ablation_training.png"}
    wrong = subprocess.run([*command, "soft=ghost"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 1 and wrong.stderr.count("\n") == 1 and "ghost" in wrong.stderr
