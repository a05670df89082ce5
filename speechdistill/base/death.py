"""Processes that must not outlive who started them."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # of linux/prctl.h


def die_with_parent() -> None:
    """Let the kernel kill this process when its parent ends, however that ends.

    ``torchrun`` holds the lock of an experiment's folder, its processes do not: it closes their
    files. They must not write there after it. Only Linux can do this.
    """
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended just now
            os.kill(os.getpid(), signal.SIGKILL)
