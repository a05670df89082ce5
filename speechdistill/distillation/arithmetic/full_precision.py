"""Distances are computed in float32, whatever precision the networks run in."""

import functools
from collections.abc import Callable
from typing import Any

import torch

Forward = Callable[..., torch.Tensor]


def full_precision(forward: Forward) -> Forward:
    """Decorate a module's ``forward``: no autocast inside, half-precision inputs as float32.

    Norms, softmaxes and differences of nearly equal numbers lose too much in the 8 bits of a
    bfloat16; next to the networks they cost nothing. float64 and integers stay as they are.
    SpeechBrain's ``fwd_default_precision`` leaves half-precision inputs alone outside autocast.

    Example
    -------
    >>> class Products(torch.nn.Module):
    ...     @full_precision
    ...     def forward(self, student, teacher):
    ...         return student @ teacher.T
    >>> with torch.autocast("cpu", dtype=torch.bfloat16):
    ...     Products()(torch.ones(1, 2).bfloat16(), torch.ones(1, 2)).dtype
    torch.float32
    """

    @functools.wraps(forward)
    def run(module: Any, *inputs: torch.Tensor) -> torch.Tensor:
        with torch.autocast(inputs[0].device.type, enabled=False):
            return forward(module, *(_at_least_float32(tensor) for tensor in inputs))

    return run


def _at_least_float32(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.float() if tensor.dtype in (torch.float16, torch.bfloat16) else tensor
