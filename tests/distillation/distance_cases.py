"""Every distance with inputs that fit its level, for the tests that hold for all.

Distances are found in their package: one that is added there is tested at once, with its default
settings and those of ``OTHER_SETTINGS``.
"""

import pkgutil
from importlib import import_module
from inspect import getmembers, isclass

import torch

from speechdistill.distillation import distances

OTHER_SETTINGS = {
    "RKDDistance": [{"margin": 0.1}],
    "RKDAngle": [{"margin": 0.1}, {"unit": "radians"}, {"margin": 0.1, "unit": "radians"}],
    "PosteriorKL": [{"temperature": 4.0}],
    "PosteriorCorrelation": [{"temperature": 2.0, "inter": 0.5, "intra": 2.0}],
    "DecoupledKL": [{"alpha": 0.5, "beta": 2.0, "temperature": 3.0}],
    "StandardisedKL": [{"temperature": 2.0}],
    "InfoNCE": [{"temperature": 0.2}],
    "ContrastiveRepresentation": [{"temperature": 0.2}],
    "ProxySoftmax": [{"margin": 0.3, "scale": 8.0}],
}
# They tell who is who, which is not settled where student and teacher agree.
POSITIVE_AT_EQUALITY = {"InfoNCE", "ContrastiveRepresentation", "ProxySoftmax"}


def find_distances() -> list[type[torch.nn.Module]]:
    """The classes with a ``level`` that the modules of the package define, by their names."""
    found = pkgutil.walk_packages(distances.__path__, f"{distances.__name__}.")
    modules = [import_module(module.name) for module in found]
    return [
        member
        for module in modules
        for _, member in getmembers(module, isclass)
        if member.__module__ == module.__name__ and hasattr(member, "level")
    ]


def name_of(distance: torch.nn.Module) -> str:
    return type(distance).__name__


DISTANCES = [
    kind(**settings)
    for kind in find_distances()
    for settings in ({}, *OTHER_SETTINGS.get(kind.__name__, []))
]
ZERO_AT_EQUALITY = [each for each in DISTANCES if name_of(each) not in POSITIVE_AT_EQUALITY]
RELATIONAL = [each for each in DISTANCES if each.level == "relational"]
CLASSES = 5


def example_inputs(
    distance: torch.nn.Module, batch: int, seed: int = 0, dtype: torch.dtype = torch.float64
) -> tuple[torch.Tensor, ...]:
    """Sample ``(student, teacher)``, with ``labels`` where the distance uses them."""
    generator = torch.Generator().manual_seed(seed)

    def sample(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)

    width = {"feature": 6, "relational": 4, "classifier": CLASSES, "proxy": 6}[distance.level]
    student = sample(batch, width)
    teacher = sample(CLASSES if distance.level == "proxy" else batch, max(width, 5))
    if not getattr(distance, "uses_labels", False):
        return student, teacher
    return student, teacher, torch.randint(CLASSES, (batch,), generator=generator)
