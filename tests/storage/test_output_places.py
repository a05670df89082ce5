"""Nothing is lost: what an output may replace, and what it must not."""

import os
import socket
import stat
import subprocess
import sys
import threading

import pytest

from speechdistill.base.errors import InputError
from speechdistill.storage.files import written_whole
from speechdistill.storage.folder_marks import MARK
from speechdistill.storage.output_places import check_output


def write_file(path, text="new"):
    with written_whole(path) as partial:
        partial.write_text(text)


def write_folder(path, name="new", besides=()):
    with written_whole(path, besides) as partial:
        (partial / "inner").mkdir(parents=True)
        (partial / "inner" / name).write_text(name)


def contents(folder):
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MARK)
    return sorted(str(path.relative_to(folder)) for path in files)


@pytest.mark.parametrize("write", [write_file, write_folder])
def test_a_folder_of_somebody_else_stays(tmp_path, write):
    (tmp_path / "results" / "deep").mkdir(parents=True)
    (tmp_path / "results" / "deep" / "thesis.txt").write_text("years")
    with pytest.raises(InputError, match=r"the folder .*results holds deep, which") as error:
        write(tmp_path / "results")
    assert "\n" not in str(error.value)
    assert (tmp_path / "results" / "deep" / "thesis.txt").read_text() == "years"
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_an_empty_folder_becomes_the_output_but_no_file(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="is a folder, and the output a file"):
        write_file(tmp_path / "empty")
    write_folder(tmp_path / "empty")
    assert contents(tmp_path / "empty") == ["inner/new"]


def test_a_folder_of_ours_is_replaced_by_a_folder_alone(tmp_path):
    write_folder(tmp_path / "made", "one")
    write_folder(tmp_path / "made", "two")
    assert contents(tmp_path / "made") == ["inner/two"]
    with pytest.raises(InputError, match="is a folder, and the output a file"):
        write_file(tmp_path / "made")
    assert contents(tmp_path / "made") == ["inner/two"]


@pytest.mark.parametrize("place", ["mine.txt", "inner/mine.txt", "own/mine.txt"])
def test_what_the_user_put_into_a_folder_of_ours_stays(tmp_path, place):
    write_folder(tmp_path / "made")
    (tmp_path / "made" / place).parent.mkdir(exist_ok=True)
    (tmp_path / "made" / place).write_text("notes")
    with pytest.raises(InputError, match=f"holds {place}, which speechdistill did not write"):
        write_folder(tmp_path / "made")
    assert (tmp_path / "made" / place).read_text() == "notes"


def test_a_mark_proves_nothing_of_other_files(tmp_path):
    write_folder(tmp_path / "made")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / MARK).write_bytes((tmp_path / "made" / MARK).read_bytes())
    (tmp_path / "other" / "thesis.txt").write_text("years")
    with pytest.raises(InputError, match=r"holds thesis\.txt"):
        write_folder(tmp_path / "other")


def test_what_was_added_by_this_program_is_replaced_with_the_folder(tmp_path):
    made = tmp_path / "made"
    write_folder(made)
    write_file(made / "later" / "file")
    write_folder(made / "inner" / "part", "a")
    write_folder(made / "inner" / "part", "b")
    write_folder(made, "next")
    assert contents(made) == ["inner/next"]


def test_names_that_the_caller_writes_before(tmp_path):
    write_file(tmp_path / "quality" / "skipped.tsv")
    with pytest.raises(InputError, match=r"holds skipped\.tsv"):
        write_folder(tmp_path / "quality")
    write_folder(tmp_path / "quality", besides=["skipped.tsv"])
    assert contents(tmp_path / "quality") == ["inner/new"]


def test_a_link_stays_and_its_target_is_written(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "scores").write_text("old")
    for name, target in (("link", "far/scores"), ("dangling", "far/fresh"), ("folder", "far/f")):
        (tmp_path / name).symlink_to(target)
    write_file(tmp_path / "link")
    write_file(tmp_path / "dangling")
    write_folder(tmp_path / "folder")
    assert (tmp_path / "far" / "scores").read_text() == "new"
    assert (tmp_path / "far" / "fresh").read_text() == "new"
    assert contents(tmp_path / "far" / "f") == ["inner/new"]
    assert all((tmp_path / name).is_symlink() for name in ("link", "dangling", "folder"))


def test_links_in_a_circle(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(InputError, match="cannot write"):
        write_file(tmp_path / "a")


def test_a_pipe_is_written_to(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="let something read it"):
        write_file(tmp_path / "pipe")
    found = []
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(reader, True)

    def read():
        with os.fdopen(reader, "rb") as pipe:
            found.append(pipe.read())

    thread = threading.Thread(target=read)
    text = "new" * 100_000
    with written_whole(tmp_path / "pipe") as partial:
        thread.start()
        partial.write_text(text)
    thread.join()
    assert found == [text.encode()]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_a_socket_stays(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as found:
        found.bind("socket")
        with pytest.raises(InputError, match="is no plain file that can be replaced"):
            write_file(tmp_path / "socket")
    assert stat.S_ISSOCK((tmp_path / "socket").stat().st_mode)


def test_standard_output_and_nothing():
    code = (
        "from speechdistill.storage.files import written_whole\n"
        "for path in ('/dev/stdout', '/dev/null'):\n"
        "    with written_whole(path) as partial: partial.write_text(path)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b"/dev/stdout"


def test_standard_output_into_a_file_is_added_to(tmp_path):
    code = "with written_whole('/dev/stdout') as partial: partial.write_text('scores')"
    code = (
        "from speechdistill.storage.files import written_whole\n"
        f"print('log', flush=True)\n{code}\nprint('', 'end', sep='\\n')"
    )
    with (tmp_path / "out").open("wb") as out:
        subprocess.run([sys.executable, "-c", code], stdout=out, check=True)
    assert (tmp_path / "out").read_text() == "log\nscores\nend\n"


def test_a_file_keeps_its_mode(tmp_path):
    (tmp_path / "scores").write_text("old")
    (tmp_path / "scores").chmod(0o600)
    write_file(tmp_path / "scores")
    assert stat.S_IMODE((tmp_path / "scores").stat().st_mode) == 0o600


def test_an_output_that_is_an_input_is_refused(tmp_path):
    given = tmp_path / "trials"
    given.write_text("1 a b\n")
    (tmp_path / "link").symlink_to(given)
    (tmp_path / "hard").hardlink_to(given)
    for path in (given, tmp_path / "link", tmp_path / "hard", tmp_path / "." / "trials"):
        with pytest.raises(InputError, match=r"--output: .* is the input"):
            check_output(path, [None, tmp_path / "absent", given])
    check_output(tmp_path / "new", [given])


def test_an_output_that_is_part_of_an_input_or_around_it(tmp_path):
    source = tmp_path / "audio"
    write_folder(source, "a.wav")
    inner = source / "inner" / "a.wav"
    (tmp_path / "other.wav").hardlink_to(inner)
    for path in (inner, tmp_path / "other.wav"):
        with pytest.raises(InputError, match="is a part of the input"):
            check_output(path, [source])
    for path, given in ((source, source), (source, inner), (source / "inner", source)):
        with pytest.raises(InputError, match=r"is the input|lies in|is a part of the input"):
            check_output(path, [given], is_folder=True)
    check_output(source / "scores.txt", [source])
