"""Several people talking at once."""

from collections.abc import Iterable, Sequence

import numpy as np

WEIGHTS = (0.5, 1.0)


def overlaid(
    voices: Iterable[np.ndarray], rng: np.random.Generator, equal_power: bool = False
) -> np.ndarray:
    """Return the sum of voices, each weighted by 0.5 to 1.

    A voice is taken before its weight is sampled: an iterator may read from the same generator.

    Arguments
    ---------
    voices: one or more, float arrays of one shape ``(samples,)``.
    rng: samples the weights.
    equal_power: whether each voice is brought to the same power first; a silent one stays silent.

    Returns
    -------
    Of the shape and type of the voices.

    Example
    -------
    >>> voices = [np.array([3.0, 4.0]), np.array([0.0, 0.1])]
    >>> overlaid(voices, np.random.default_rng(1), equal_power=True).round(2).tolist()
    [0.45, 1.58]
    """
    weighted = []
    for voice in voices:
        norm = np.sqrt(np.dot(voice, voice)) if equal_power else 1.0
        weighted.append(voice * (rng.uniform(*WEIGHTS) / norm) if norm else voice)
    return np.sum(weighted, axis=0)


def babble_noise(length: int, voices: Sequence[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Return several people talking at once, each from a random moment on, over and over.

    Arguments
    ---------
    length: of the result in samples.
    voices: clean speech of each, float arrays of shape ``(samples,)``.
    rng: says where each begins and how loud it is.

    Returns
    -------
    ``(length,)``, of the type of the voices.

    Example
    -------
    >>> voices = [np.ones(5), np.zeros(7)]
    >>> babble_noise(12, voices, np.random.default_rng(1)).shape
    (12,)
    """
    return overlaid((_repeated(voice, length, rng) for voice in voices), rng)


def _repeated(voice: np.ndarray, length: int, rng: np.random.Generator) -> np.ndarray:
    start = int(rng.integers(len(voice)))
    return np.resize(np.roll(voice, -start), length)
