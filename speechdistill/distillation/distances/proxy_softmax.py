"""The teacher's class weights as proxies: its classifier judges the student's embedding."""

import math

import torch
from torch.nn import functional

from speechdistill.distillation.arithmetic.full_precision import full_precision


class ProxySoftmax(torch.nn.Module):
    """AAM-softmax loss of the student's embedding under the teacher's class weights, per sample.

    ``d_i = -log [ exp(s phi_iy) / (exp(s phi_iy) + sum_{c != y} exp(s cos theta_ic)) ]`` where
    ``theta_ic`` is the angle between embedding i and class weight c, y the person's class and
    ``phi = cos(theta + m)``; beyond ``theta = pi - m``, where that would rise again,
    ``phi = cos theta - m sin m``. The weights are frozen: every person has a fixed place among
    the others in the teacher's space, which no single image decides. At least 0.

    Source: Deng, Guo, Xue, Zafeiriou, "ArcFace: Additive Angular Margin Loss for Deep Face
    Recognition", CVPR 2019, equation 3; fixed classes as proxies after Movshovitz-Attias et al.,
    "No Fuss Distance Metric Learning using Proxies", ICCV 2017.

    Arguments
    ---------
    margin: m in [0, pi/2], radians: how much nearer than needed the right class must be.
    scale: s > 0 on the cosines.

    Example
    -------
    >>> distance = ProxySoftmax(margin=0.0, scale=1.0)
    >>> student = torch.tensor([[2.0, 0.0], [1.0, 0.0]])
    >>> distance(student, torch.eye(2), torch.tensor([0, 1]))
    tensor([0.3133, 1.3133])
    """

    level = "proxy"
    uses_labels = True

    def __init__(self, margin: float = 0.2, scale: float = 30.0) -> None:
        super().__init__()
        if not 0 <= margin <= math.pi / 2:
            raise ValueError(f"the margin is an angle in [0, pi/2], not {margin}")
        if not scale > 0:
            raise ValueError(f"the scale must be above 0, not {scale}")
        self.margin = margin
        self.scale = scale

    @full_precision
    def forward(
        self, student: torch.Tensor, teacher: torch.Tensor, labels: torch.Tensor
    ) -> torch.Tensor:
        """Classify ``(batch, dimension)`` embeddings by ``(classes, dimension)`` weights.

        ``labels`` is int64 ``(batch,)``: the row of each sample's class. Return ``(batch,)``.
        """
        cosines = functional.normalize(student, dim=-1) @ functional.normalize(teacher, dim=-1).T
        column = labels.unsqueeze(1)
        target = cosines.gather(1, column)
        # The slope of the sine has no end at 0 and pi.
        sine = (1 - target.square()).clamp(min=torch.finfo(target.dtype).eps).sqrt()
        widened = target * math.cos(self.margin) - sine * math.sin(self.margin)
        beyond = target - self.margin * math.sin(self.margin)
        phi = torch.where(target > -math.cos(self.margin), widened, beyond)
        logits = self.scale * cosines.scatter(1, column, phi)
        return functional.cross_entropy(logits, labels, reduction="none")
