"""What a dead process left is told from what a living one, here or elsewhere, is writing."""

import gzip
import socket
import subprocess
import sys

import pytest

from speechdistill.storage import partials
from speechdistill.storage.files import written_whole
from speechdistill.storage.partials import partial_folder, remove_left_behind


def left_by_a_dead_process(folder):
    code = (
        "import sys; from pathlib import Path\n"
        "from speechdistill.storage.partials import partial_folder\n"
        "path = partial_folder(Path(sys.argv[1])); path.mkdir(); print(path.name)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, folder], capture_output=True, text=True, check=True
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
        left = partial_folder(tmp_path)
    left.mkdir()
    write(tmp_path)
    assert not left.exists()


def test_what_a_living_process_writes_stays(tmp_path):
    mine = partial_folder(tmp_path)
    mine.mkdir()
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


def test_the_name_in_what_gzip_writes_is_that_of_the_output(tmp_path):
    with written_whole(tmp_path / "cuts.gz") as partial, gzip.open(partial, "wb") as file:
        file.write(b"[]")
    assert b"cuts" in (tmp_path / "cuts.gz").read_bytes()
    assert b"partial" not in (tmp_path / "cuts.gz").read_bytes()


@pytest.mark.parametrize("name", ["a[1].txt", "*", "former"])
def test_a_name_is_no_pattern(tmp_path, name):
    (tmp_path / "a1.txt").write_text("mine")
    for content in ("one", "two"):
        with written_whole(tmp_path / name) as partial:
            partial.mkdir()
            (partial / content).touch()
    assert (tmp_path / name / "two").exists() and (tmp_path / "a1.txt").exists()


def test_names_of_every_length(tmp_path):
    for length in (1, 100, 240, 255):
        write(tmp_path, "é" + (length - 6) * "a" + ".txt" if length > 6 else "é")
    assert len(list(tmp_path.iterdir())) == 4
