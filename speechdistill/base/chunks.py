"""Work on chunks of arrays, on as many threads as BLAS is given."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from threadpoolctl import threadpool_info, threadpool_limits


def for_each_chunk(work: Callable[[slice], None], length: int, chunk_length: int) -> None:
    """Call ``work`` with the slices that cover ``range(length)``, on several threads.

    There are as many threads as BLAS would use (``OMP_NUM_THREADS``), and BLAS within each has one,
    so that what numpy does on one core between two matrix products runs on all of them too.

    Arguments
    ---------
    work: releases the interpreter in what costs time, as numpy does; writes its results in place.
    length: of the arrays.
    chunk_length: longest slice.

    Example
    -------
    >>> import numpy as np
    >>> squares = np.arange(5)
    >>> for_each_chunk(lambda rows: np.square(squares[rows], out=squares[rows]), 5, 2)
    >>> squares.tolist()
    [0, 1, 4, 9, 16]
    """
    chunks = [slice(start, start + chunk_length) for start in range(0, length, chunk_length)]
    if len(chunks) < 2:
        for chunk in chunks:
            work(chunk)
        return
    threads = max(
        (pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"),
        default=1,
    )
    waiting = iter(chunks)

    def work_on() -> None:
        for chunk in waiting:  # shared: each chunk goes to one thread
            work(chunk)

    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as executor:
        for worker in [executor.submit(work_on) for _ in range(threads)]:
            worker.result()
