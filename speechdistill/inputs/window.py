"""A part of an item that is read without the rest, so that memory does not grow with its length."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """From where to where, as shares of the whole in [0, 1].

    Windows that share an end share no sample and leave none out.

    Example
    -------
    >>> Window(0.5, 1.0).samples(7), Window(0.0, 0.5).samples(7)
    ((4, 7), (0, 4))
    """

    begin: float
    end: float

    def samples(self, whole: int) -> tuple[int, int]:
        """Return the first sample and the one after the last, of ``whole`` samples."""
        return round(self.begin * whole), round(self.end * whole)

    def within(self, share: float) -> "Window":
        """Return the same window of the item's first ``share``."""
        return Window(self.begin * share, self.end * share)
