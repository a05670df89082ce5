"""From the quality of speech and of the teacher's input to the weight of a sample in its batch."""

from collections.abc import Callable

import torch


class SpeechOnly:
    """The quality of the speech alone: for the identity loss, which needs no teacher.

    Example
    -------
    >>> SpeechOnly()(torch.tensor([0.5]), torch.tensor([torch.nan]))
    tensor([0.5000])
    """

    def __call__(self, speech: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        return speech


class Product:
    """The product of both qualities: a pair is worth little if either side is poor.

    Example
    -------
    >>> Product()(torch.tensor([0.5]), torch.tensor([0.1]))
    tensor([0.0500])
    """

    def __call__(self, speech: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        return speech * teacher


class QualityWeights:
    """Weights of a batch's samples, linear in their quality: detached, floored, of mean 1.

    ``w_i = v_i / mean_j v_j`` with ``v_i = floor + (1 - floor) q_i`` and
    ``q_i = combine(q_speech_i, q_teacher_i)``, where i and j run over the samples whose combined
    quality is known. The others (no teacher) get 1, so that the mean over the batch is 1 either
    way and the learning rate keeps its meaning. No weight is below the floor, and samples of
    equal quality have weights of exactly 1.

    After the quality-based adaptive weights of Jin et al., "Cross-Modal Distillation for Speaker
    Recognition", AAAI 2023; the linear map is ours.

    Arguments
    ---------
    floor: what quality 0 counts relative to quality 1; above 0, at most 1.
    combine: ``(q_speech, q_teacher) -> q``, each ``(batch,)``: :class:`Product` for distillation,
        :class:`SpeechOnly` for the identity loss.

    Example
    -------
    >>> weights = QualityWeights(floor=0.2, combine=Product())
    >>> weights(torch.tensor([1.0, 0.0, 0.5]), torch.tensor([1.0, 1.0, torch.nan]))
    tensor([1.6667, 0.3333, 1.0000])
    """

    def __init__(
        self, floor: float, combine: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    ) -> None:
        if not 0 < floor <= 1:
            raise ValueError(f"the floor is {floor}: give a number above 0 and at most 1")
        self.floor = floor
        self.combine = combine

    @torch.no_grad()
    def __call__(self, speech: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        """Weigh a batch.

        Arguments
        ---------
        speech: ``(batch,)`` in [0, 1].
        teacher: ``(batch,)`` in [0, 1], NaN where there is no teacher.
        """
        quality = self.combine(speech, teacher)
        is_known = ~torch.isnan(quality)
        value = self.floor + (1 - self.floor) * quality
        highest = value.masked_fill(~is_known, -torch.inf).amax()
        lowest = value.masked_fill(~is_known, torch.inf).amin()
        mean = value.nansum() / is_known.sum()
        # Rounding of the mean must not tell equal samples from ones.
        differs = is_known & (highest > lowest)
        return torch.where(differs, value / mean, torch.ones_like(value))


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
