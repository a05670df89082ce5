"""An ablation of speech: the right numbers, the same bytes, and plain words on what is missing."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.conditions.catalogue import CONDITIONS
from speechdistill.experiments.grid import Grid
from speechdistill.reporting.curves import curves_of, numbers_of
from speechdistill.reporting.grid_plot import plot_grid
from speechdistill.reporting.grid_report import write_grid_report
from speechdistill.reporting.grid_result import evaluate_grid
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.sweep import sweep_table, write_sweep
from speechdistill.reporting.training_log import LoggedEpochs
from speechdistill.reporting.trial_measure import TrialMeasure
from speechdistill.verification.intervals.bootstrap import SpeakerBootstrap
from speechdistill.verification.intervals.replicated import relative_change
from speechdistill.verification.intervals.seed_bootstrap import mean_over_seeds
from speechdistill.verification.metrics import DetCurve, eer, min_dcf
from tests.reporting.ablation_files import make_log, make_student, make_trial_list
from tests.warm_python import run_local

pytestmark = pytest.mark.slow

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
    grid = Grid(folder / "cells", rows, SEEDS)
    (measure,) = TrialMeasure.all(folder / "data", grid, jobs, seed=5, replicates=40)
    return measure, evaluate_grid(grid, measure, jobs)


def main_table(measure, result, controls):
    return measure.tables(result, controls)[1]


def condition_tables(measure, result):
    """EER by condition; and by group of conditions EER, its changes, and minDCF."""
    parts = measure.sections(result, {}, Path("plot.png"))[3:]
    assert "EER by condition" in parts[1]
    return parts[3], *parts[5:]


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
    measure, result = evaluate(folder)
    by_set, groups, changes, costs = condition_tables(measure, result)
    for row in ROWS:
        cell = line_of(main_table(measure, result, {}), row)
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
        by_condition = line_of(by_set, row)[1:]
        for name, text in zip(SETS, by_condition, strict=True):
            expected = 100 * mean_metric(scores, trials, row, [name], eer)
            assert float(text) == pytest.approx(expected, abs=0.006)
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
    measure, result = evaluate(folder, jobs=2)
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
        expected, found = (
            relative_change(means[against], means[row]),
            result.change(row, against, ["test"]),
        )
        assert found.value == pytest.approx(expected.value)
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
        assert found.p_value == expected.p_value
    cell = line_of(main_table(measure, result, {"soft": "shuffled"}), "soft")
    change = result.change("soft", "shuffled", ["test"])
    assert cell[6].startswith(f"shuffled: {100 * change.value:+.1f} %")


def write_report(folder, output):
    write_grid_report(
        output / "RESULTS.md",
        [evaluate(folder)],
        {"soft": "shuffled"},
        Provenance.of("./ablation.sh"),
        ["a note"],
    )


def test_the_same_inputs_give_the_same_bytes(ablation, tmp_path):
    folder, _, _ = ablation
    for name in ("one", "two"):
        write_report(folder, tmp_path / name)
    plots = ("ablation_conditions_list.png", "ablation_training.png")
    for name in ("RESULTS.md", *plots):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    text = (tmp_path / "one/RESULTS.md").read_text()
    for part in (
        *(f"({name})" for name in plots),
        "./ablation.sh",
        "a note",
        "1, 2, 4",
        "40 r",
    ):
        assert part in text
    assert "Not all" not in text and str(tmp_path) not in text
    assert (tmp_path / "one" / plots[0]).stat().st_size > 50_000


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


def test_trials_without_score_are_left_out_for_all(ablation, tmp_path):
    folder, trials, scores = ablation
    shutil.copytree(folder, tmp_path / "copy")
    path = tmp_path / "copy/cells/soft/seed4/scores/test-cut-1/list.txt"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[3:]))
    measure, result = evaluate(tmp_path / "copy")
    facts = measure.trial_facts
    assert (facts.n_listed, facts.n_trials) == (len(trials), len(trials) - 3)
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
    for name in SETS:
        (tmp_path / "data" / name).mkdir(exist_ok=True)
    measure, result = evaluate(tmp_path, ("none", "soft"))
    assert result.change("soft", "none", ["test"]).value == np.inf
    plot_grid(result, measure.panels, ["none", "soft"], tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 5000


def test_a_row_called_ceiling_has_the_others_say_how_near_they_come(ablation, tmp_path):
    folder, _, _ = ablation
    cells = tmp_path / "cells"
    for row, name in (("none", "floor"), ("soft", "ceiling"), ("shuffled", "between")):
        shutil.copytree(folder / "cells" / row, cells / name)
        for seed in SEEDS:
            facts = {"labels": "video", "videos": 8, "classes": 8, "purity": seed / 4}
            if name == "between":
                (cells / name / f"seed{seed}" / "labels.json").write_text(json.dumps(facts))
    grid = Grid(cells, ["floor", "ceiling", "between"], SEEDS)
    (measure,) = TrialMeasure.all(folder / "data", grid, 1, seed=5, replicates=40)
    result = evaluate_grid(grid, measure)
    table = main_table(measure, result, {})
    floor, best, found = (result.mean(row, ["test"]).value for row in grid.rows)
    share = f"{100 * (floor - found) / (floor - best):.0f} % ["
    assert line_of(table, "between")[-1].startswith(share)
    assert [line_of(table, row)[-1] for row in ("floor", "ceiling")] == ["-", "-"]
    write_grid_report(tmp_path / "R.md", [(measure, result)], {}, Provenance.of("x"))
    classes = (tmp_path / "R.md").read_text().partition("## Classes")[2]
    assert line_of(classes, "between") == ["between", "video", "-", "8", "8", "0.58", "-"]
    assert "| floor" not in classes


def test_rows_tested_clean_alone_are_drawn_side_by_side(ablation, tmp_path):
    folder, _, _ = ablation
    grid = Grid(folder / "cells", list(ROWS), SEEDS)
    (measure,) = TrialMeasure.all(folder / "data", grid, 1, replicates=20, sets=["test"])
    written = []
    for name in ("one", "two"):
        path = tmp_path / name / "R.md"
        result = evaluate_grid(grid, measure)
        write_grid_report(path, [(measure, result)], {"soft": "shuffled"}, Provenance.of("x"))
        plot = "rows_ablation_conditions_list.png"
        assert f"({plot})" in path.read_text()
        written.append((path.parent / plot).read_bytes())
    assert written[0] == written[1] and len(written[0]) > 10_000


def test_rows_that_differ_in_a_number_are_curves(ablation, tmp_path):
    folder, _, _ = ablation
    cells = tmp_path / "cells"
    copied = {"soft_1": "soft", "soft_0.3": "none", "other_1": "shuffled", "alone_2": "none"}
    copied |= {"none": "none", "other_0.3": "none", "soft_0": "shuffled"}
    for name, row in copied.items():
        shutil.copytree(folder / "cells" / row, cells / name)
    grid = Grid(
        cells,
        ["none", "other_1", *(row for row in copied if row not in ("none", "other_1"))],
        SEEDS,
    )
    (measure,) = TrialMeasure.all(folder / "data", grid, 1, seed=5, replicates=40)
    result = evaluate_grid(grid, measure)
    curves = curves_of(result)
    assert curves.rows == ["soft", "other"] and [*numbers_of(curves)] == ["0", "0.3", "1"]
    assert curves.mean("soft", ["0.3"]).value == result.mean("soft_0.3", ["test"]).value
    assert curves.mean("other", ["0"]) is None
    assert curves.change("other", "soft", ["1"]) == result.change("other_1", "soft_1", ["test"])
    write_grid_report(tmp_path / "R.md", [(measure, result)], {}, Provenance.of("x"))
    plot = "curves_ablation_conditions_list.png"
    assert plot in (tmp_path / "R.md").read_text() and (tmp_path / plot).stat().st_size > 10_000
    assert curves_of(evaluate(folder)[1]) is None


def test_the_best_epoch_and_a_broken_log(tmp_path):
    make_log(tmp_path, [0.4, 0.2, 0.3])
    log = LoggedEpochs.read(tmp_path, "eer")
    best = log.best("eer")
    assert (best, log.epochs[best], log.dev("eer")[best]) == (1, 2, 0.2)
    assert log.train("eer").tolist() == [0.2, 0.1, 0.15]
    for text in ("epoch\tloss\n1\t2\n", "epoch\tdev_eer\n1\t0.5\n", ""):
        (tmp_path / "train_log.tsv").write_text(text)
        with pytest.raises(InputError, match="broken"):
            LoggedEpochs.read(tmp_path, "eer")
    with pytest.raises(InputError, match="training makes it"):
        LoggedEpochs.read(tmp_path / "absent")


def test_a_sweep_names_its_seeds_and_looks_at_dev_errors_alone(tmp_path):
    for row, eers in (("hard", [0.3, 0.2]), ("soft", [0.1, 0.12])):
        for seed, eer_of_seed in enumerate(eers, start=1):
            make_log(tmp_path / row / f"seed{seed}", [0.5, eer_of_seed])
    grid = Grid(tmp_path, ["hard", "soft"], [1, 2])
    table = sweep_table(grid, TrialMeasure.dev)
    assert [line_of(table, row)[1] for row in ("soft", "hard")] == [
        "11.00 +- 1.41",
        "25.00 +- 7.07",
    ]
    assert table.index("soft") < table.index("hard")
    assert line_of(table, "soft")[2:] == ["5.50", "2, 2"]
    write_sweep(tmp_path / "SWEEP.md", grid, TrialMeasure.dev, Provenance.of("./ablation.sh"))
    text = (tmp_path / "SWEEP.md").read_text()
    for part in ("Settings by EER on the dev trials", "seeds: 1 to 2", "No test trial was scored"):
        assert part in text


def test_the_command(ablation, tmp_path):
    folder, _, _ = ablation
    (tmp_path / "a.yaml").write_text("objective: 1\n")
    rows = "none a.yaml --b 1\nsoft a.yaml\nshuffled a.yaml --control shuffled\n"
    (tmp_path / "rows.txt").write_text(rows)
    output = tmp_path / "report" / "RESULTS.md"
    command = ["report_grid.py", "--measure", "trials", "--data", folder / "data"]
    command += ["--cells", folder / "cells", "--rows", tmp_path / "rows.txt", "--nj", "2"]
    command += ["--recipe", tmp_path, "--command", "./ablation.sh", "--seeds", "2"]
    command += ["--output", output, "--replicates", "20"]
    done = run_local(*command)
    assert done.returncode == 0, done.stderr
    assert "| soft " in done.stdout and "shuffled: " in done.stdout
    assert "- training seeds: 1, 2\n" in output.read_text()
    names = {path.name for path in output.parent.iterdir()}
    assert names == {"RESULTS.md", "ablation_conditions_list.png", "ablation_training.png"}
    wrong = run_local(*command, "--distill", "soft=ghost")
    assert wrong.returncode == 1 and wrong.stderr.count("\n") == 1 and "ghost" in wrong.stderr
