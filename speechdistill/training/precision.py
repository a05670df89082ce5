"""In which number format a network trains."""

import torch

from speechdistill.base.errors import InputError

PRECISIONS = ("auto", "fp32", "bf16", "fp16")


def training_precision(wanted: str, device: str) -> str:
    """Return the name of SpeechBrain's ``precision`` option for a YAML's.

    ``auto`` is bf16 autocast where the device computes in it, else fp32. Elsewhere bf16 would be
    emulated, at several times the cost of fp32.

    Arguments
    ---------
    wanted: one of ``PRECISIONS``.
    device: such as ``cpu`` or ``cuda:0``.

    Raises
    ------
    InputError: an unknown precision.

    Example
    -------
    >>> training_precision("fp32", "cpu")
    'fp32'
    >>> training_precision("auto", "cpu") in ("bf16", "fp32")
    True
    """
    if wanted not in PRECISIONS:
        raise InputError(f"unknown precision {wanted}: take one of {', '.join(PRECISIONS)}")
    if wanted != "auto":
        return wanted
    if torch.device(device).type == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp32"
    capabilities = torch.cpu.get_capabilities()
    has_bf16 = any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16"))
    return "bf16" if has_bf16 else "fp32"
