"""Who babbles behind a test utterance."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from lhotse import MonoCut

from speechdistill.corpora.cut_audio import LONGEST_SECONDS, load_cut_audio
from speechdistill.signals.babble import babble_noise

TALKERS = 5
# A recording that cannot be read, or that is silent, gives way to the next.
CANDIDATES = 2 * TALKERS


class NotEnoughTalkersError(ValueError):
    """Too few of the recordings offered for babble can be used."""


def sample_talkers(
    pool: Mapping[str, Sequence[MonoCut]], speaker: str, rng: np.random.Generator
) -> list[MonoCut]:
    """Sample an utterance of each of up to ten people, never of ``speaker``.

    Arguments
    ---------
    pool: person -> utterances.
    speaker: who speaks in front of the babble.
    rng: samples the people, then an utterance of each.
    """
    others = [person for person in pool if person != speaker]
    chosen = rng.permutation(len(others))[:CANDIDATES]
    utterances = [pool[others[index]] for index in chosen]
    return [spoken[int(rng.integers(len(spoken)))] for spoken in utterances]


def babble_of(
    talkers: Iterable[MonoCut], length: int, sample_rate: int, rng: np.random.Generator
) -> np.ndarray:
    """Let the first five talkers whose recordings can be used speak at once.

    Each recording, as it is with its own room and noise (of a longer one the first minute), is
    brought to the same power, begins at a random moment, is repeated until the end and weighted by
    0.5 to 1.

    Arguments
    ---------
    talkers: an utterance of each; other sample rates are resampled.
    length: in samples.
    sample_rate: in Hz.
    rng: says where each begins and how loud it is.

    Returns
    -------
    float64 ``(length,)``.

    Raises
    ------
    NotEnoughTalkersError: fewer than five can be used.
    """
    voices: list[np.ndarray] = []
    for talker in talkers:
        voice = _at_unit_power(talker, sample_rate)
        if voice is not None:
            voices.append(voice)
        if len(voices) == TALKERS:
            return babble_noise(length, voices, rng)
    raise NotEnoughTalkersError(f"babble needs {TALKERS} readable talkers, found {len(voices)}")


def _at_unit_power(talker: MonoCut, sample_rate: int) -> np.ndarray | None:
    if talker.duration > LONGEST_SECONDS:
        talker = talker.truncate(duration=LONGEST_SECONDS)
    if talker.sampling_rate != sample_rate:
        talker = talker.resample(sample_rate)
    try:
        voice = load_cut_audio(talker).astype(np.float64)
    # Lhotse raises what its backends raise, of no common class.
    except Exception:
        return None
    power = np.mean(voice**2)
    return voice / np.sqrt(power) if power > 0 and np.isfinite(power) else None
