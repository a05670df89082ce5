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


class Difference:
    """How much better the teacher's input is: ``relu(slope (q_teacher - q_student) + offset)``.

    A pair is worth most where the teacher sees well and the student hears poorly, and nothing from
    ``q_student - q_teacher = offset / slope`` on, where the student has more to go by. Only that
    threshold matters to :class:`QualityWeights` with floor 0 and the linear map, which bring the
    mean to 1. At most ``slope + offset``; other maps want qualities and would lift the zeros.

    Source: Jin et al., "Cross-Modal Distillation for Speaker Recognition", AAAI 2023, the figure of
    the framework: a straight line that rises in the difference, is positive where both are equal,
    and ends at 0. The figure has no numbers.

    Arguments
    ---------
    slope: above 0, per unit of quality.
    offset: what a pair of equal qualities is worth; above ``-slope``, where no pair is worth
        anything. The paper's is positive.

    Example
    -------
    >>> Difference(offset=0.25)(torch.tensor([0.2, 0.5, 0.9]), torch.tensor([0.8, 0.5, 0.1]))
    tensor([0.8500, 0.2500, 0.0000])
    """

    def __init__(self, slope: float = 1.0, offset: float = 0.5) -> None:
        if not (slope > 0 and offset > -slope):
            raise ValueError(
                f"slope {slope} and offset {offset}: give a slope above 0, an offset above -slope"
            )
        self.slope = slope
        self.offset = offset

    def __call__(self, student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.slope * (teacher - student) + self.offset)


class QualityWeights:
    """Weights of a batch's samples by their quality: detached, floored, of mean 1.

    ``w_i = v_i / mean_j v_j`` with ``v_i = floor + (1 - floor) map(q)_i`` and
    ``q_i = combine(q_student_i, q_teacher_i)``, where i and j run over the samples whose combined
    quality is known. The others (no teacher) get 1, so that the mean over the batch is 1 either
    way and the learning rate keeps its meaning. No weight is below the floor, and samples of
    equal quality have weights of exactly 1.

    With floor 0 every ``v_i`` of a batch may be 0: then all their weights are 0, and what they
    weigh drops out of the loss. Where few ``v_i`` are above 0, these carry the whole batch; see
    :func:`effective_sample_size`.

    After the quality-based adaptive weights of Jin et al., "Cross-Modal Distillation for Speaker
    Recognition", AAAI 2023, whose combination is :class:`Difference`; the other combinations, the
    maps, the floor and the mean of 1 are ours.

    Arguments
    ---------
    floor: in [0, 1], what a sample that the map counts as 0 counts relative to one of 1.
    combine: ``(q_student, q_teacher) -> q``, each ``(batch,)``: :class:`Difference`,
        :class:`Product` or :class:`Minimum` for distillation, :class:`StudentOnly` for the
        identity loss.
    map: ``q -> [0, 1]``, both ``(batch,)``, of :mod:`speechdistill.distillation.quality_maps`.

    Example
    -------
    >>> weights = QualityWeights(floor=0.2, combine=Product())
    >>> weights(torch.tensor([1.0, 0.0, 0.5]), torch.tensor([1.0, 1.0, torch.nan]))
    tensor([1.6667, 0.3333, 1.0000])
    >>> weights = QualityWeights(floor=0.0, combine=Difference(offset=0.0))
    >>> weights(torch.tensor([0.2, 0.9]), torch.tensor([0.8, 0.9]))
    tensor([2., 0.])
    >>> weights(torch.tensor([0.9, 0.9]), torch.tensor([0.8, 0.9]))
    tensor([0., 0.])
    """

    def __init__(
        self,
        floor: float,
        combine: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
        map: QualityMap = LINEAR,
    ) -> None:
        if not 0 <= floor <= 1:
            raise ValueError(f"the floor is {floor}: give a number in [0, 1]")
        self.floor = floor
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
        is_known = ~torch.isnan(quality)
        if is_known.all():  # nearly always: each small step counts beside a small student
            return self._weights(quality)
        weights = torch.ones_like(quality)
        # Rows, not a mask, which is searched for them each time that it selects.
        rows = torch.nonzero(is_known).squeeze(1)
        if len(rows) == 0:
            return weights
        return weights.index_copy(0, rows, self._weights(quality.index_select(0, rows)))

    def _weights(self, quality: torch.Tensor) -> torch.Tensor:
        value = floored(self.map(quality), self.floor)
        mean = value.mean()
        # Dividing by less would overflow.
        if mean < torch.finfo(value.dtype).tiny:
            return torch.zeros_like(value)
        # Rounding of the mean must not tell equal samples from ones.
        lowest, highest = quality.aminmax()
        return value / mean if highest > lowest else torch.ones_like(value)


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
