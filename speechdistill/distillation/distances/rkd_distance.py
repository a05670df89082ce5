"""Relational distillation by distances: how far apart the samples of a batch are."""

import torch

from speechdistill.distillation.arithmetic.full_precision import full_precision
from speechdistill.distillation.arithmetic.off_diagonal import off_diagonal
from speechdistill.distillation.arithmetic.soft_huber import checked_margin, soft_huber


class RKDDistance(torch.nn.Module):
    """How much a sample's relative distances to the others differ between student and teacher.

    ``d_i = 1/(b-1) sum_{j != i} huber(relu(|psi^S_ij - psi^T_ij| - m))`` with
    ``psi_ij = |x_i - x_j| / mu``, mu the mean of ``|x_k - x_l|`` over the batch's pairs, and
    ``huber(e) = e^2/2`` for ``|e| <= 1``, ``|e| - 1/2`` beyond. The margin m leaves each pair free
    near the teacher's, where that of a :class:`~speechdistill.distillation.SoftConstraint` leaves
    a sample free whose pairs are near the teacher's on average. It does not change where all of the
    student's or all of the teacher's embeddings are rotated, moved or scaled alike; 0 for a batch
    of one.

    Source: Park, Kim, Lu, Cho, "Relational Knowledge Distillation", CVPR 2019, section 3.2.1,
    equations 5 to 8, as the mean over pairs where the paper has their sum; the margin is ours,
    after that of angles (:class:`RKDAngle <speechdistill.distillation.distances.RKDAngle>`).

    Arguments
    ---------
    margin: m >= 0, a ratio of distances: 0.1 is a tenth of the batch's mean distance.

    Example
    -------
    >>> distance = RKDDistance()
    >>> teacher = torch.tensor([[0.0], [1.0], [2.0]])
    >>> distance(3 * teacher + 1, teacher)
    tensor([0., 0., 0.])
    >>> student = torch.tensor([[0.0], [2.0], [1.0]])
    >>> distance(student, teacher)
    tensor([0.2812, 0.1406, 0.1406])
    >>> RKDDistance(margin=0.75)(student, teacher)
    tensor([0., 0., 0.])
    """

    level = "relational"

    def __init__(self, margin: float = 0.0) -> None:
        super().__init__()
        self.margin = checked_margin(margin)

    @full_precision
    def forward(self, student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        """Compare ``(batch, student dimension)`` and ``(batch, teacher dimension)``.

        Return ``(batch,)``.
        """
        difference = soft_huber(
            _relative_distances(student), _relative_distances(teacher), self.margin
        )
        return difference.sum(dim=1) / max(len(student) - 1, 1)


def _relative_distances(embeddings: torch.Tensor) -> torch.Tensor:
    # By matrix products the distances of near embeddings would be rounding errors.
    distances = torch.cdist(embeddings, embeddings, compute_mode="donot_use_mm_for_euclid_dist")
    others = off_diagonal(distances)
    mean = others.sum() / max(others.numel(), 1)
    return others / torch.where(mean > 0, mean, 1)
