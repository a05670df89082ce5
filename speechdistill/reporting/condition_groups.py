"""Which test conditions are averaged."""

from collections.abc import Mapping, Sequence

from speechdistill.corpora.conditions.catalogue import CUT_CONDITIONS, NOISE_CONDITIONS, SNRS_DB
from speechdistill.storage.places import TEST

LOW_SNRS_DB = (5, 0)
CLEAN = "clean"


def condition_groups(sets: Sequence[str]) -> dict[str, list[str]]:
    """Return name -> sets of each group whose sets are all there.

    Example
    -------
    >>> list(condition_groups(["test", "test-cut-3", "test-cut-2", "test-cut-1"]))
    ['clean', 'cut']
    """
    groups = {CLEAN: [TEST]}
    for snr_db in SNRS_DB:
        groups[f"noise {snr_db} dB"] = _noises([snr_db])
    groups["noise 0-5 dB"] = _noises(LOW_SNRS_DB)
    groups["cut"] = [condition.set_name for condition in CUT_CONDITIONS]
    return {name: members for name, members in groups.items() if set(members) <= set(sets)}


def _noises(snrs_db: Sequence[int]) -> list[str]:
    return [condition.set_name for condition in NOISE_CONDITIONS if condition.level in snrs_db]


def condition_titles() -> Mapping[str, str]:
    """Return set -> what tables call it.

    Example
    -------
    >>> [condition_titles()[name] for name in ("test", "test-white-5", "test-cut-2")]
    ['clean', 'white 5 dB', 'cut 2 s']
    """
    return {TEST: CLEAN} | {
        condition.set_name: f"{condition.kind} {condition.level} {unit}"
        for conditions, unit in ((NOISE_CONDITIONS, "dB"), (CUT_CONDITIONS, "s"))
        for condition in conditions
    }
