"""The real ablation.sh, small: rows by seeds, resumable, with rows of one's own."""

import shutil

import numpy as np
import pytest

from tests.corpora.layouts import LAYOUTS, sitw, utterances
from tests.recipes.tables import table_of

pytestmark = pytest.mark.slow

SMALL = [
    *(
        "--number_of_epochs",
        "1",
        "--batch_size",
        "4",
        "--sentence_len",
        "1.0",
        "--num_workers",
        "0",
    ),
    *("--n_mels", "20", "--emb_dim", "16", "--nj", "2", "--seeds", "1", "--dev-speakers", "2"),
    *("--teacher.number_of_epochs", "1", "--teacher.image_size", "32", "--teacher.batch_size", "8"),
]
OWN_DISTANCE = """
import torch

class Absolute(torch.nn.Module):
    level = "feature"

    def forward(self, student, teacher):
        return (student - teacher).abs().mean(dim=1)
"""


@pytest.fixture
def rows(tmp_path):
    """Three rows, the last with a distance that lies in a file of the user's own."""
    folder = tmp_path / "my conf"
    folder.mkdir()
    (folder / "my_absolute.py").write_text(OWN_DISTANCE)
    (folder / "rows.txt").write_text(
        "# a comment\n\n"
        "none      conf/distill_none.yaml\n"
        "soft      conf/distill_feature.yaml   --feature_margin 0.3\n"
        "shuffled  conf/distill_feature.yaml   --feature_margin 0.3 --control shuffled"
    )
    (folder / "mine.yaml").write_text(
        "objective: !new:speechdistill.distillation.DistillationObjective\n"
        "    terms:\n"
        "        mine: !new:speechdistill.distillation.Term\n"
        "            distance: !new:my_absolute.Absolute\n"
        "            weight: 1.0\n"
    )
    return folder


def test_an_ablation_is_reported_and_goes_on_where_it_stopped(run_recipe, corpus, rows, tmp_path):
    own = tmp_path / "mine.yaml"
    shutil.copy(rows / "mine.yaml", own)
    shutil.copy(rows / "my_absolute.py", tmp_path)
    options = [
        *("--data", corpus, "--rows", rows / "rows.txt", "--distill", f"mine={own}"),
        *SMALL,
    ]
    first = run_recipe(*options, script="ablation.sh")
    assert first.returncode == 0, first.stderr
    exp = tmp_path / "exp"
    results = (exp / "RESULTS.md").read_text()
    for word in (
        "none",
        "soft",
        "shuffled",
        "mine",
        "./recipes/voxceleb/ablation.sh",
        "EER",
        "p =",
    ):
        assert word in results
    assert len(list((exp / "ablation").glob("*/seed1/tested"))) == 4
    assert len(list((exp / "ablation/mine/seed1/scores").glob("*/veri_test2.txt"))) == 16
    assert list(exp.glob("ablation_*.png"))

    # A student that is gone is trained again, the others are not.
    shutil.rmtree(exp / "ablation/soft/seed1")
    kept = exp / "ablation/none/seed1/train_log.tsv"
    before = kept.stat().st_mtime_ns
    again = run_recipe(*options, script="ablation.sh")
    assert again.returncode == 0, again.stderr
    assert again.stdout.count("tested in") == 1
    assert kept.stat().st_mtime_ns == before
    assert (exp / "RESULTS.md").read_text() == results


def test_rows_are_tested_on_further_sets(run_recipe, corpus, rows, tmp_path):
    """Enrolled models, and a list without labels; a set given later trains nothing again."""
    audio = tmp_path / "audio"
    assert len(list(utterances(audio))) == 32
    kaldi = LAYOUTS["kaldi"](tmp_path, audio)
    (kaldi / "voxsrc.txt").write_text("u00.wav u07.wav\nu00.wav u28.wav\n")
    (rows / "rows.txt").write_text(
        "none conf/distill_none.yaml\nsoft conf/distill_feature.yaml --feature_margin 0.3\n"
    )
    options = ["--data", corpus, "--rows", rows / "rows.txt", *SMALL, "--conditions", "false"]
    tests = ["--test", f"sitw={sitw(tmp_path, audio)},challenge={kaldi}:voxsrc.txt"]
    first = run_recipe(*options, script="ablation.sh")
    assert first.returncode == 0 and "All tests" not in (tmp_path / "exp/RESULTS.md").read_text()
    logs = {path: path.read_bytes() for path in (tmp_path / "exp").rglob("train_log.tsv")}
    again = run_recipe(*options, *tests, script="ablation.sh")
    assert again.returncode == 0, again.stderr
    assert logs and all(path.read_bytes() == log for path, log in logs.items())
    results = (tmp_path / "exp/RESULTS.md").read_text()
    names = ["veri_test2.txt", "sitw: assist-core.lst", "sitw: core-core.lst"]
    head, *found = table_of(results, "## All tests")
    assert head == ["EER % of", *names] and [row[0] for row in found] == ["none", "soft"]
    for column, name in enumerate(names, start=1):
        own_head, *own = table_of(results, f"## {name}")
        assert own_head[2] == "EER %" and [row[2] for row in own] == [row[column] for row in found]
        # SITW's two models are too few speakers for an interval.
        assert all(0 <= float(row[column].split()[0]) <= 100 for row in found)
    assert "challenge: voxsrc.txt says of no trial what it is" in results
    for row in ("none", "soft"):
        student = tmp_path / "exp/ablation" / row / "seed1"
        lines = (student / "scores/challenge/voxsrc.txt").read_text().splitlines()
        assert [line.split()[:2] for line in lines] == [
            ["u00.wav", "u07.wav"],
            ["u00.wav", "u28.wav"],
        ]


def test_a_sweep_scores_no_test_trial(run_recipe, corpus, rows, tmp_path):
    (rows / "rows.txt").write_text(
        "none conf/distill_none.yaml\nsoft conf/distill_feature.yaml --feature_margin 0.3\n"
    )
    options = ["--data", corpus, "--rows", rows / "rows.txt", *SMALL, "--seeds", "2"]
    finished = run_recipe(*options, "--sweep", "true", script="ablation.sh")
    assert finished.returncode == 0, finished.stderr
    exp = tmp_path / "exp"
    sweep = (exp / "SWEEP.md").read_text()
    eers = [
        np.genfromtxt(exp / f"ablation/soft/seed{seed}/train_log.tsv", names=True)["dev_eer"]
        for seed in (1, 2)
    ]
    assert f"{100 * np.mean(eers):.2f}" in sweep
    assert not list(exp.rglob("scores")) and not list(exp.rglob("test-*"))


def test_a_row_that_fails_is_named_and_the_others_finish(run_recipe, corpus, rows, tmp_path):
    (rows / "rows.txt").write_text(
        "none conf/distill_none.yaml\nwrong conf/distill_feature.yaml --pairing nobody\n"
    )
    finished = run_recipe(
        "--data", corpus, "--rows", rows / "rows.txt", *SMALL, script="ablation.sh"
    )
    assert finished.returncode == 1
    assert "unknown pairing nobody" in finished.stderr
    assert (tmp_path / "exp/ablation/none/seed1/tested").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 1, "--data"),
        (["--data", "x", "--seeds", "none"], 2, "--seeds"),
        (["--data", "x", "--distill", "soft"], 2, "ROW=YAML"),
        (["--data", "x", "--distill", "soft=nowhere.yaml"], 1, "nowhere.yaml"),
        (["--data", "x", "--rows", "nowhere.txt"], 1, "nowhere.txt"),
        (["--data", "x", "--test", "nothing"], 2, "nothing is not NAME=DIR"),
        (["--data", "x", "--sweep", "true", "--test", "a=x"], 2, "leave out --test"),
        (["--data", "x", "--numbr_of_epochs", "1"], 2, "--number_of_epochs"),
    ],
)
def test_bad_options(run_recipe, arguments, code, message):
    finished = run_recipe(*arguments, script="ablation.sh")
    assert finished.returncode == code
    assert message in finished.stderr


@pytest.mark.parametrize("script", ["ablation.sh", "gap.sh"])
def test_a_typo_is_told_before_people_are_generated(run_recipe, tmp_path, script):
    finished = run_recipe("--numbr_of_epochs", "1", recipe="synthvox", script=script)
    assert finished.returncode == 2
    assert "--number_of_epochs" in finished.stderr
    assert not list(tmp_path.rglob("corpus"))


def test_a_table_without_rows(run_recipe, tmp_path):
    (tmp_path / "rows.txt").write_text("# none yet\n")
    finished = run_recipe("--data", "x", "--rows", tmp_path / "rows.txt", script="ablation.sh")
    assert finished.returncode == 1
    assert f"no row in {tmp_path / 'rows.txt'}" in finished.stderr
