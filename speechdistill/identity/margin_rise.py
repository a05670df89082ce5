"""A margin that rises while training goes on."""

import math
from collections.abc import Sequence

SHAPES = ("linear", "exponential")
# What is left of the way to the final margin where the exponential rise ends.
REST = 1e-3


class MarginRise:
    """A margin that keeps a start value, rises, and then keeps its final value.

    With ``x`` in [0, 1], how far training is between the two epochs,
    ``m = start + (final - start) r(x)``, where ``r(x) = x`` (linear) or
    ``r(x) = (1 - c^x) / (1 - c)``, ``c = 0.001`` (exponential: fast first, then ever slower; the
    margin schedule of WeSpeaker, Wang et al., ICASSP 2023, made to end at the final value). It
    depends on the progress of training alone, so that a resumed run needs no state of it.

    Arguments
    ---------
    final, start: angles, radians.
    epochs: from which to which the margin rises, counted in epochs that are done, such as [5, 10];
        [0, 0] for the final margin throughout.
    shape: one of ``SHAPES``.

    Example
    -------
    >>> margin = MarginRise(final=0.2, epochs=[2, 4], shape="linear")
    >>> [round(margin.at(epochs_done), 3) for epochs_done in (0, 2, 2.5, 3, 4, 9)]
    [0.0, 0.0, 0.05, 0.1, 0.2, 0.2]
    """

    def __init__(
        self,
        final: float,
        start: float = 0.0,
        epochs: Sequence[float] = (0, 0),
        shape: str = "exponential",
    ) -> None:
        if shape not in SHAPES:
            raise ValueError(f"a margin's rise is one of {', '.join(SHAPES)}, not {shape}")
        if len(epochs) != 2 or not 0 <= epochs[0] <= epochs[1]:
            raise ValueError(f"a margin rises between two epochs, such as [5, 10], not {epochs}")
        for margin in (start, final):
            if not 0 <= margin <= math.pi / 2:
                raise ValueError(f"the margin is an angle in [0, pi/2], not {margin}")
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
