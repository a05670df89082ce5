"""Rooms: a simulated impulse response per session."""

from dataclasses import dataclass

import numpy as np

FIRST_REFLECTION_S = 0.0025


@dataclass(frozen=True)
class StatisticalRoom:
    """A room as speech passes through it.

    Arguments
    ---------
    reverberation_time: RT60 in seconds.
    direct_to_reverberant_db: energy of the direct sound over that of all reflections.
    """

    reverberation_time: float
    direct_to_reverberant_db: float

    @classmethod
    def sample(cls, rng: np.random.Generator) -> "StatisticalRoom":
        """Sample a room, from a studio (0.1 s, 18 dB) to a hall (0.8 s, 0 dB)."""
        reverberation_time = float(rng.uniform(0.1, 0.8))
        distance_effect = rng.uniform(0, 12)
        return cls(reverberation_time, float(18 - 8 * reverberation_time - distance_effect))

    def impulse_response(self, sample_rate: int, rng: np.random.Generator) -> np.ndarray:
        """Return the direct sound followed by noise that decays by 60 dB in RT60.

        The energy is 1; the shape is ``(samples,)``. Polack's statistical model of late
        reverberation: J. D. Polack, "La transmission de l'energie sonore dans les salles", 1988.

        Example
        -------
        >>> response = StatisticalRoom(0.3, 10.0).impulse_response(16000, np.random.default_rng(1))
        >>> direct, rest = response[0] ** 2, (response[1:] ** 2).sum()
        >>> round(float(10 * np.log10(direct / rest)), 6), round(float(direct + rest), 6)
        (10.0, 1.0)
        """
        times = np.arange(1, int(self.reverberation_time * sample_rate)) / sample_rate
        decay = 10 ** (-3 * times / self.reverberation_time)
        tail = rng.standard_normal(len(times)) * decay * (times > FIRST_REFLECTION_S)
        tail *= np.sqrt(10 ** (-self.direct_to_reverberant_db / 10) / np.sum(tail**2))
        response = np.concatenate(([1.0], tail))
        return response / np.sqrt(np.sum(response**2))
