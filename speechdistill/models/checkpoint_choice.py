"""Which checkpoints make a model, and their names on disk, without PyTorch and SpeechBrain."""

from collections.abc import Callable, Mapping
from typing import Any

# The files' checksums, in the checkpoint from when all of it is written until it is deleted.
WHOLE = "whole"
# SpeechBrain's: what a checkpoint's folder begins with, and where its facts are in it.
PREFIX, FACTS = "CKPT+", "CKPT.yaml"

Facts = Mapping[str, Any]


def newness(facts: Facts) -> float:
    """Return when a checkpoint was written."""
    return facts["unixtime"]


def merit(facts: Facts) -> tuple[float, int]:
    """Return what is highest for the lowest error, and of equals, or without errors, the latest."""
    return -facts.get("error", 0.0), facts["epoch"]


CHOICES: dict[str, Callable[[Facts], Any]] = {"best": merit, "last": newness}


def chosen_names(facts_of: Mapping[str, Facts], count: int, by: str) -> list[str]:
    """Return the names of the best or the last few checkpoints, the newest first.

    Arguments
    ---------
    facts_of: name -> ``epoch``, ``unixtime`` and, where something was validated, ``error``.
    count: how many; where there are fewer, all of them.
    by: a name of ``CHOICES``.

    Example
    -------
    >>> facts = {f"CKPT+{n}": {"epoch": n, "unixtime": n, "error": 0.1} for n in (1, 2, 3)}
    >>> chosen_names(facts, 2, "best")
    ['CKPT+3', 'CKPT+2']
    """
    chosen = sorted(facts_of, key=lambda name: CHOICES[by](facts_of[name]), reverse=True)
    return sorted(chosen[:count], key=lambda name: newness(facts_of[name]), reverse=True)
