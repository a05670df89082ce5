"""Cosine scores of trials."""

import logging
from collections.abc import Container
from pathlib import Path

import numpy as np

from speechdistill.errors import InputError
from speechdistill.files import written_whole
from speechdistill.keyed_vectors import KeyedVectors
from speechdistill.verification.trials import TrialList

logger = logging.getLogger(__name__)

TRIALS_AT_ONCE = 4096


def cosine_scores(trials: TrialList, enrol: KeyedVectors, test: KeyedVectors) -> np.ndarray:
    """Score every trial by the cosine of its two embeddings.

    Memory: one copy of the embeddings that the trials name, however many trials there are.

    Arguments
    ---------
    trials: the trials; every utterance must have an embedding (see :func:`scorable_trials`).
    enrol, test: embeddings of both sides, keyed by utterance id; often the same.

    Returns
    -------
    float32 ``(trials,)``, in the trials' order, in [-1, 1] up to rounding.

    Raises
    ------
    InputError: an utterance has no embedding, or one that is zero or not finite; or the two sides
        differ in dimension.

    Example
    -------
    >>> vectors = KeyedVectors(["a/x", "a/y", "b/z"], np.array([[1.0, 0], [2, 0], [0, 3]]))
    >>> trials = TrialList(
    ...     ["a/x.wav", "a/y.wav", "b/z.wav"], np.array([0, 0]), np.array([1, 2]), np.array([1, 0])
    ... )
    >>> cosine_scores(trials, vectors, vectors)
    array([1., 0.], dtype=float32)
    """
    if enrol.vectors.shape[1] != test.vectors.shape[1]:
        raise InputError(
            f"enrolment embeddings have {enrol.vectors.shape[1]} dimensions and test embeddings "
            f"{test.vectors.shape[1]}: give embeddings of one system"
        )
    if enrol is test:
        enrol_units, enrol_rows = test_units, test_rows = _unit_vectors(
            trials, np.concatenate([trials.enrol, trials.test]), test
        )
    else:
        enrol_units, enrol_rows = _unit_vectors(trials, trials.enrol, enrol)
        test_units, test_rows = _unit_vectors(trials, trials.test, test)
    scores = np.empty(len(trials), dtype=np.float32)
    for start in range(0, len(trials), TRIALS_AT_ONCE):
        chunk = slice(start, start + TRIALS_AT_ONCE)
        enrol_chunk = enrol_units[enrol_rows[trials.enrol[chunk]]]
        test_chunk = test_units[test_rows[trials.test[chunk]]]
        np.einsum("ij,ij->i", enrol_chunk, test_chunk, out=scores[chunk])
    return scores


def _unit_vectors(
    trials: TrialList, used: np.ndarray, vectors: KeyedVectors
) -> tuple[np.ndarray, np.ndarray]:
    """Return the embeddings of the used names at length 1, and the row of each name among them."""
    is_used = np.zeros(len(trials.names), dtype=bool)
    is_used[used] = True
    positions = np.flatnonzero(is_used).tolist()
    rows = [vectors.row_of.get(trials.ids[position], -1) for position in positions]
    absent = [trials.names[p] for p, row in zip(positions, rows, strict=True) if row < 0]
    if absent:
        raise InputError(
            f"{len(absent)} utterances of {trials.source or 'the trial list'} have no embedding, "
            f"such as {absent[0]}: embed them first"
        )
    units = np.asarray(vectors.vectors[rows], dtype=np.float32)
    norms = np.sqrt(np.einsum("ij,ij->i", units, units))
    is_broken = ~(np.isfinite(norms) & (norms > 0))
    if is_broken.any():
        name = trials.names[positions[int(np.argmax(is_broken))]]
        raise InputError(
            f"{np.count_nonzero(is_broken)} of {len(units)} embeddings are zero or not finite, "
            f"such as that of {name}: make them again, with a model that is whole"
        )
    units /= norms[:, None]
    return units, np.cumsum(is_used) - 1


def scorable_trials(
    trials: TrialList,
    enrol: Container[str],
    test: Container[str],
    missing_limit: float,
    missing_list: Path,
) -> TrialList:
    """Drop the trials that name an utterance without embedding; count and list the utterances.

    Arguments
    ---------
    enrol, test: the utterance ids of both sides (:class:`KeyedVectors`, or a set of ids).
    missing_limit: the largest share of trials that may be dropped, in [0, 1].
    missing_list: where the names of utterances without embedding are written, if there are any.

    Raises
    ------
    InputError: more trials than the limit would be dropped, or no target or non-target is left.

    Example
    -------
    >>> import tempfile
    >>> trials = TrialList(
    ...     ["a/x.wav", "a/y.wav", "b/z.wav"],
    ...     np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([1, 0, 0]),
    ... )
    >>> everything = {"a/x", "a/y", "b/z"}
    >>> missing_list = Path(tempfile.mkdtemp()) / "missing.txt"
    >>> kept = scorable_trials(trials, everything - {"a/y"}, everything, 0.5, missing_list)
    >>> len(kept), missing_list.read_text()
    (2, 'a/y.wav\\n')
    """
    has_enrol = np.array([name in enrol for name in trials.ids])[trials.enrol]
    has_test = np.array([name in test for name in trials.ids])[trials.test]
    is_kept = has_enrol & has_test
    dropped = len(trials) - np.count_nonzero(is_kept)
    if dropped == 0:
        missing_list.unlink(missing_ok=True)
        return trials
    absent = np.union1d(trials.enrol[~has_enrol], trials.test[~has_test])
    names = [trials.names[position] for position in absent]
    with written_whole(missing_list) as partial:
        partial.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    summary = (
        f"{dropped} of {len(trials)} trials of {trials.source or 'the list'} name {len(names)} "
        f"utterances without embedding, such as {names[0]} (all in {missing_list})"
    )
    if dropped > missing_limit * len(trials):
        raise InputError(f"{summary}: embed them, or raise --missing-limit ({missing_limit})")
    logger.warning("%s: they are left out", summary)
    return trials.subset(is_kept)
