"""Noises that sessions are recorded in."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft, rfftfreq

NoiseMaker = Callable[[int, int, np.random.Generator], np.ndarray]


def white_noise(length: int, sample_rate: int, rng: np.random.Generator) -> np.ndarray:
    """Return noise of equal power at all frequencies."""
    return rng.standard_normal(length)


def pink_noise(length: int, sample_rate: int, rng: np.random.Generator) -> np.ndarray:
    """Return noise of equal power per octave above 30 Hz."""
    fast_length = next_fast_len(length, real=True)
    spectrum = rfft(rng.standard_normal(fast_length))
    frequencies = rfftfreq(fast_length, 1 / sample_rate)
    return irfft(spectrum / np.sqrt(np.maximum(frequencies, 30.0)), fast_length)[:length]


def hum(length: int, sample_rate: int, rng: np.random.Generator) -> np.ndarray:
    """Return mains hum, 50 or 60 Hz with harmonics falling by 6 dB per octave, over faint hiss."""
    mains_hz = float(rng.choice([50.0, 60.0]))
    times = np.arange(length) / sample_rate
    sound = 0.02 * rng.standard_normal(length)
    for harmonic in range(1, 41):
        strength = rng.uniform(0.2, 1.0) / harmonic
        sound += strength * np.sin(2 * np.pi * (mains_hz * harmonic * times + rng.random()))
    return sound


def modulated_noise(length: int, sample_rate: int, rng: np.random.Generator) -> np.ndarray:
    """Return pink noise that swells and fades 0.5 to 4 times a second, as of a machine."""
    times = np.arange(length) / sample_rate
    phase = 2 * np.pi * (rng.uniform(0.5, 4.0) * times + rng.random())
    return pink_noise(length, sample_rate, rng) * (1.05 + np.sin(phase))


NOISE_MAKERS: dict[str, NoiseMaker] = {
    "white": white_noise,
    "pink": pink_noise,
    "hum": hum,
    "modulated": modulated_noise,
}
BABBLE = "babble"
NOISE_KINDS = (*NOISE_MAKERS, BABBLE)


def babble_noise(length: int, voices: Sequence[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Return several people talking at once, each from a random moment on, over and over.

    Arguments
    ---------
    length: of the result in samples.
    voices: clean speech of each, float arrays of shape ``(samples,)``.
    rng: draws where each begins and how loud it is.

    Example
    -------
    >>> voices = [np.ones(5), np.zeros(7)]
    >>> babble_noise(12, voices, np.random.default_rng(1)).shape
    (12,)
    """
    sound = np.zeros(length)
    for voice in voices:
        start = int(rng.integers(len(voice)))
        sound += rng.uniform(0.5, 1.0) * np.resize(np.roll(voice, -start), length)
    return sound
