"""What the whole suite needs."""

import sys

import pytest
from speechbrain.utils.importutils import LazyModule


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems() -> None:
    """Let hypothesis look at all loaded modules.

    It asks each for its file; SpeechBrain's lazy modules answer by importing packages that are not
    installed.
    """
    for module in list(sys.modules.values()):
        if isinstance(module, LazyModule):
            module.__dict__.setdefault("__file__", None)
