"""The Huber loss of relations, free within a margin."""

import torch
from torch.nn import functional


def soft_huber(student: torch.Tensor, teacher: torch.Tensor, margin: float) -> torch.Tensor:
    """``huber(relu(|student - teacher| - margin))``, elementwise, for tensors of one shape.

    ``huber(e) = e^2/2`` for ``|e| <= 1``, ``|e| - 1/2`` beyond; with margin 0 it is torch's.

    Example
    -------
    >>> soft_huber(torch.tensor([0.5, 1.0, 3.0]), torch.zeros(3), margin=0.6)
    tensor([0.0000, 0.0800, 1.9000])
    """
    if margin == 0:  # saves three tensors of the size of the relations, batch^3 for angles
        return functional.huber_loss(student, teacher, reduction="none")
    beyond = torch.relu((student - teacher).abs() - margin)
    return functional.huber_loss(beyond, torch.zeros_like(beyond), reduction="none")


def checked_margin(margin: float) -> float:
    """Return ``margin``; raise a ValueError if it is negative or no number."""
    if not margin >= 0:
        raise ValueError(f"the margin must not be negative: {margin}")
    return margin
