"""Who speaks in the utterances of a trial list, for intervals over speakers."""

from pathlib import Path

import numpy as np

from speechdistill.storage.places import utt2spk_of
from speechdistill.verification.trials.speakers import speakers_of
from speechdistill.verification.trials.trial_list import TrialList


def told_speakers(trials_path: Path) -> Path | None:
    """Return the ``utt2spk`` of the prepared set whose list this is; None for others.

    Example
    -------
    >>> told_speakers(Path("lists/vox1_O.txt")) is None
    True
    """
    found = utt2spk_of(trials_path.parent.parent)
    return found if trials_path.parent.name == "trials" and found.is_file() else None


def speaker_numbers(trials: TrialList, utt2spk: Path | None) -> np.ndarray:
    """Number the speakers of a list's names, ``(names,)``, as ``utt2spk`` or the names tell them.

    Raises
    ------
    InputError: ``utt2spk`` is broken or incomplete.

    Example
    -------
    >>> names, rows = ["b/1", "a/1"], np.array([0])
    >>> speaker_numbers(TrialList(names, rows, rows + 1, rows - 1), None).tolist()
    [1, 0]
    """
    if utt2spk is None:
        return trials.speakers
    return np.unique(speakers_of(trials.ids, utt2spk), return_inverse=True)[1]
