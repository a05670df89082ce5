"""What is too small to be shared out, or must come to the same bits in a worker of one thread."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch compute with one thread: how it shares out a sum changes its rounding.

    Example
    -------
    >>> before = torch.get_num_threads()
    >>> with one_thread():
    ...     torch.get_num_threads()
    1
    >>> torch.get_num_threads() == before
    True
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def by_one_thread(function: Callable[..., torch.Tensor], *inputs: torch.Tensor) -> torch.Tensor:
    """Return ``function(*inputs)``, which one thread computes, and later its gradient.

    Where a gradient passes back from what this returns to ``inputs`` on a CPU, the threads that
    there are now compute what lies beyond.

    Example
    -------
    >>> x = torch.ones(2, requires_grad=True)
    >>> by_one_thread(lambda x: (x * x).sum(), x).backward()
    >>> x.grad
    tensor([2., 2.])
    """
    threads = torch.get_num_threads()
    with one_thread():
        inputs = _ThreadsOfGradient.apply(threads, *inputs)
        (output,) = _ThreadsOfGradient.apply(1, function(*inputs))
    return output


class _ThreadsOfGradient(torch.autograd.Function):
    """Pass values on; from where their gradient has come back to, ``threads`` compute on."""

    @staticmethod
    def forward(ctx: Any, threads: int, *values: torch.Tensor) -> tuple[torch.Tensor, ...]:
        ctx.threads = threads
        ctx.set_materialize_grads(False)
        return tuple(value.view_as(value) for value in values)

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        torch.set_num_threads(ctx.threads)
        return None, *gradients
