"""From clean speech to a recording: room, noise and channel, and the noise's true level."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import fftconvolve

from speechdistill.signals.level import FULL_SCALE, power
from speechdistill.signals.mixing import noisy

HIGHEST_PEAK = 0.98


@dataclass(frozen=True)
class Recording:
    """A recording with the noise level it really has.

    Arguments
    ---------
    samples: int16, shape ``(samples,)``.
    snr_db: power of the speech (with its reverberation, after the channel) over that of
        everything else in ``samples``, both over the whole recording.
    """

    samples: np.ndarray
    snr_db: float


def record(
    speech: np.ndarray,
    noise: np.ndarray,
    room_response: np.ndarray,
    channel_response: np.ndarray,
    snr_db: float,
    level_db: float,
) -> Recording:
    """Put speech into a room with noise, pass both through a channel and set the level.

    Arguments
    ---------
    speech, noise: float arrays of one shape ``(samples,)``.
    room_response: impulse response from mouth to microphone.
    channel_response: odd number of taps of a linear-phase filter, whose delay is taken out.
    snr_db: of the recording, after the channel.
    level_db: its power in dB relative to full scale; less where the peaks would clip.

    Example
    -------
    >>> rng = np.random.default_rng(1)
    >>> recording = record(
    ...     rng.standard_normal(16000), rng.standard_normal(16000), np.ones(1), np.ones(1), 10, -20
    ... )
    >>> round(recording.snr_db, 1), recording.samples.dtype.name
    (10.0, 'int16')
    """
    reverberant = fftconvolve(speech, room_response)[: len(speech)]
    heard = fftconvolve(reverberant, channel_response, mode="same")
    heard_noise = fftconvolve(noise, channel_response, mode="same")
    mixture = noisy(heard, heard_noise, snr_db)
    gain = min(
        10 ** (level_db / 20) / np.sqrt(power(mixture)), HIGHEST_PEAK / np.abs(mixture).max()
    )
    samples = np.round(gain * mixture * FULL_SCALE).astype(np.int16)
    rest = samples / FULL_SCALE - gain * heard
    return Recording(samples, 10 * float(np.log10(gain**2 * power(heard) / power(rest))))
