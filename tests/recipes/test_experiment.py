"""What a run writes into --exp of itself: the lock, and the options that each stage had."""

import os
import shlex
import signal
import subprocess
import time

import pytest

from tests.recipes.conftest import ROOT
from tests.recipes.test_run_errors import error_line

# The functions of the recipes alone: stages FROM-TO are done with the options that follow.
DONE = """
set -euo pipefail
. "$1/tools/parse_options.sh"; . "$1/tools/experiment.sh"
exp=$2 script=$3
parse_options "${@:6}"
open_exp "$script"
for number in $(seq "$4" "$5"); do note_stage begun "$number"; note_stage done "$number"; done
results_command
"""


@pytest.fixture
def did(tmp_path):
    """Note stages as done with some options; return the command that stage 8 would show."""

    def note(stages, *options, script="voxceleb/run.sh"):
        words = ["bash", "-c", DONE, "run.sh", ROOT, tmp_path / "exp", script, *stages, *options]
        return subprocess.run(
            [str(word) for word in words], capture_output=True, text=True, check=True
        ).stdout.splitlines()

    return note


def test_options_of_earlier_calls_are_not_claimed(did):
    did("01", "--lr", "0.5", "--seed", "9")
    assert did("07", "--lr", "0.1") == ["./recipes/voxceleb/run.sh --lr 0.1"]
    assert did("67", "--lr", "0.1", "--seed", "2", "--lr", "0.3", "--exp", "x", "--nj", "4") == [
        "./recipes/voxceleb/run.sh --stage 0 --stop-stage 5 --lr 0.1",
        "./recipes/voxceleb/run.sh --stage 6 --stop-stage 8 --lr 0.3 --seed 2",
    ]


def test_a_stage_of_another_script_is_said_to_be_its(did):
    did("04", "--rows", "mine.txt", script="voxceleb/ablation.sh")
    assert did("57") == [
        "./recipes/voxceleb/ablation.sh --rows mine.txt",
        "./recipes/voxceleb/run.sh --stage 5 --stop-stage 8",
    ]


def test_what_nobody_wrote_down_is_not_made_up(did, tmp_path):
    (tmp_path / "exp").mkdir()
    (tmp_path / "exp/options").write_text("--lr 0.5\n")  # of an older version
    assert did("77")[0] == "# stages 0 to 6: it is not known what made them"


def test_an_export_is_no_part_of_what_a_report_shows(did, tmp_path):
    did("07", "--lr", "0.1")
    with (tmp_path / "exp/commands.tsv").open("a") as commands:
        commands.write("begun\t9\t./recipes/voxceleb/run.sh --lr 0.2\n")
        commands.write("done\t9\t./recipes/voxceleb/run.sh --lr 0.2\n")
    assert did("77", "--lr", "0.1") == ["./recipes/voxceleb/run.sh --lr 0.1"]


def test_a_stage_that_did_not_end_is_told_from_what_did(did, tmp_path):
    did("07", "--lr", "0.1")
    with (tmp_path / "exp/commands.tsv").open("a") as commands:
        commands.write("begun\t5\t./recipes/voxceleb/run.sh --lr 0.11\n")
    assert did("77", "--lr", "0.1") == [
        "./recipes/voxceleb/run.sh --lr 0.1",
        "./recipes/voxceleb/run.sh --stage 5 --stop-stage 5 --lr 0.11 # did not end",
    ]


@pytest.mark.parametrize(
    "value", ["a b", "#x", "it's", 'a "b"', "a\nb", "--lr", "[1, 2]", "$HOME `id`", "", "é", "a\tb"]
)
def test_a_command_can_be_pasted(did, value):
    (command,) = did("07", "--data", value)
    words = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' {command}"], capture_output=True, text=True, check=True
    ).stdout.split("\0")
    assert words == ["./recipes/voxceleb/run.sh", "--data", value, ""]


def test_a_plain_command_has_no_quotes(did):
    (command,) = did("07", "--teacher", "conf/a.yaml,conf/b.yaml", "--data", "/d/x_1")
    assert shlex.split(command)[-1] == "conf/a.yaml,conf/b.yaml" and "'" not in command


def wait_for(condition):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come to pass")


@pytest.mark.slow
def test_two_runs_in_one_exp_and_one_that_is_killed(run_recipe, corpus, tmp_path):
    exp = tmp_path / "exp"
    command = [ROOT / "recipes/voxceleb/run.sh", "--exp", exp, "--data", corpus]
    options = ("--data", corpus, "--stop-stage", "1")
    with subprocess.Popen([*map(str, command)], start_new_session=True) as first:
        wait_for(lambda: (exp / "commands.tsv").exists())
        second = run_recipe(*options)
        assert second.returncode == 1 and not second.stdout
        assert f"{exp} is in use by process {first.pid} on {os.uname().nodename}: wait" in (
            error_line(second)
        )
        other = run_recipe(*options, exp=tmp_path / "other")
        assert other.returncode == 0, other.stderr
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    after = run_recipe(*options)
    assert after.returncode == 0, after.stderr


@pytest.mark.slow
def test_what_a_killed_script_started_still_holds_the_folder(run_recipe, corpus, tmp_path):
    exp = tmp_path / "exp"
    holder = f'exec 9>> "{exp}/.lock"; flock -n 9; echo held; sleep 60'
    exp.mkdir()
    with subprocess.Popen(
        ["bash", "-c", f"({holder}) & wait"], stdout=subprocess.PIPE, start_new_session=True
    ) as script:
        script.stdout.readline()
        script.kill()  # alone: the process that it started lives
        refused = run_recipe("--data", corpus, "--stop-stage", "1")
        assert refused.returncode == 1 and "is in use by another run" in error_line(refused)
        os.killpg(script.pid, signal.SIGKILL)
