"""Trials sampled among what was written of a set."""

from collections.abc import Collection

from speechdistill.corpora.set_writer import WrittenSet
from speechdistill.verification.trials.trial_list import TrialList
from speechdistill.verification.trials.trial_sampling import sample_trials


def sample_set_trials(
    written: WrittenSet, members: Collection[str], n_trials: int, seed: int
) -> TrialList:
    """Sample trials among the utterances of some speakers: see :func:`sample_trials`.

    Arguments
    ---------
    written: the set.
    members: speakers of it.
    n_trials, seed: of the sampling.

    Raises
    ------
    InputError: no target or no non-target trial exists.

    Example
    -------
    >>> genders: dict = {"a": None, "b": None}
    >>> written = WrittenSet(
    ...     ids=["1", "2", "3"], speakers=["a", "a", "b"], sessions=["x", "y", "x"], genders=genders
    ... )
    >>> sorted(sample_set_trials(written, {"a", "b"}, 2, seed=1).labels.tolist())
    [0, 1]
    """
    rows = [row for row, speaker in enumerate(written.speakers) if speaker in members]
    return sample_trials(
        ids=[f"{written.ids[row]}.wav" for row in rows],
        speakers=[written.speakers[row] for row in rows],
        sessions=[written.sessions[row] for row in rows],
        genders=[written.genders[written.speakers[row]] for row in rows],
        n_trials=n_trials,
        seed=seed,
    )
