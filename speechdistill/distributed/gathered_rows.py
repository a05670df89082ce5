"""The batches of all processes as one: what a loss over the whole batch is computed from."""

import torch
import torch.distributed

from speechdistill.distributed.processes import rank, world_size


def gathered_rows(rows: torch.Tensor) -> torch.Tensor:
    """Join the rows of all processes, in their order; gradients reach each process's own rows.

    Every process gets the same batch and computes the same loss from it: also one that compares
    samples with each other, or weighs them by the mean of the batch. The gradient of that loss
    towards this process's rows is scaled by the number of processes, so that the mean over
    processes, which DistributedDataParallel takes of the encoder's gradients, is the gradient of
    the loss over the whole batch.

    Arguments
    ---------
    rows: ``(batch, ...)``; batch sizes may differ, dtypes and other sizes may not.

    Returns
    -------
    ``(batches of all processes, ...)``.

    Example
    -------
    >>> gathered_rows(torch.ones(2, 3)).shape
    torch.Size([2, 3])
    """
    if world_size() == 1:
        return rows
    counts = [torch.zeros(1, dtype=torch.int64, device=rows.device) for _ in range(world_size())]
    torch.distributed.all_gather(counts, torch.tensor([len(rows)], device=rows.device))
    return _GatheredRows.apply(rows, [int(count) for count in counts])


class _GatheredRows(torch.autograd.Function):
    @staticmethod
    def forward(context, rows: torch.Tensor, counts: list[int]) -> torch.Tensor:
        context.counts = counts
        # Collectives want equal sizes, and gloo knows neither bool nor bfloat16.
        exact = rows.to(torch.uint8 if rows.dtype == torch.bool else _wider(rows.dtype))
        padded = exact.new_zeros(max(counts), *rows.shape[1:])
        padded[: len(rows)] = exact
        parts = [torch.empty_like(padded) for _ in counts]
        torch.distributed.all_gather(parts, padded)
        joined = torch.cat([part[:count] for part, count in zip(parts, counts, strict=True)])
        return joined.to(rows.dtype)

    @staticmethod
    def backward(context, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        start = sum(context.counts[: rank()])
        own = gradient[start : start + context.counts[rank()]]
        return own * len(context.counts), None


def _wider(dtype: torch.dtype) -> torch.dtype:
    return torch.float32 if dtype in (torch.bfloat16, torch.float16) else dtype
