"""Every distance with inputs that fit its level, for the tests that hold for all."""

import torch

from speechdistill.distillation.distances.contrastive_representation import (
    ContrastiveRepresentation,
)
from speechdistill.distillation.distances.cosine import CosineDistance
from speechdistill.distillation.distances.decoupled_kl import DecoupledKL
from speechdistill.distillation.distances.info_nce import InfoNCE
from speechdistill.distillation.distances.l1 import L1Distance
from speechdistill.distillation.distances.posterior_correlation import PosteriorCorrelation
from speechdistill.distillation.distances.posterior_kl import PosteriorKL
from speechdistill.distillation.distances.probabilistic_transfer import ProbabilisticTransfer
from speechdistill.distillation.distances.proxy_softmax import ProxySoftmax
from speechdistill.distillation.distances.rkd_angle import RKDAngle
from speechdistill.distillation.distances.rkd_distance import RKDDistance
from speechdistill.distillation.distances.similarity_preserving import SimilarityPreserving
from speechdistill.distillation.distances.squared_l2 import SquaredL2Distance
from speechdistill.distillation.distances.standardised_kl import StandardisedKL

RELATIONAL = [SimilarityPreserving(), RKDDistance(), RKDAngle(), ProbabilisticTransfer()]
ZERO_AT_EQUALITY = [
    CosineDistance(),
    SquaredL2Distance(),
    L1Distance(),
    *RELATIONAL,
    PosteriorKL(temperature=1.0),
    PosteriorKL(temperature=4.0),
    PosteriorCorrelation(temperature=2.0, inter=0.5, intra=2.0),
    DecoupledKL(alpha=0.5, beta=2.0, temperature=3.0),
    StandardisedKL(temperature=2.0),
]
DISTANCES = [
    *ZERO_AT_EQUALITY,
    InfoNCE(temperature=0.2),
    ContrastiveRepresentation(temperature=0.2),
    ProxySoftmax(margin=0.3, scale=8.0),
]
CLASSES = 5


def name_of(distance: torch.nn.Module) -> str:
    return type(distance).__name__


def example_inputs(
    distance: torch.nn.Module, batch: int, seed: int = 0, dtype: torch.dtype = torch.float64
) -> tuple[torch.Tensor, ...]:
    """Draw ``(student, teacher)``, with ``labels`` where the distance uses them."""
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)

    width = {"feature": 6, "relational": 4, "classifier": CLASSES, "proxy": 6}[distance.level]
    student = draw(batch, width)
    teacher = draw(CLASSES if distance.level == "proxy" else batch, max(width, 5))
    if not getattr(distance, "uses_labels", False):
        return student, teacher
    return student, teacher, torch.randint(CLASSES, (batch,), generator=generator)
