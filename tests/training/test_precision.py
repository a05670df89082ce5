"""Which number format a machine gets."""

import pytest
import torch

from speechdistill.base.errors import InputError
from speechdistill.training.precision import training_precision


@pytest.mark.parametrize(
    ("capabilities", "precision"),
    [({"avx512_bf16": True}, "bf16"), ({"amx_bf16": True}, "bf16"), ({"avx2": True}, "fp32")],
)
def test_auto_is_what_the_processor_computes_in(monkeypatch, capabilities, precision):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    assert training_precision("auto", "cpu") == precision
    assert training_precision("fp32", "cpu") == "fp32"


@pytest.mark.parametrize("has_bf16", [True, False])
def test_auto_asks_the_gpu(monkeypatch, has_bf16):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: has_bf16)
    assert training_precision("auto", "cuda:0") == ("bf16" if has_bf16 else "fp32")


def test_an_unknown_precision_is_refused():
    with pytest.raises(InputError, match="unknown precision fp31"):
        training_precision("fp31", "cpu")
