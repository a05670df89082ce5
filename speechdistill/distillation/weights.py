"""From the quality of the student's and the teacher's input to a sample's weight in its batch."""

from collections.abc import Callable

import torch

from speechdistill.distillation.quality_maps import LINEAR, QualityMap


class StudentOnly:
    """The quality of what the student perceives: for the identity loss, which needs no teacher.

    Example
    -------
    >>> StudentOnly()(torch.tensor([0.5]), torch.tensor([torch.nan]))
    tensor([0.5000])
    """

    def __call__(self, student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        return student


class Product:
    """The product of both qualities: a pair is worth little if either side is poor.

    Example
    -------
    >>> Product()(torch.tensor([0.5]), torch.tensor([0.1]))
    tensor([0.0500])
    """

    def __call__(self, student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        return student * teacher


class Minimum:
    """The lower of both qualities: a pair is worth what its poorer side is.

    Example
    -------
    >>> Minimum()(torch.tensor([0.5]), torch.tensor([0.1]))
    tensor([0.1000])
    """

    def __call__(self, student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        return torch.minimum(student, teacher)


class QualityWeights:
    """Weights of a batch's samples by their quality: detached, floored, of mean 1.

    ``w_i = v_i / mean_j v_j`` with ``v_i = floor + (1 - floor) map(q)_i`` and
    ``q_i = combine(q_student_i, q_teacher_i)``, where i and j run over the samples whose combined
    quality is known. The others (no teacher) get 1, so that the mean over the batch is 1 either
    way and the learning rate keeps its meaning. No weight is below the floor, and samples of
    equal quality have weights of exactly 1.

    After the quality-based adaptive weights of Jin et al., "Cross-Modal Distillation for Speaker
    Recognition", AAAI 2023; the maps are ours.

    Arguments
    ---------
    floor: what a sample that the map counts as 0 counts relative to one of 1; above 0, at most 1.
    combine: ``(q_student, q_teacher) -> q``, each ``(batch,)``: :class:`Product` or
        :class:`Minimum` for distillation, :class:`StudentOnly` for the identity loss.
    map: ``q -> [0, 1]``, both ``(batch,)``, of :mod:`speechdistill.distillation.quality_maps`.

    Example
    -------
    >>> weights = QualityWeights(floor=0.2, combine=Product())
    >>> weights(torch.tensor([1.0, 0.0, 0.5]), torch.tensor([1.0, 1.0, torch.nan]))
    tensor([1.6667, 0.3333, 1.0000])
    """

    def __init__(
        self,
        floor: float,
        combine: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
        map: QualityMap = LINEAR,
    ) -> None:
        self.floor = checked_floor(floor)
        self.combine = combine
        self.map = map

    @torch.no_grad()
    def __call__(self, student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        """Weigh a batch.

        Arguments
        ---------
        student: ``(batch,)`` in [0, 1].
        teacher: ``(batch,)`` in [0, 1], NaN where there is no teacher.
        """
        quality = self.combine(student, teacher)
        weights = torch.ones_like(quality)
        is_known = ~torch.isnan(quality)
        known = quality[is_known]
        # Rounding of the mean must not tell equal samples from ones.
        if len(known) and known.max() > known.min():
            value = floored(self.map(known), self.floor)
            weights[is_known] = value / value.mean()
        return weights


def checked_floor(floor: float) -> float:
    """Return ``floor``; raise a ValueError if it is not above 0 and at most 1."""
    if not 0 < floor <= 1:
        raise ValueError(f"the floor is {floor}: give a number above 0 and at most 1")
    return floor


def floored(value: torch.Tensor, floor: float) -> torch.Tensor:
    """``floor + (1 - floor) value``: from [0, 1] to [floor, 1].

    Example
    -------
    >>> floored(torch.tensor([0.0, 1.0]), floor=0.2)
    tensor([0.2000, 1.0000])
    """
    return floor + (1 - floor) * value


def effective_sample_size(weights: torch.Tensor) -> torch.Tensor:
    """How many equally weighted samples carry as much: ``(sum w)^2 / sum w^2``.

    Source: Kish, "Survey Sampling", Wiley 1965.

    Example
    -------
    >>> effective_sample_size(torch.tensor([1.0, 1.0, 0.0]))
    tensor(2.)
    """
    squares = weights.square().sum()
    return weights.sum().square() / squares.clamp(min=torch.finfo(weights.dtype).tiny)
