"""What the whole suite needs."""

import os
import sys
from collections.abc import Iterator

import pytest

from speechdistill.base.process_settings import tune_process

# Before torch is imported: as many processes test as there are cores, and their tensors are small.
os.environ.setdefault("OMP_NUM_THREADS", "1")
tune_process()

from speechbrain.utils.importutils import LazyModule  # noqa: E402


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    let_hypothesis_look_at_modules()
    yield
    if "PYTEST_XDIST_WORKER" in os.environ:
        items[:] = shared_out(items)


def let_hypothesis_look_at_modules() -> None:
    """It asks each for its file, and SpeechBrain's lazy ones would import what is not installed."""
    for module in list(sys.modules.values()):
        if isinstance(module, LazyModule):
            module.__dict__.setdefault("__file__", None)


def shared_out(items: list[pytest.Item]) -> list[pytest.Item]:
    """Order tests for two processes, which begin with a half each: its slow ones first.

    One that has no more takes from the end of the other's, where the short ones are.
    """
    slow = [item for item in items if item.get_closest_marker("slow")]
    fast = [item for item in items if not item.get_closest_marker("slow")]
    middle = len(fast) // 2
    return slow[::2] + fast[:middle] + slow[1::2] + fast[middle:]
