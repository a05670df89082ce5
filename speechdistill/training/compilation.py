"""torch.compile for the encoder in training."""

import os
import shutil
from collections.abc import Callable

import torch

from speechdistill.base.errors import InputError

# SpeechBrain's convolutions are compiled one by one, under one name: ECAPA-TDNN has some forty.
VARIANTS = 64


def compiled(encoder: torch.nn.Module) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return the encoder as ``torch.compile`` makes it, on its first batch; weights are shared.

    Raises
    ------
    InputError: there is no C++ compiler.
    """
    if not any(map(shutil.which, [os.environ.get("CXX", ""), "g++", "clang++"])):
        raise InputError("compile needs a C++ compiler: install g++, or set compile to False")
    torch._dynamo.config.recompile_limit = VARIANTS
    return torch.compile(encoder)
