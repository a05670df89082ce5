"""The commands never replace what they read, or what somebody else wrote."""

import os
import re
import stat

import numpy as np
import pytest
import soundfile

from speechdistill.storage.keyed_vectors import KeyedVectors
from tests.warm_python import LOCAL, run_program

SCORE = "speechdistill score --trials trials --embeddings e --output "
MEASURE = f"python {LOCAL}/measure_embeddings.py --embeddings e --output "
JOIN = f"python {LOCAL}/concatenate_enrolment.py --enrolment models --audio a --output "
EVALUATE = "speechdistill evaluate --trials trials --scores x=s --replicates 0 "


@pytest.fixture
def folder(tmp_path):
    rows = np.random.default_rng(0).normal(size=(4, 3))
    KeyedVectors(["p/1", "p/2", "q/1", "q/2"], rows).save(tmp_path / "e")
    (tmp_path / "trials").write_text("1 p/1 p/2\n0 p/1 q/1\n1 q/1 q/2\n0 q/2 p/2\n")
    (tmp_path / "s").write_text("p/1 p/2 0.2\np/1 q/1 0.1\nq/1 q/2 0.3\nq/2 p/2 0.25\n")
    (tmp_path / "models").write_text("m 1.wav\n")
    for name in ("a", "results"):
        (tmp_path / name).mkdir()
        soundfile.write(tmp_path / name / "1.wav", np.full(9, 0.5), 16000)
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "hard").hardlink_to(tmp_path / "trials")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


def contents(folder):
    found = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        found[str(path)] = path.read_bytes() if stat.S_ISREG(mode) else stat.S_IFMT(mode)
    return found


def run(folder, words):
    return run_program(*words.split(), cwd=folder, timeout=60)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (SCORE + "results", "is a folder, and the output a file"),
        (SCORE + "trials", "is the input trials"),
        (SCORE + "hard", "is the input trials"),
        (SCORE + "e/ids.txt", "is a part of the input e"),
        (SCORE + "pipe", "let something read it"),
        (MEASURE + "results/", "is a folder, and the output a file"),
        (MEASURE + "e/vectors.npy", "is a part of the input e"),
        (JOIN + "a", "is the input a"),
        (JOIN + "link", "is the input a"),
        (JOIN + "results", r"holds 1\.wav, which speechdistill did not write"),
        (JOIN + "trials", "is a file, and the output a folder"),
        (EVALUATE + "--det-plot results", "is a folder, and the output a file"),
        (EVALUATE + "--det-plot s", "--det-plot: s is the input s"),
        (EVALUATE + "--det-plot plot.doc", "is no plot"),
        (
            "speechdistill evaluate --trials trials --scores s.txt --calibrate-on trials s.txt "
            "--calibrated-scores .",
            r"--calibrated-scores: s\.txt is the input s\.txt",
        ),
    ],
)
def test_nothing_is_lost(folder, command, message):
    if "s.txt" in command:
        (folder / "s.txt").write_bytes((folder / "s").read_bytes())
    before = contents(folder)
    done = run(folder, command)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert re.search(message, line), line
    assert contents(folder) == before


def test_scores_and_their_notes_go_to_standard_output(folder):
    with (folder / "trials").open("a") as lines:
        lines.write("1 q/2.wav q/2\n")
    (folder / "s").write_text((folder / "s").read_text() + "q/2 q/2 1\n")
    done = run(folder, SCORE + "/dev/stdout")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 5
    assert "1 of 5 trials compare an utterance with itself" in done.stderr
    done = run(folder, EVALUATE)
    assert "Note: 1 of 5 trials compare an utterance with itself." in done.stdout
    assert "1 of 5 trials compare an utterance with itself" in done.stderr


def test_joined_audio_replaces_its_own_folder_alone(folder):
    for _ in range(2):
        done = run(folder, JOIN + "joined")
        assert done.returncode == 0, done.stderr
    (folder / "joined" / "mine").write_text("notes")
    assert run(folder, JOIN + "joined").returncode == 1
    assert (folder / "joined" / "mine").read_text() == "notes"


@pytest.mark.parametrize(
    ("log", "message"),
    [
        ("results", "is a folder"),
        ("trials", "is no log of speechdistill"),
        ("hard", "is no log of speechdistill"),
        ("e/ids.txt", "is no log of speechdistill"),
        ("trials/new.log", "its folder is a file"),
        ("/proc/new.log", "cannot write /proc/new.log"),
    ],
)
def test_a_log_that_cannot_be_is_one_line(folder, log, message):
    before = contents(folder)
    finished = run(folder, f"{SCORE}scores --log {log}")
    assert finished.returncode == 1 and finished.stderr.count("\n") == 1
    assert "error: --log: " in finished.stderr and message in finished.stderr
    assert contents(folder) == before


def test_a_log_goes_on_where_it_was(folder):
    for start in ("", "2026-01-01", "2026-01-01 10:00:00,123 INFO before\n"):
        (folder / "log").write_text(start)
        finished = run(folder, f"{SCORE}scores --log log")
        assert finished.returncode == 0, finished.stderr
        assert (folder / "log").read_text().startswith(start)
    assert run(folder, f"{SCORE}scores --log /dev/null").returncode == 0
    assert run(folder, f"{SCORE}scores --log new/one/log").returncode == 0
    assert (folder / "new/one/log").exists()
