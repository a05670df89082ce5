"""Full and closed disks, on real devices where there are some."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from speechdistill.base.errors import InputError
from speechdistill.storage.disk_errors import in_one_line, storage_errors_named
from speechdistill.storage.files import written_whole

needs_full_device = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="there is no /dev/full"
)


@needs_full_device
def test_a_write_to_a_full_device(tmp_path):
    with (
        pytest.raises(InputError, match=r"cannot write .*scores.txt: no space left on device"),
        written_whole(tmp_path / "scores.txt") as partial,
    ):
        partial.symlink_to("/dev/full")
        partial.write_text("0.5")
    assert not list(tmp_path.iterdir())


def write_array(path):
    np.save(path, np.zeros(10_000))


def write_tensor(path):
    torch.save(torch.zeros(10_000), path)


def write_audio(path):
    soundfile.write(path, np.zeros(100_000), 16000, format="WAV")


@needs_full_device
@pytest.mark.parametrize("write", [write_array, write_tensor, write_audio])
def test_libraries_that_do_not_say_why(tmp_path, monkeypatch, write):
    """What they raise names no cause: that the disk is full does."""
    path = tmp_path / "vectors.npy"
    path.symlink_to("/dev/full")
    status = os.statvfs(tmp_path)
    with pytest.raises(Exception) as as_it_is, storage_errors_named(path):
        write(path)
    assert getattr(as_it_is.value, "errno", None) != errno.ENOSPC
    full = os.statvfs_result((*status[:3], 0, 0, *status[5:]))
    monkeypatch.setattr(os, "statvfs", lambda folder: full)
    with pytest.raises(InputError, match="no space left on device"), storage_errors_named(path):
        write(path)


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.EROFS, "read-only file system: give another folder"),
        (errno.EDQUOT, "disk quota exceeded: free some"),
        (errno.EACCES, "permission denied: allow it"),
    ],
)
def test_what_the_disk_refuses(tmp_path, number, message):
    with (
        pytest.raises(InputError, match=message) as caught,
        storage_errors_named(tmp_path / "here"),
    ):
        raise OSError(number, os.strerror(number), "elsewhere")
    assert str(tmp_path / "here") in str(caught.value)


def test_a_killed_reader_is_said_in_one_line():
    error = RuntimeError("DataLoader worker (pid 7) is killed by signal: Killed. ")
    assert "--num_workers" in in_one_line(error)
    assert in_one_line(RuntimeError("another")) is None


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENAMETOOLONG, "file name too long: give a shorter name"),
        (errno.EMFILE, "too many open files: allow more"),
        (errno.EIO, "input/output error: the disk fails"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_in_one_line(number, said):
    line = in_one_line(OSError(number, os.strerror(number), "x" * 999))
    assert said in line and len(line) < 400
    assert said in in_one_line(OSError(number, os.strerror(number)))
    assert in_one_line(FileNotFoundError(errno.ENOENT, "No such file", "x")) is None


@pytest.mark.parametrize(
    "error",
    [
        MemoryError("Unable to allocate 7.28 TiB"),
        MemoryError(),
        type("OutOfMemoryError", (RuntimeError,), {})("CUDA out of memory. Tried to allocate"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"),
    ],
)
def test_no_memory_is_said_in_one_line(error):
    line = in_one_line(error)
    assert line.startswith("out of memory") and "smaller batches" in line and "\n" not in line


@pytest.mark.parametrize(
    "error",
    [ValueError("no"), OSError(errno.EIO, "broken"), InputError("known"), KeyboardInterrupt()],
)
def test_all_else_passes(tmp_path, error):
    with pytest.raises(type(error)) as caught, storage_errors_named(tmp_path / "here"):
        raise error
    assert caught.value is error
