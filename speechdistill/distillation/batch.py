"""What student and teacher say of one batch."""

from dataclasses import dataclass

import torch


@dataclass
class TeacherBatch:
    """What the teacher says of the persons in a batch.

    Arguments
    ---------
    embeddings: ``(batch, items, teacher dimension)``: one or several things (images, texts) that
        the teacher saw of each person; zeros where there is no teacher.
    quality: ``(batch,)`` in [0, 1]: how far the teacher's input can be trusted, on average.
    present: ``(batch,)`` bool: False for a person of whom the teacher has seen nothing.
    """

    embeddings: torch.Tensor
    quality: torch.Tensor
    present: torch.Tensor

    def to(self, device: str | torch.device) -> "TeacherBatch":
        return TeacherBatch(
            self.embeddings.to(device), self.quality.to(device), self.present.to(device)
        )

    def select(self, rows: torch.Tensor) -> "TeacherBatch":
        """Take rows, repeated or not: augmentation makes several copies of a sample."""
        return TeacherBatch(
            taken(self.embeddings, rows), taken(self.quality, rows), taken(self.present, rows)
        )


@dataclass
class StudentBatch:
    """What the student says of a batch, who is in it, and how good its input was.

    Arguments
    ---------
    embeddings: ``(batch, student dimension)``.
    logits: ``(batch, classes)``, scaled, without margin.
    labels: int64 ``(batch,)``, columns of ``logits``.
    quality: ``(batch,)`` in [0, 1]: how far the input can be trusted.
    """

    embeddings: torch.Tensor
    logits: torch.Tensor
    labels: torch.Tensor
    quality: torch.Tensor


def taken(values: torch.Tensor, rows: torch.Tensor | None) -> torch.Tensor:
    """Take rows, int64, or all where ``rows`` is None.

    On a CPU ``values[rows]`` wakes other threads for a few rows, which takes twenty times as long.

    Example
    -------
    >>> taken(torch.tensor([3.0, 4.0, 5.0]), torch.tensor([2, 0]))
    tensor([5., 3.])
    """
    return values if rows is None else values.index_select(0, rows)
