"""Many small jobs, shared out among the processes of a job."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from speechdistill.base.parallel import parallel_map
from speechdistill.distributed.processes import gather_objects, rank, world_size

Item = TypeVar("Item")
Result = TypeVar("Result")


def shared_map(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    jobs: int,
    done: Callable[[Result], None],
) -> Iterator[Result]:
    """Yield ``function(item)`` for every item, in their order, on every process.

    Each process computes its share, by as many of its own (:func:`parallel_map`); of several, all
    results are then in memory.

    Arguments
    ---------
    function, items, jobs: see :func:`parallel_map`; the items are the same everywhere.
    done: is told each result of this process's share as it comes.

    Example
    -------
    >>> list(shared_map(abs, [-1, 2, -3], jobs=1, done=lambda result: None))
    [1, 2, 3]
    """
    if world_size() == 1:
        for result in parallel_map(function, items, jobs):
            done(result)
            yield result
        return
    own = []
    for result in parallel_map(function, islice(items, rank(), None, world_size()), jobs):
        done(result)
        own.append(result)
    shares = gather_objects(own)
    for number in range(sum(map(len, shares))):
        yield shares[number % len(shares)][number // len(shares)]
