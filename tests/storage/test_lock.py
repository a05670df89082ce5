"""Two runs in one folder."""

import signal
import subprocess
import sys

import pytest

from speechdistill.base.errors import InputError
from speechdistill.storage.lock import locked

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
