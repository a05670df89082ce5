"""Two runs in one folder."""

import signal
import subprocess
import sys

import pytest

from speechdistill.base.errors import InputError
from speechdistill.storage.files import written_whole
from speechdistill.storage.lock import LOCK, locked
from speechdistill.storage.made_from import content_of

HOLDER = """
import sys, time
from pathlib import Path
from speechdistill.storage.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_is_refused_until_the_first_dies(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        message = f"in use by process {holder.pid} on "
        with pytest.raises(InputError, match=message), locked(tmp_path):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with locked(tmp_path):
            pass


def test_a_lock_is_no_part_of_a_folder(tmp_path):
    folder = tmp_path / "made"
    with written_whole(folder) as partial:
        partial.mkdir()
        (partial / "vectors.npy").touch()
    before = content_of(folder)
    with locked(folder):
        assert content_of(folder) == before
        with written_whole(folder) as partial:  # it replaces what is all ours
            partial.mkdir()
    (folder / LOCK).write_text("notes of the user's own\n")
    assert content_of(folder) != before
    with pytest.raises(InputError, match=r"holds \.lock"), written_whole(folder) as partial:
        partial.mkdir()
