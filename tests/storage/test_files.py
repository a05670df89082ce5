"""Nothing half-written ever stands under an output's name."""

import signal
import subprocess
import sys

import pytest

from speechdistill.base.errors import InputError
from speechdistill.storage import files
from speechdistill.storage.files import require, written_whole
from speechdistill.storage.folder_marks import MARK


def test_a_block_that_fails_leaves_what_was_there(tmp_path):
    path = tmp_path / "scores.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError), written_whole(path) as partial:
        partial.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_is_removed(tmp_path):
    code = (
        "import os, signal; from speechdistill.storage.files import written_whole\n"
        f"with written_whole({str(tmp_path / 'scores.txt')!r}) as partial:\n"
        "    partial.write_text('half'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == -signal.SIGKILL
    assert [path.name[:8] for path in tmp_path.iterdir()] == [".partial"]
    with written_whole(tmp_path / "scores.txt") as partial:
        partial.write_text("whole")
    assert [path.name for path in tmp_path.iterdir()] == ["scores.txt"]


@pytest.mark.parametrize("can_exchange", [True, False])
def test_folders_are_replaced(tmp_path, monkeypatch, can_exchange):
    if not can_exchange:  # as on some file systems
        monkeypatch.setattr(files, "exchange", lambda first, second: False)
    for content in ("one", "two"):
        with written_whole(tmp_path / "folder") as partial:
            partial.mkdir()
            (partial / content).touch()
    assert sorted(path.name for path in (tmp_path / "folder").iterdir()) == [MARK, "two"]
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(InputError, match="cannot make the folder"),
        written_whole(tmp_path / "file" / "x"),
    ):
        pass


def test_require_names_the_stage(tmp_path):
    with pytest.raises(InputError, match="stage 3 makes it"):
        require(tmp_path / "nothing", made_by="stage 3")
    assert require(tmp_path, made_by="stage 3") == tmp_path
