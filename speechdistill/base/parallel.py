"""Many small jobs on several processes, results in order, memory bounded."""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import TypeVar

from speechdistill.base.errors import InputError

Item = TypeVar("Item")
Result = TypeVar("Result")


def parallel_map(
    function: Callable[[Item], Result], items: Iterable[Item], jobs: int
) -> Iterator[Result]:
    """Yield ``function(item)`` for every item, in their order, computed by ``jobs`` processes.

    Only a few jobs per process are under way at a time, so neither the items nor the results
    need to fit in memory. One job means no extra process.

    Arguments
    ---------
    function: a function of a module (processes find it by name) or a ``functools.partial`` of one.
    items: anything that can be sent to a process.
    jobs: number of processes.

    Raises
    ------
    InputError: a process was killed, by the system for lack of memory as a rule.

    Example
    -------
    >>> list(parallel_map(abs, [-1, 2, -3], jobs=2))
    [1, 2, 3]
    """
    if jobs <= 1:
        yield from map(function, items)
        return
    waiting = iter(items)
    executor = ProcessPoolExecutor(jobs, initializer=end_with_parent)
    try:
        under_way: deque[Future[Result]] = deque(
            executor.submit(function, item) for item in islice(waiting, 4 * jobs)
        )
        while under_way:
            result = under_way.popleft().result()
            under_way.extend(executor.submit(function, item) for item in islice(waiting, 1))
            yield result
    except BrokenProcessPool as error:
        raise InputError(
            f"one of {jobs} worker processes was killed (out of memory?): give fewer with --nj, or "
            "more memory, and run the same command again"
        ) from error
    finally:
        executor.shutdown(cancel_futures=True)


def available_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def end_with_parent() -> None:
    """Let a killed run leave no process behind: idle workers would wait for jobs forever."""
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
