"""Decoupled knowledge distillation: the person's class apart from the others."""

import torch
from torch.nn import functional

from speechdistill.distillation.arithmetic.full_precision import full_precision


class DecoupledKL(torch.nn.Module):
    """KL divergence of posteriors in two parts, target class and other classes, per sample.

    ``d_i = T^2 (alpha TCKD_i + beta NCKD_i)`` with posteriors at temperature T, where TCKD is the
    KL divergence of ``(q_y, 1 - q_y)`` from ``(p_y, 1 - p_y)``, y being the person's class, and
    NCKD that of the posteriors over the classes other than y, which sum to one. The plain
    divergence is ``TCKD + (1 - p_y) NCKD``: the surer the teacher, the less it says there of how
    people resemble each other, which is what beta restores. At least 0. In log space, so that
    posteriors of zero and one do no harm; needs two classes or more.

    Source: Zhao, Cui, Song, Qiu, Liang, "Decoupled Knowledge Distillation", CVPR 2022, section 3.

    Arguments
    ---------
    alpha: >= 0, the weight of the target class; 1 throughout the paper.
    beta: >= 0, the weight of the others; up to 8 in the paper, the more the surer the teacher.
    temperature: T > 0.

    Example
    -------
    >>> divergence = DecoupledKL(beta=2.0)
    >>> logits = torch.tensor([[3.0, 1.0, 0.0], [0.0, 5.0, 2.0]])
    >>> divergence(logits, logits, torch.tensor([0, 1]))
    tensor([0., 0.])
    >>> divergence(logits.flip(1), logits, torch.tensor([1, 1]))
    tensor([5.4309, 3.0464])
    """

    level = "classifier"
    uses_labels = True

    def __init__(self, alpha: float = 1.0, beta: float = 1.0, temperature: float = 1.0) -> None:
        super().__init__()
        if not temperature > 0:
            raise ValueError(f"the temperature must be above 0, not {temperature}")
        if not (alpha >= 0 and beta >= 0):
            raise ValueError(f"alpha {alpha} and beta {beta}: neither may be negative")
        self.alpha = alpha
        self.beta = beta
        self.temperature = temperature

    @full_precision
    def forward(
        self, student: torch.Tensor, teacher: torch.Tensor, labels: torch.Tensor
    ) -> torch.Tensor:
        """Compare logits, both ``(batch, classes)``; return ``(batch,)``.

        ``labels`` is int64 ``(batch,)``: the column of each sample's class.
        """
        target_q, others_q = _decouple(student / self.temperature, labels)
        target_p, others_p = _decouple(teacher / self.temperature, labels)
        target = _divergence(target_q, target_p)
        others = _divergence(others_q, others_p)
        return self.temperature**2 * (self.alpha * target + self.beta * others)


def _decouple(logits: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return log posteriors of target and rest, ``(batch, 2)``, and of the other classes."""
    batch, classes = logits.shape
    is_other = torch.ones_like(logits, dtype=torch.bool).scatter(1, labels.unsqueeze(1), False)
    others = logits[is_other].reshape(batch, classes - 1)
    target = logits.gather(1, labels.unsqueeze(1))
    pair = torch.cat([target, others.logsumexp(dim=1, keepdim=True)], dim=1)
    return pair.log_softmax(dim=1), others.log_softmax(dim=1)


def _divergence(log_q: torch.Tensor, log_p: torch.Tensor) -> torch.Tensor:
    return functional.kl_div(log_q, log_p, log_target=True, reduction="none").sum(dim=1)
