"""Random numbers that depend on what they are for, never on who sampled before."""

import zlib

import numpy as np


def generator_for(seed: int, *purpose: str | int) -> np.random.Generator:
    """Return the random generator of one purpose, such as a person's session.

    Arguments
    ---------
    seed: the corpus's seed, 0 or more.
    purpose: names and numbers that say what is sampled; other purposes get independent streams.

    Example
    -------
    >>> first = generator_for(1, "face", 12).random()
    >>> first == generator_for(1, "face", 12).random() != generator_for(1, "voice", 12).random()
    True
    """
    keys = [zlib.crc32(part.encode()) if isinstance(part, str) else part for part in purpose]
    return np.random.default_rng([seed, *keys])
