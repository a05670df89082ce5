"""Samples that nothing can be computed from."""

import numpy as np

# Full scale is 1, or 2^31 where floating-point numbers hold integers. Features have squares of
# sums of samples: from 1e17 on these are not finite in float32.
LARGEST = 1e12


def fault_of_samples(samples: np.ndarray) -> str | None:
    """Say in a few words what is wrong with floating-point samples of any shape; None if nothing.

    Example
    -------
    >>> fault_of_samples(np.array([0.5, -3e38], np.float32))
    'samples up to 3e+38, where 1 is full scale'
    >>> fault_of_samples(np.array([np.nan])), fault_of_samples(np.array([-1.0, 32767.0]))
    ('samples that are not finite', None)
    """
    largest = np.maximum(samples.max(initial=0.0), -samples.min(initial=0.0))
    if largest <= LARGEST:
        return None
    if not np.isfinite(largest):
        return "samples that are not finite"
    return f"samples up to {largest:.2g}, where 1 is full scale"
