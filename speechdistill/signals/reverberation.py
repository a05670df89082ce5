"""Speech as it sounds in a room of which the impulse response is known."""

import numpy as np
from scipy.signal import fftconvolve

from speechdistill.signals.level import power


def reverberated(signal: np.ndarray, response: np.ndarray) -> np.ndarray:
    """Convolve an utterance with an impulse response, and keep its length, start and power.

    The start is that of the direct sound, the largest sample of the response. What would sound on
    after the end is left out. Nothing is clipped.

    Arguments
    ---------
    signal: of shape ``(samples,)``.
    response: of any length; a silent one leaves the utterance as it is.

    Returns
    -------
    Of the signal's shape and type.

    Example
    -------
    >>> reverberated(np.array([1.0, 0, 0, 0]), np.array([0.1, 4, 3])).round(3).tolist()
    [0.8, 0.6, 0.0, 0.0]
    """
    direct = int(np.abs(response).argmax())
    heard = fftconvolve(signal, response)[direct : direct + len(signal)]
    heard_power = power(heard)
    if not heard_power:
        return signal
    return (heard * np.sqrt(power(signal) / heard_power)).astype(signal.dtype)
