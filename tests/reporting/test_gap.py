"""The dial's report: changes by share, variants chosen on dev trials."""

import re
import shutil

import pytest

from speechdistill.base.errors import InputError
from speechdistill.reporting.gap import (
    best_variant,
    comparison_table,
    evaluate_gap,
    gap_table,
    write_gap_report,
)
from speechdistill.reporting.provenance import Provenance
from tests.reporting.ablation_files import make_log, make_student, make_trial_list
from tests.warm_python import run_local

pytestmark = pytest.mark.slow

NOISES = {"none": 0.6, "hard": 0.5, "soft_0.2": 0.45, "soft_0.4": 0.3, "shuffled": 0.58}
ROWS = ["hard", "soft", "shuffled"]


@pytest.fixture
def folders(tmp_path):
    """Two settings; at the lower share, dev trials prefer the margin 0.2, else 0.4."""
    found = {}
    for share, best in ((0.9, "soft_0.4"), (0.1, "soft_0.2")):
        exp = tmp_path / f"share{share}"
        trials = make_trial_list(exp / "data/test/trials/list.txt")
        for row, noise in NOISES.items():
            for seed in (1, 2):
                student = exp / "ablation" / row / f"seed{seed}"
                make_student(student, trials, {"test": noise + 0.1 - share / 10}, seed, "list")
                make_log(student, [0.5, 0.1 if row == best else 0.2, 0.3])
        found[share] = exp / "ablation"
    return found


def evaluate(folders, seeds=(1, 2)):
    return evaluate_gap(folders, ROWS, "none", seeds, 3, jobs=1, replicates=30)


def test_dev_trials_choose_the_variant(folders):
    assert best_variant(folders[0.1], "soft", [1, 2]) == "soft_0.2"
    assert best_variant(folders[0.9], "soft", [1, 2]) == "soft_0.4"
    assert best_variant(folders[0.9], "hard", [1, 2]) == "hard"
    assert best_variant(folders[0.9], "absent", [1, 2]) == "absent"
    make_log(folders[0.9] / "soft_0.2" / "seed3", [0.01])
    assert best_variant(folders[0.9], "soft", [1, 2]) == "soft_0.4"
    assert best_variant(folders[0.9], "soft", [3]) == "soft_0.2"
    settings = evaluate(folders)
    assert [setting.share for setting in settings] == [0.1, 0.9]
    assert [setting.chosen["soft"] for setting in settings] == ["soft_0.2", "soft_0.4"]


def test_tables_hold_the_changes(folders):
    settings = evaluate(folders)
    table = gap_table(settings)
    for setting in settings:
        for row in ROWS:
            name = setting.chosen[row]
            pattern = rf"\| {setting.share} +\| {name} +\| 2 +\| ([\d.]+) .*\| ([-+.\d]+) %"
            eer, change = map(float, re.search(pattern, table).groups())
            assert eer == pytest.approx(100 * setting.result.mean(name, ["test"]).value, abs=0.006)
            expected = 100 * setting.result.change(name, "none", ["test"]).value
            assert change == pytest.approx(expected, abs=0.06)
    header, _, low, high = comparison_table(settings).splitlines()
    assert "hard against soft" in header and "soft against shuffled" in header
    expected = 100 * settings[1].result.change("hard", "soft_0.4", ["test"]).value
    assert f"{expected:+.1f} %" in high and f"{expected:+.1f} %" not in low


def test_the_same_inputs_give_the_same_bytes_and_gaps_are_named(folders, tmp_path):
    shutil.rmtree(folders[0.1] / "shuffled/seed2")
    shutil.rmtree(folders[0.9] / "hard")
    for name in ("one", "two"):
        output = tmp_path / name
        settings = evaluate(folders)
        write_gap_report(output / "GAP.md", settings, Provenance.of("./gap.sh"), ["note"])
    for name in ("GAP.md", "gap.png"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    text = (tmp_path / "one/GAP.md").read_text()
    for part in (
        "- share 0.1, shuffled: 1 of 2 students; without seed 2\n",
        "- share 0.9, hard: 0 of 2 students; without seed 1, 2\n",
        "(gap.png)",
        "./gap.sh",
        "- note",
    ):
        assert part in text


def test_a_corpus_without_trials(folders):
    shutil.rmtree(folders[0.1].parent / "data")
    with pytest.raises(InputError, match="stage 1 makes it"):
        evaluate(folders)


def test_the_command(folders, tmp_path):
    command = ["report_gap.py", "--output", tmp_path / "out/GAP.md", "--replicates", "20"]
    command += ["--command", "./gap.sh", "--nj", "1", "--seeds", "2", "--setting"]
    settings = [f"{share}={folder}" for share, folder in folders.items()]
    done = run_local(*command, *settings)
    assert done.returncode == 0, done.stderr
    assert "soft_0.4" in done.stdout
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"GAP.md", "gap.png"}
    wrong = run_local(*command, "2=x")
    assert wrong.returncode == 2 and "SHARE=PATH" in wrong.stderr
