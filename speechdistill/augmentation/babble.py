"""Other people of the training set who talk behind an utterance."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from speechdistill.augmentation.effect import Effect
from speechdistill.base.errors import InputError
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.signals.babble import overlaid
from speechdistill.signals.mixing import at_random_ratio


class Babble:
    """Several other training speakers at once, at a random signal-to-noise ratio, uniform in dB.

    Each voice is brought to the same power, begins at a random moment and is weighted by 0.5 to 1.
    Numbers and levels are those of Kaldi's speaker recipes (D. Snyder et al., "X-vectors: Robust
    DNN embeddings for speaker recognition", ICASSP 2018).

    Arguments
    ---------
    talkers: fewest and most people who talk; no more than there are.
    snr_db: lowest and highest ratio, in dB.
    """

    def __init__(self, talkers: Sequence[int] = (3, 7), snr_db: Sequence[float] = (13, 20)) -> None:
        self.talkers = talkers
        self.snr_db = snr_db

    def prepare(self, exp: Path) -> None:
        """Voices are read as they are needed."""

    def effect(self, exp: Path, training: PerceivedSet, sample_rate: int) -> Effect:
        """Return what adds babble.

        Raises
        ------
        InputError: the training set has too few people.
        """
        rows_of: dict[str, list[int]] = {}
        for row, item in enumerate(training.items):
            rows_of.setdefault(item.person, []).append(row)
        fewest, most = self.talkers
        if len(rows_of) <= fewest:
            raise InputError(
                f"babble of {fewest} people behind another needs {fewest + 1}, the training set "
                f"has {len(rows_of)}: leave Babble out of the student's YAML"
            )
        talkers = (fewest, min(most, len(rows_of) - 1))
        people = {person: column for column, person in enumerate(rows_of)}
        rows = [np.array(own) for own in rows_of.values()]
        return partial(_add_babble, training, people, rows, talkers, self.snr_db)


def _add_babble(
    training: PerceivedSet,
    people: Mapping[str, int],
    rows: Sequence[np.ndarray],
    talkers: Sequence[int],
    snr_db: Sequence[float],
    signal: np.ndarray,
    person: str,
    generator: np.random.Generator,
) -> np.ndarray:
    count = int(generator.integers(talkers[0], talkers[1] + 1))
    # One of the others: those after the speaker have moved up by one.
    others = generator.choice(len(rows) - 1, count, replace=False, shuffle=False)
    others += others >= people[person]
    voices = (
        training.read(int(generator.choice(rows[other])), generator).numpy() for other in others
    )
    noise = overlaid(voices, generator, equal_power=True)
    return at_random_ratio(signal, noise, snr_db, generator)
