"""What a dead process left is told from what a living one, here or elsewhere, is writing."""

import socket
import subprocess
import sys

import pytest

from speechdistill.storage import partials
from speechdistill.storage.files import written_whole
from speechdistill.storage.partials import partial_beside, remove_left_behind


def left_by_a_dead_process(folder, name="scores.txt"):
    code = (
        "import sys; from pathlib import Path\n"
        "from speechdistill.storage.partials import partial_beside\n"
        "path = partial_beside(Path(sys.argv[1])); path.write_text('half'); print(path.name)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, folder / name], capture_output=True, text=True, check=True
    )
    return folder / done.stdout.strip()


def write(folder, name="scores.txt"):
    with written_whole(folder / name) as partial:
        partial.write_text("whole")


def test_what_another_host_writes_stays(tmp_path, monkeypatch):
    left = left_by_a_dead_process(tmp_path)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(socket, "gethostname", lambda: "elsewhere")
        write(tmp_path)
        assert left.exists()
    write(tmp_path)
    assert not left.exists()


def test_a_number_given_to_another_process_does_not_keep_what_was_left(tmp_path, monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setattr(partials, "_started", lambda process: 1)
        left = partial_beside(tmp_path / "scores.txt")
    left.write_text("half")
    write(tmp_path)
    assert not left.exists()


def test_what_a_living_process_writes_stays(tmp_path):
    mine = partial_beside(tmp_path / "scores.txt")
    mine.write_text("half")
    write(tmp_path)
    assert mine.exists()


@pytest.mark.parametrize(
    "name", [".partial-999999999-scores.txt", ".partial-x-scores.txt", ".partial--scores.txt"]
)
def test_names_of_another_form_stay(tmp_path, name):
    (tmp_path / name).write_text("somebody's")
    write(tmp_path)
    remove_left_behind(tmp_path)
    assert (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["a[1].txt", "*", "?.txt"])
def test_a_name_is_no_pattern(tmp_path, name):
    other = left_by_a_dead_process(tmp_path, "a1.txt")
    mine = left_by_a_dead_process(tmp_path, name)
    write(tmp_path, name)
    assert other.exists() and not mine.exists()


def test_names_of_every_length(tmp_path):
    for length in (1, 100, 240, 255):
        write(tmp_path, "é" + (length - 6) * "a" + ".txt" if length > 6 else "é")
    assert len(list(tmp_path.iterdir())) == 4
