"""What relates each sample to the others of its batch."""

import torch


def off_diagonal(matrix: torch.Tensor) -> torch.Tensor:
    """Leave out a square matrix's diagonal: ``(batch, batch)`` to ``(batch, batch - 1)``.

    Example
    -------
    >>> off_diagonal(torch.arange(9).reshape(3, 3))
    tensor([[1, 2],
            [3, 5],
            [6, 7]])
    """
    batch = len(matrix)
    is_other = ~torch.eye(batch, dtype=torch.bool, device=matrix.device)
    return matrix[is_other].reshape(batch, batch - 1)
