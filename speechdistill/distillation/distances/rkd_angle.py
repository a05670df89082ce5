"""Relational distillation by angles: in which directions the others of a batch lie."""

import torch

from speechdistill.distillation.arithmetic.full_precision import full_precision
from speechdistill.distillation.arithmetic.soft_huber import checked_margin, soft_huber

UNITS = ("cosine", "radians")


class RKDAngle(torch.nn.Module):
    """How much the angles that a sample makes with pairs of others differ, per sample.

    ``d_i = mean_{j, k} huber(relu(|psi^S_jik - psi^T_jik| - m))`` over the pairs j != k of other
    samples, with ``psi_jik = cos angle(x_j, x_i, x_k) = <e_ij, e_ik>``,
    ``e_ij = (x_j - x_i) / |x_j - x_i|``, and ``huber(e) = e^2/2`` for ``|e| <= 1``, ``|e| - 1/2``
    beyond. It does not change where all of the student's or all of the teacher's embeddings are
    rotated, moved or scaled alike. At most 3/2.

    The margin m leaves each angle free near the teacher's, where that of a
    :class:`~speechdistill.distillation.SoftConstraint` leaves a sample free whose angles are near
    the teacher's on average. In radians ``psi_jik`` is the angle alpha itself: free within
    ``alpha +- m``. Then d_i is at most pi - 1/2, and an angle within 0.001 (in float32) of 0 or pi
    counts as 0.001 away from it and sends no gradient.

    Where an embedding coincides with that of i, as the teacher's do for two utterances of one
    person under the pairing ``person_mean``, there is no angle, and the pair is left out; d_i = 0
    if none remains, as in a batch of two.

    Takes memory in ``batch^3`` and ``batch^2 dimension``.

    Source: Park, Kim, Lu, Cho, "Relational Knowledge Distillation", CVPR 2019, section 3.2.2, as
    the mean over triplets where the paper has their sum. The margin in radians: Jin et al.,
    "Cross-Modal Distillation for Speaker Recognition", AAAI 2023, the figure of the framework,
    which draws it but gives neither its size nor the loss beyond; in cosines it is ours.

    Arguments
    ---------
    margin: m >= 0, in the unit of psi.
    unit: of psi: ``cosine`` of the angle (Park et al.), or ``radians``.

    Example
    -------
    >>> distance = RKDAngle()
    >>> teacher = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> distance(2 * teacher + 1, teacher)
    tensor([0., 0., 0.])
    >>> student = torch.tensor([[0.0], [1.0], [2.0]])
    >>> distance(student, teacher)
    tensor([0.5000, 1.2071, 0.0429])
    >>> RKDAngle(margin=0.8, unit="radians")(student, teacher)
    tensor([0.2963, 1.0552, 0.0000])
    """

    level = "relational"

    def __init__(self, margin: float = 0.0, unit: str = "cosine") -> None:
        super().__init__()
        if unit not in UNITS:
            raise ValueError(f"unknown unit {unit} of angles: take one of {', '.join(UNITS)}")
        self.margin = checked_margin(margin)
        self.unit = unit

    @full_precision
    def forward(self, student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        """Compare ``(batch, student dimension)`` and ``(batch, teacher dimension)``.

        Return ``(batch,)``.
        """
        student_directions, is_apart_in_student = _directions(student)
        teacher_directions, is_apart_in_teacher = _directions(teacher)
        is_apart = is_apart_in_student & is_apart_in_teacher
        is_angle = is_apart.unsqueeze(2) & is_apart.unsqueeze(1)
        is_angle &= ~torch.eye(len(student), dtype=torch.bool, device=student.device)
        relation = _cosines if self.unit == "cosine" else _angles
        difference = soft_huber(
            relation(student_directions), relation(teacher_directions), self.margin
        )
        total = torch.where(is_angle, difference, 0).sum(dim=(1, 2))
        return total / is_angle.sum(dim=(1, 2)).clamp(min=1)


def _directions(embeddings: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the unit vectors from i to j, ``(batch, batch, dimension)``, and where there is one.

    A difference within rounding has no direction; dividing by it would blow up the gradient.
    """
    difference = embeddings.unsqueeze(0) - embeddings.unsqueeze(1)
    length = torch.linalg.vector_norm(difference, dim=2)
    size = torch.linalg.vector_norm(embeddings, dim=1).detach()
    rounding = torch.finfo(embeddings.dtype).eps * (size.unsqueeze(0) + size.unsqueeze(1))
    is_apart = length > rounding
    unit = difference / torch.where(is_apart, length, 1).unsqueeze(2)
    return torch.where(is_apart.unsqueeze(2), unit, 0), is_apart


def _cosines(directions: torch.Tensor) -> torch.Tensor:
    return directions @ directions.transpose(1, 2)


def _angles(directions: torch.Tensor) -> torch.Tensor:
    cosines = _cosines(directions)
    # The slope of acos has no end at 1, where rounding decides about the angle.
    largest = 1 - 4 * torch.finfo(cosines.dtype).eps
    return cosines.clamp(-largest, largest).acos()
