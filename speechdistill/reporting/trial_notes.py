"""What a reader of a report must know of its trials: each with its count."""

import numpy as np

from speechdistill.verification.trials.repeats import numbered_ids
from speechdistill.verification.trials.trial_list import TrialList


def trial_notes(trials: TrialList, development: TrialList | None = None) -> list[str]:
    """Say what makes figures on a trial list worth less than they look.

    Arguments
    ---------
    trials: those that are evaluated.
    development: those that scores were calibrated on; None if they were not.

    Example
    -------
    >>> trials = TrialList(["a/1", "a/1.wav"], np.array([0]), np.array([1]), np.array([-1]))
    >>> trial_notes(trials)
    ['1 of 1 trials compare an utterance with itself']
    """
    notes = []
    ids = numbered_ids(trials.names)
    alike = int(np.count_nonzero(ids[trials.enrol] == ids[trials.test]))
    if alike:
        notes.append(f"{alike} of {len(trials)} trials compare an utterance with itself")
    if trials.repeats:
        notes.append(f"{trials.repeats} lines repeat a trial: each counts once")
    if development is None:
        return notes
    here, there = _named(trials), _named(development)
    speakers = {name.partition("/")[0] for name in here}
    shared = speakers & {name.partition("/")[0] for name in there}
    if shared:
        notes.append(
            f"{len(here & there)} of {len(here)} utterances and {len(shared)} of {len(speakers)} "
            "speakers are among the calibration trials, too: calibrated figures look better than "
            "they are"
        )
    return notes


def _named(trials: TrialList) -> set[str]:
    used = np.union1d(trials.enrol, trials.test)
    return {trials.ids[number] for number in used.tolist()}
