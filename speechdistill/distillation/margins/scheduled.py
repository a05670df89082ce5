"""A margin that moves over the first epochs."""

import torch


class ScheduledMargin(torch.nn.Module):
    """A margin that goes linearly from one value to another, and stays there.

    ``m(epoch) = start + (end - start) min(1, (epoch - 1) / (epochs - 1))``: start in epoch 1, end
    from epoch ``epochs`` on. Falling, it lets the student first learn to hear and then draws it
    to the teacher; rising, it begins with imitation and lets go.

    Arguments
    ---------
    start, end: >= 0, in the distance's own unit.
    epochs: at least 2.

    Example
    -------
    >>> margin = ScheduledMargin(start=0.8, end=0.4, epochs=5)
    >>> [round(margin(torch.ones(2), epoch).item(), 2) for epoch in (1, 2, 5, 9)]
    [0.8, 0.7, 0.4, 0.4]
    """

    def __init__(self, start: float, end: float, epochs: int) -> None:
        super().__init__()
        if not (start >= 0 and end >= 0):
            raise ValueError(f"the margin must not be negative: start {start}, end {end}")
        if epochs < 2:
            raise ValueError(f"a schedule takes 2 epochs or more, not {epochs}: give a number")
        self.start = start
        self.end = end
        self.epochs = epochs

    def forward(self, distances: torch.Tensor, epoch: int) -> torch.Tensor:
        """Return the epoch's margin, a scalar of the type of ``distances``."""
        progress = min(1.0, (epoch - 1) / (self.epochs - 1))
        return distances.new_tensor(self.start + (self.end - self.start) * progress)
