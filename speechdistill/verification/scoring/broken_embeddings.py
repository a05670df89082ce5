"""Embeddings that are zero or not finite: left out if they are few, and said."""

import logging

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.trials.speakers import ROWS_AT_ONCE

logger = logging.getLogger(__name__)

BROKEN_LIMIT = 0.01


def without_broken(
    embeddings: KeyedVectors, what: str, limit: float = BROKEN_LIMIT
) -> KeyedVectors:
    """Leave out embeddings that are zero or not finite; a warning counts and names them.

    Arguments
    ---------
    embeddings: as a model made them.
    what: they are, for messages, such as ``cohort``.
    limit: the largest share that may be left out, in [0, 1].

    Raises
    ------
    InputError: more than the limit are broken, or all.

    Example
    -------
    >>> embeddings = KeyedVectors(["a", "b"], np.array([[1.0], [np.nan]]))
    >>> without_broken(embeddings, "cohort", limit=0.5).ids
    ['a']
    """
    is_whole = np.empty(len(embeddings), dtype=bool)
    for start in range(0, len(embeddings), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        vectors = embeddings.vectors[rows]
        is_whole[rows] = np.isfinite(vectors).all(axis=1) & (vectors != 0).any(axis=1)
    broken = np.flatnonzero(~is_whole)
    if len(broken) == 0:
        return embeddings
    names = ", ".join(embeddings.ids[row] for row in broken[:10].tolist())
    summary = (
        f"{len(broken)} of {len(embeddings)} embeddings of the {what} are zero or not finite: "
        f"{names}{', ...' if len(broken) > 10 else ''}"
    )
    if len(broken) > limit * len(embeddings) or len(broken) == len(embeddings):
        raise InputError(f"{summary}; make them again, with a model that is whole")
    logger.warning("%s; they are left out", summary)
    kept = np.flatnonzero(is_whole)
    ids = [embeddings.ids[row] for row in kept.tolist()]
    return KeyedVectors(ids, embeddings.vectors[kept])
