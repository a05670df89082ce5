"""A margin that moves while training goes on."""

from collections.abc import Sequence

import torch

SHAPES = ("linear", "exponential")
# What is left of the way to the final margin where the exponential way ends.
REST = 1e-3


class MarginSchedule(torch.nn.Module):
    """A margin that keeps a start value, moves, and then keeps its final value.

    With ``x`` in [0, 1], how far training is between the two epochs,
    ``m = start + (final - start) r(x)``, where ``r(x) = x`` (linear) or
    ``r(x) = (1 - c^x) / (1 - c)``, ``c = 0.001`` (exponential: fast first, then ever slower; the
    margin schedule of WeSpeaker, Wang et al., ICASSP 2023, made to end at the final value). It
    depends on the progress of training alone, so that a resumed run needs no state of it.

    It serves AAM-softmax, where a margin is an angle in radians and moves with every step, and the
    soft constraints, where it is in the unit of the distance and moves with every epoch. Falling,
    a constraint's margin lets the student first learn to hear and then pulls it to the teacher;
    rising, it begins with imitation and lets go.

    Arguments
    ---------
    final, start: >= 0.
    epochs: from which to which the margin moves, counted in epochs that are done, such as [5, 10];
        [0, 0] for the final margin throughout.
    shape: one of ``SHAPES``.

    Example
    -------
    >>> margin = MarginSchedule(final=0.2, epochs=[2, 4], shape="linear")
    >>> [round(margin.at(epochs_done), 3) for epochs_done in (0, 2, 2.5, 3, 4, 9)]
    [0.0, 0.0, 0.05, 0.1, 0.2, 0.2]
    >>> margin(torch.ones(2), epoch=4)  # three are done
    tensor(0.1000)
    """

    def __init__(
        self,
        final: float,
        start: float = 0.0,
        epochs: Sequence[float] = (0, 0),
        shape: str = "exponential",
    ) -> None:
        super().__init__()
        if shape not in SHAPES:
            raise ValueError(f"a margin's way is one of {', '.join(SHAPES)}, not {shape}")
        if len(epochs) != 2 or not 0 <= epochs[0] <= epochs[1]:
            raise ValueError(f"a margin moves between two epochs, such as [5, 10], not {epochs}")
        if not (start >= 0 and final >= 0):
            raise ValueError(f"the margin must not be negative: start {start}, final {final}")
        self.final = final
        self.start = start
        self.first, self.last = epochs
        self.shape = shape

    def at(self, epochs_done: float) -> float:
        """Return the margin after so many epochs, whole or not."""
        if epochs_done >= self.last:
            return self.final
        if epochs_done <= self.first:
            return self.start
        share = (epochs_done - self.first) / (self.last - self.first)
        if self.shape == "exponential":
            share = (1 - REST**share) / (1 - REST)
        return self.start + (self.final - self.start) * share

    def forward(self, distances: torch.Tensor, epoch: int) -> torch.Tensor:
        """Return the margin of an epoch, counted from 1, a scalar of the type of ``distances``."""
        return distances.new_tensor(self.at(epoch - 1))
