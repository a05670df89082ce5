"""DIST: correlation of class posteriors, within a sample and within a class."""

import torch

from speechdistill.distillation.arithmetic.centring import centred_unit
from speechdistill.distillation.arithmetic.full_precision import full_precision


class PosteriorCorrelation(torch.nn.Module):
    """One minus the correlation of student and teacher posteriors (DIST), per sample.

    ``d_i = T^2 (beta inter_i + gamma intra_i)`` with the posteriors ``softmax(logits / T)``.

    - ``inter_i = 1 - r(q_i:, p_i:)``, r being Pearson's correlation over the classes. In [0, 2].
    - ``1/b sum_i intra_i = 1/C sum_c (1 - r(q_:c, p_:c))``, r over the batch of b: it belongs to a
      class, not to a sample. As ``1 - r = 1/2 sum_i (u_ic - v_ic)^2``, where u and v are the
      columns of q and p centred and of unit length, it falls into one share per sample,
      ``intra_i = b/C sum_c 1/2 (u_ic - v_ic)^2``: at least 0, the larger the more the sample
      departs from its class's correlation, of the paper's value on average. The gradient of a
      share also reaches the other samples, by their mean and length; so does a weight on it.

    Neither asks for the teacher's own posteriors, only for what is linear in them: a weak student
    need not be as sure as its teacher. What does not vary (a uniform posterior, the class columns
    of a batch of one) counts as centred at zero: intra_i = 0 in a batch of one.

    Source: Huang, You, Wang, Qian, Xu, "Knowledge Distillation from A Stronger Teacher",
    NeurIPS 2022 (inter-class and intra-class relations; factor T^2 as in the authors' code).

    Arguments
    ---------
    temperature: T > 0.
    inter: beta >= 0, the weight of the correlation within a sample.
    intra: gamma >= 0, the weight of the correlation within a class.

    Example
    -------
    >>> distance = PosteriorCorrelation()
    >>> logits = torch.tensor([[2.0, 0.0, 1.0], [0.0, 3.0, 0.0]])
    >>> distance(logits, logits)
    tensor([0., 0.])
    >>> PosteriorCorrelation(intra=0.0)(logits.flip(0), logits)
    tensor([1.7079, 1.7079])
    """

    level = "classifier"

    def __init__(self, temperature: float = 1.0, inter: float = 1.0, intra: float = 1.0) -> None:
        super().__init__()
        if not temperature > 0:
            raise ValueError(f"the temperature must be above 0, not {temperature}")
        if not (inter >= 0 and intra >= 0):
            raise ValueError(f"inter {inter} and intra {intra}: neither may be negative")
        self.temperature = temperature
        self.inter = inter
        self.intra = intra

    @full_precision
    def forward(self, student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        """Compare logits, both ``(batch, classes)``; return ``(batch,)``."""
        q = (student / self.temperature).softmax(dim=1)
        p = (teacher / self.temperature).softmax(dim=1)
        inter = _half_square(q, p, dim=1).sum(dim=1)
        intra = _half_square(q, p, dim=0).mean(dim=1) * len(student)
        return self.temperature**2 * (self.inter * inter + self.intra * intra)


def _half_square(q: torch.Tensor, p: torch.Tensor, dim: int) -> torch.Tensor:
    return (centred_unit(q, dim) - centred_unit(p, dim)).square() / 2
