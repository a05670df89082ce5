"""What the whole suite needs."""

import os
import sys

import pytest

from speechdistill.base.process_settings import tune_process

# Before torch is imported: as many processes test as there are cores, and their tensors are small.
os.environ.setdefault("OMP_NUM_THREADS", "1")
tune_process()

from speechbrain.utils.importutils import LazyModule  # noqa: E402


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems() -> None:
    """Let hypothesis look at all loaded modules.

    It asks each for its file; SpeechBrain's lazy modules answer by importing packages that are not
    installed.
    """
    for module in list(sys.modules.values()):
        if isinstance(module, LazyModule):
            module.__dict__.setdefault("__file__", None)
