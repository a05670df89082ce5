"""Who trains, who is held out for model selection, who is tested; and that nobody is in two."""

import logging
import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.corpora.metadata import Speaker

logger = logging.getLogger(__name__)

DEV_SHARE = 0.1
FEWEST_DEV_SPEAKERS = 10
MOST_DEV_SPEAKERS = 100


def training_speakers(
    speakers: Sequence[Speaker], trial_speakers: Collection[str], drop_trial_speakers: bool
) -> list[Speaker]:
    """Return the speakers that may train: those of the part "dev", or of no known part.

    Arguments
    ---------
    speakers: everyone in the corpus.
    trial_speakers: those that the test trials name. Of no known part, they do not train.
    drop_trial_speakers: also take trial speakers of the part "dev" out of training.

    Raises
    ------
    InputError: a trial speaker is of the part "dev" and ``drop_trial_speakers`` is not set; or
        nobody is left.

    Example
    -------
    >>> people = [Speaker("a", part="dev"), Speaker("b", part="test"), Speaker("c")]
    >>> [speaker.id for speaker in training_speakers(people, {"b"}, drop_trial_speakers=False)]
    ['a', 'c']
    """
    leaking = sorted(
        speaker.id for speaker in speakers if speaker.part == "dev" and speaker.id in trial_speakers
    )
    if leaking and not drop_trial_speakers:
        named = ", ".join(leaking[:3]) + (", ..." if len(leaking) > 3 else "")
        raise InputError(
            f"{len(leaking)} trial speakers are in the training set ({named}): "
            "take them out of training with --drop-trial-speakers, or give another trial list"
        )
    if leaking:
        logger.info("%d trial speakers taken out of training", len(leaking))
    training = [
        speaker
        for speaker in speakers
        if speaker.part != "test" and speaker.id not in trial_speakers
    ]
    if not training:
        raise InputError("no speaker is left for training: give a corpus with more than the test")
    return training


def dev_speakers(
    training: Sequence[Speaker], number: float | None, seed: int
) -> tuple[list[Speaker], list[Speaker]]:
    """Hold speakers out of training for model selection, from both genders alike.

    Arguments
    ---------
    training: the speakers to choose from.
    number: how many (2 or more), a share of them (below 1), or None for a tenth, but at least 10
        if that is not more than a quarter, and at most 100.
    seed: the same seed and speakers give the same choice.

    Returns
    -------
    The speakers left for training, and those held out, both in the order given.

    Raises
    ------
    InputError: fewer than two would be held out, or fewer than two left.

    Example
    -------
    >>> people = [Speaker(name, gender="mf"[name > "e"]) for name in "abcdefgh"]
    >>> training, dev = dev_speakers(people, number=4, seed=1)
    >>> [speaker.gender for speaker in dev], len(training)
    (['m', 'm', 'f', 'f'], 4)
    """
    total = len(training)
    if number is None:
        least = min(FEWEST_DEV_SPEAKERS, total // 4)
        wanted = min(max(round(DEV_SHARE * total), least, 2), MOST_DEV_SPEAKERS)
    else:
        wanted = round(number * total) if number < 1 else math.floor(number)
    if not 2 <= wanted <= total - 2:
        raise InputError(
            f"cannot hold out {wanted} of {total} training speakers: at least 2 must be held out "
            "and 2 left; change --dev-speakers or give a larger corpus"
        )
    random = np.random.default_rng([seed, total])
    held_out: set[str] = set()
    for gender, share in _shares_by_gender(training, wanted).items():
        names = [speaker.id for speaker in training if speaker.gender == gender]
        held_out.update(random.choice(sorted(names), size=share, replace=False).tolist())
    return (
        [speaker for speaker in training if speaker.id not in held_out],
        [speaker for speaker in training if speaker.id in held_out],
    )


def _shares_by_gender(speakers: Sequence[Speaker], wanted: int) -> dict[str | None, int]:
    """Split ``wanted`` in proportion to the genders, by largest remainders."""
    counts: dict[str | None, int] = {}
    for speaker in sorted(speakers, key=lambda speaker: speaker.gender or ""):
        counts[speaker.gender] = counts.get(speaker.gender, 0) + 1
    exact = {gender: wanted * count / len(speakers) for gender, count in counts.items()}
    shares = {gender: math.floor(share) for gender, share in exact.items()}
    by_remainder = sorted(counts, key=lambda gender: shares[gender] - exact[gender])
    for gender in by_remainder[: wanted - sum(shares.values())]:
        shares[gender] += 1
    return shares


def check_disjoint(speakers_of_sets: Mapping[str, Collection[str]]) -> dict[str, int]:
    """Return the number of speakers that each two sets share; raise if any is not 0.

    Raises
    ------
    InputError: a speaker is in two sets.

    Example
    -------
    >>> check_disjoint({"train": {"a"}, "dev": {"b"}, "test": {"c"}})
    {'train and dev': 0, 'train and test': 0, 'dev and test': 0}
    """
    names = list(speakers_of_sets)
    shared = {}
    for at, first in enumerate(names):
        for second in names[at + 1 :]:
            both = sorted(set(speakers_of_sets[first]) & set(speakers_of_sets[second]))
            if both:
                raise InputError(
                    f"{len(both)} speakers are in {first} and in {second} ({', '.join(both[:3])}): "
                    "give every speaker one part in the metadata"
                )
            shared[f"{first} and {second}"] = 0
    return shared
