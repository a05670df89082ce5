"""Means of figures over an epoch, which a checkpoint in its midst keeps."""

from pathlib import Path

import torch
from speechbrain.utils.checkpoints import (
    mark_as_loader,
    mark_as_saver,
    register_checkpoint_hooks,
)


@register_checkpoint_hooks
class EpochMeans:
    """Running means of named figures; summed in double precision where they were computed.

    Example
    -------
    >>> means = EpochMeans()
    >>> means.add({"loss": torch.tensor(1.0)})
    >>> means.add({"loss": torch.tensor(3.0), "margin": torch.tensor(0.5)})
    >>> means.values()
    {'loss': 2.0, 'margin': 0.5}
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all figures."""
        self._sums: dict[str, torch.Tensor] = {}
        self._counts: dict[str, int] = {}

    def add(self, figures: dict[str, torch.Tensor]) -> None:
        """Add a step's figures, each a number."""
        for name, value in figures.items():
            if name in self._sums:
                self._sums[name] += value.detach()
            else:
                self._sums[name] = value.detach().to(torch.float64, copy=True)
            self._counts[name] = self._counts.get(name, 0) + 1

    def values(self) -> dict[str, float]:
        """Return the mean of each figure over the steps that had it."""
        return {name: (self._sums[name] / self._counts[name]).item() for name in self._sums}

    @mark_as_saver
    def save(self, path: Path) -> None:
        """Write the state."""
        torch.save({"sums": self._sums, "counts": self._counts}, path)

    @mark_as_loader
    def load(self, path: Path, end_of_epoch: bool) -> None:
        """Read the state; that of an epoch's end is of no use to the next one."""
        if end_of_epoch:
            self.clear()
            return
        state = torch.load(path, map_location="cpu", weights_only=True)
        self._sums, self._counts = state["sums"], state["counts"]
