"""What a reader of vectors found in a file."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from speechdistill.storage.matrices import are_real


@dataclass
class Readings:
    """Arrays by id, and what could not be read.

    Arguments
    ---------
    arrays: id -> array.
    unusable: id -> why it cannot be used.
    """

    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    unusable: dict[str, str] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Of most of the vectors; 0 if there are none."""
        widths = Counter(len(array) for array in self.arrays.values() if array.ndim == 1)
        return widths.most_common(1)[0][0] if widths else 0

    def checked(self) -> "Readings":
        """Keep the vectors of finite numbers that have the width of most.

        Example
        -------
        >>> readings = Readings({"a": np.ones(3), "b": np.ones(3), "c": np.ones(2)})
        >>> readings.checked().unusable
        {'c': 'width 2, not 3'}
        """
        width = self.width
        reasons = {name: _fault(array, width) for name, array in self.arrays.items()}
        return Readings(
            {name: array for name, array in self.arrays.items() if reasons[name] is None},
            self.unusable | {name: reason for name, reason in reasons.items() if reason},
        )


def _fault(array: np.ndarray, width: int) -> str | None:
    if not are_real(array):
        return f"of type {array.dtype}, not of real numbers"
    if array.ndim != 1:
        return f"shape {array.shape}, not a vector"
    if len(array) != width:
        return f"width {len(array)}, not {width}"
    if not np.all(np.isfinite(array)):
        return "NaN or infinite"
    return None
