"""Long jobs on processes that live as long as there are jobs; one that dies costs its job alone."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from speechdistill.base.parallel import available_cores, end_with_parent

Item = TypeVar("Item")


def run_on_workers(
    function: Callable[[Item], str | None],
    items: Iterable[Item],
    jobs: int,
    prepare: Callable[[], None],
    is_ready: Callable[[Item], bool] = lambda item: True,
) -> Iterator[tuple[Item, str | None, float]]:
    """Yield every item with what went wrong with it, or None, and its seconds, as they end.

    Imports, threads and GPU memory of a process outlast an item: only the first item of a process
    pays for them. A process that dies is replaced. All end with the process that started them.

    Arguments
    ---------
    function: says what went wrong with an item, or None; of a module, as is ``prepare``.
    items: anything that can be sent to a process, the first to be done first.
    jobs: number of processes, which share the cores: OMP_NUM_THREADS of the environment says
        otherwise.
    prepare: called once in each process, before its first item.
    is_ready: whether an item may be begun; asked again after each that has ended. Where no item
        is and none is being worked on, the first one is begun all the same.
    """
    waiting = list(items)
    workers = [_Worker(function, prepare, jobs) for _ in range(min(jobs, len(waiting)))]
    busy: dict[Any, tuple[_Worker, Item, float]] = {}
    try:
        while waiting or busy:
            while workers and (place := _next(waiting, is_ready, bool(busy))) is not None:
                worker, item = workers.pop(), waiting.pop(place)
                if not worker.process.is_alive():
                    worker = _Worker(function, prepare, jobs)
                busy[worker.connection] = worker, item, time.monotonic()
                worker.connection.send([item])
            for connection in wait(busy):
                worker, item, began = busy.pop(connection)
                workers.append(worker)
                yield item, worker.answer(), time.monotonic() - began
    finally:
        for worker in workers:
            worker.end()
        for worker, *_ in busy.values():
            worker.process.terminate()


def _next(waiting: list[Item], is_ready: Callable[[Item], bool], may_wait: bool) -> int | None:
    """Return the place of the first item that is ready; of the first one if waiting is in vain."""
    ready = (place for place, item in enumerate(waiting) if is_ready(item))
    return next(ready, None if may_wait or not waiting else 0)


class _Worker:
    def __init__(
        self, function: Callable[[Item], str | None], prepare: Callable[[], None], jobs: int
    ) -> None:
        # A fork would copy the locks of threads that it does not copy; and CUDA forbids it.
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, function, prepare))
        threads = os.environ.get("OMP_NUM_THREADS")
        os.environ["OMP_NUM_THREADS"] = threads or str(max(1, available_cores() // jobs))
        try:
            self.process.start()
        finally:
            if threads is None:
                del os.environ["OMP_NUM_THREADS"]
        theirs.close()

    def end(self) -> None:
        """Let an idle process end by itself, which frees what it holds, such as tqdm's lock."""
        with suppress(ConnectionError):  # it has ended
            self.connection.send([])

    def answer(self) -> str | None:
        try:
            return self.connection.recv()
        except (EOFError, ConnectionError):
            self.process.join()
            code = self.process.exitcode or 0
            how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            return f"the process ended with {how}"


def _work(
    connection: Connection, function: Callable[[Item], str | None], prepare: Callable[[], None]
) -> None:
    end_with_parent()
    prepare()
    while items := connection.recv():  # none at the end
        connection.send(function(*items))
