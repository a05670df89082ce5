"""Processes of a launcher end with it: they do not hold the lock that it holds."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PARENT = """
import subprocess, sys, time
child = "import time; from speechdistill.base.death import die_with_parent\\n"
child += "die_with_parent(); print('ready', flush=True); time.sleep(60)"
print(subprocess.Popen([sys.executable, "-c", child]).pid, flush=True)
time.sleep(60)
"""


def test_a_process_ends_with_its_parent():
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True
    ) as parent:
        child = int(parent.stdout.readline())
        assert parent.stdout.readline() == "ready\n"
        os.kill(child, 0)
        os.kill(parent.pid, signal.SIGKILL)
    for _ in range(100):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        if _is_zombie(child):
            return
        time.sleep(0.05)
    raise AssertionError("the process outlived its parent")


def _is_zombie(process):
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
