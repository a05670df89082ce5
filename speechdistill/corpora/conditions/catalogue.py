"""Which conditions there are, and what their sets are called."""

from dataclasses import dataclass
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.storage.places import TEST, Stage, trials_of

# Kinds, as sets are named by them, and what reports call them.
NOISES = {"white": "white noise", "babble": "babble", "band": "one octave of noise"}
SNRS_DB = (20, 10, 5, 0)
CUT = "cut"
TITLES = {**NOISES, CUT: "short utterances"}
DURATIONS = (3, 2, 1)


@dataclass(frozen=True)
class Condition:
    """A way in which all test utterances are degraded.

    Arguments
    ---------
    kind: of the noise (one of ``NOISES``), or ``CUT``.
    level: signal-to-noise ratio in dB, or duration in seconds.

    Example
    -------
    >>> Condition("white", 5).set_name, Condition(CUT, 2).set_name
    ('test-white-5', 'test-cut-2')
    """

    kind: str
    level: int

    @property
    def set_name(self) -> str:
        """The folder of its manifests, beside that of the clean test set."""
        return f"{TEST}-{self.kind}-{self.level}"


NOISE_CONDITIONS = tuple(Condition(kind, snr_db) for kind in NOISES for snr_db in SNRS_DB)
CUT_CONDITIONS = tuple(Condition(CUT, seconds) for seconds in DURATIONS)
CONDITIONS = (*NOISE_CONDITIONS, *CUT_CONDITIONS)


def available_sets(data: Path) -> list[str]:
    """Return the clean test set's name and those of the conditions that ``data`` has."""
    made = [condition.set_name for condition in CONDITIONS]
    return [TEST, *(name for name in made if (data / name).is_dir())]


def trial_lists(data: Path) -> list[Path]:
    """Return the trial lists of the test set, which all its conditions share.

    Raises
    ------
    InputError: there is none.
    """
    folder = trials_of(data / TEST)
    lists = sorted(folder.iterdir()) if folder.is_dir() else []
    if not lists:
        raise InputError(f"no trial list in {folder}: {Stage.MANIFESTS} makes it")
    return lists
