"""How a process waits and keeps memory, for tensors on CPUs."""

import ctypes
import os

# Parameters of glibc's mallopt, as in malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
LARGEST_THRESHOLD = 32 * 2**20  # that glibc takes


def tune_process() -> None:
    """Set what every command of the project runs with; to be called before torch is imported.

    Threads that wait sleep and do not spin: spinning starves whatever else runs on the machine.
    glibc keeps the pages of freed tensors, up to 32 MiB each, in place of giving them back to the
    kernel, which would clear them anew for the next. What the user has set in OMP_WAIT_POLICY or in
    glibc's MALLOC_ variables stays. tools/benchmarks/RESULTS.md has what each gains.

    Example
    -------
    >>> tune_process()
    >>> "OMP_WAIT_POLICY" in os.environ
    True
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # of glibc alone
    if mallopt is not None and not any(name.startswith("MALLOC_") for name in os.environ):
        mallopt(M_MMAP_THRESHOLD, LARGEST_THRESHOLD)
        mallopt(M_TRIM_THRESHOLD, 2**31 - 1)
