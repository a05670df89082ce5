"""The logits of AAM-softmax, with a margin that may rise and a penalty on the nearest others."""

import math
from collections.abc import Callable

import torch
from speechbrain.nnet.losses import AdditiveAngularMargin

from speechdistill.identity.inter_top_k import InterTopK
from speechdistill.identity.margin_schedule import MarginSchedule


class AamLogits(torch.nn.Module):
    """SpeechBrain's ``AdditiveAngularMargin`` with options; takes its place in a YAML.

    ``s cos(theta + m)`` for a sample's own class, ``s cos theta`` for others (Deng, Guo, Xue,
    Zafeiriou, "ArcFace: Additive Angular Margin Loss for Deep Face Recognition", CVPR 2019,
    equation 3), or ``s cos(theta - m')`` for the nearest of them (:class:`InterTopK`).

    Arguments
    ---------
    margin: m, radians: a number, or a :class:`MarginSchedule`.
    scale: s > 0.
    inter_top_k: the penalty on the nearest others, if there is to be one.

    Attributes
    ----------
    epochs_done: how far training is, whole epochs or not; whoever trains says so.

    Example
    -------
    >>> from speechbrain.nnet.losses import LogSoftmaxWrapper
    >>> loss_fn = AamLogits(MarginSchedule(0.2, epochs=[0, 4]), scale=30, inter_top_k=InterTopK(2))
    >>> compute_cost = LogSoftmaxWrapper(loss_fn)
    >>> cosines, labels = torch.tensor([[[0.8, 0.6, 0.1]]]), torch.tensor([[0]])
    >>> before = compute_cost(cosines, labels)
    >>> loss_fn.epochs_done = 4
    >>> bool(compute_cost(cosines, labels) > before)
    True
    """

    def __init__(
        self,
        margin: float | MarginSchedule,
        scale: float = 30.0,
        inter_top_k: InterTopK | None = None,
    ) -> None:
        super().__init__()
        if not scale > 0:
            raise ValueError(f"the scale must be above 0, not {scale}")
        self.margin = margin if isinstance(margin, MarginSchedule) else MarginSchedule(margin)
        for angle in (self.margin.start, self.margin.final):
            if angle > math.pi / 2:
                raise ValueError(f"the margin is an angle in [0, pi/2], not {angle}")
        self.scale = scale
        self.inter_top_k = inter_top_k
        self.epochs_done = 0.0

    @property
    def margin_now(self) -> float:
        """The margin at ``epochs_done``, radians."""
        return self.margin.at(self.epochs_done)

    def forward(self, cosines: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the logits ``(batch, classes)``.

        Arguments
        ---------
        cosines: ``(batch, classes)``.
        targets: of the same shape: 1 for a sample's own class, else 0.
        """
        logits = AdditiveAngularMargin(self.margin_now, self.scale)(cosines, targets)
        if self.inter_top_k is None or self.inter_top_k.k == 0:
            return logits
        return logits + self.scale * self.inter_top_k(cosines.float(), targets, self.epochs_done)


def advance(compute_cost: Callable, epochs_done: float) -> dict[str, float]:
    """Tell a loss how far training is; return what the log shows of it.

    SpeechBrain's own losses do not change in training, and have nothing to be shown.

    Example
    -------
    >>> from speechbrain.nnet.losses import LogSoftmaxWrapper
    >>> advance(LogSoftmaxWrapper(AamLogits(MarginSchedule(0.2, epochs=[0, 4], shape="linear"))), 1)
    {'aam_margin': 0.05}
    >>> advance(LogSoftmaxWrapper(AdditiveAngularMargin()), 1)
    {}
    """
    loss_fn = getattr(compute_cost, "loss_fn", None)
    if not isinstance(loss_fn, AamLogits):
        return {}
    loss_fn.epochs_done = epochs_done
    return {"aam_margin": loss_fn.margin_now}
