"""The quality of what a trained teacher says of its input: q_teacher."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.quality.table import QualityTable
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.places import Stage

LEAST_WEIGHT = 0.01
LEAST_AGREEMENT = 0.1


def teacher_quality(
    embeddings: KeyedVectors, people: Sequence[str], inputs: QualityTable
) -> QualityTable:
    """Rate embeddings by the input they come from, their norm, and the person's other inputs.

    ``quality = input * sqrt(min(1, norm / median norm) * min(1, agreement / median agreement))``,
    with an agreement below 0 taken for 0, the median norm that of all inputs, and the median
    agreement that of the person, but at least 0.1.

    Returned columns, one row per embedding:

    - quality: in [0, 1].
    - input: the quality of the input (of an image, say), as in ``inputs``.
    - norm: length of the embedding. Networks trained with a normalised softmax give short ones to
      inputs that they can tell little from (Meng et al., "MagFace", CVPR 2021; Ranjan et al.,
      "L2-constrained softmax loss", arXiv 1703.09507).
    - agreement: cosine to the mean of the unit-length embeddings of the person's other inputs,
      weighted by their quality, so that poor ones have little say in what the person is like. A
      stranger's image among a person's, or a covered face, has little of it. NaN for a person's
      only input, which is rated by the other two.

    Arguments
    ---------
    embeddings: of a teacher.
    people: whose each of them is.
    inputs: quality of what it saw, with the same ids and maybe more.

    Raises
    ------
    InputError: an input has no quality.

    Example
    -------
    >>> ids = ["a/v/1", "a/v/2", "a/w/1", "a/w/2"]
    >>> vectors = np.array([[1.0, 0], [0.9, 0.1], [1, 0.1], [-0.1, 1.0]])  # the last: a stranger
    >>> images = QualityTable(ids, {"quality": np.full(4, 0.8)})
    >>> rated = teacher_quality(KeyedVectors(ids, vectors), ["a"] * 4, images)
    >>> rated.columns["quality"].round(1).tolist()
    [0.8, 0.8, 0.8, 0.0]
    """
    missing = next((name for name in embeddings.ids if name not in inputs.scores), None)
    if missing is not None:
        raise InputError(f"no quality of {missing}: run {Stage.QUALITY} again")
    source = np.array([inputs.scores[name] for name in embeddings.ids])
    norm = np.linalg.norm(embeddings.vectors, axis=1).astype(np.float64)
    agreement = np.full(len(source), np.nan)
    usual = np.ones(len(source))
    for rows in _rows_of(people):
        if len(rows) > 1:
            agreement[rows] = _agreement(np.asarray(embeddings.vectors[rows]), source[rows])
            usual[rows] = max(float(np.median(agreement[rows])), LEAST_AGREEMENT)
    # An embedding of length 0 says nothing, even where most are so.
    usual_norm = max(float(np.median(norm)), np.finfo(np.float64).tiny) if len(norm) else 1.0
    agreeing = np.nan_to_num(np.clip(agreement / usual, 0, 1), nan=1.0)
    quality = source * np.sqrt(np.minimum(norm / usual_norm, 1) * agreeing)
    return QualityTable(
        embeddings.ids,
        {"quality": quality, "input": source, "norm": norm, "agreement": agreement},
    )


def _rows_of(people: Sequence[str]) -> list[list[int]]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, person in enumerate(people):
        rows[person].append(row)
    return list(rows.values())


def _agreement(vectors: np.ndarray, quality: np.ndarray) -> np.ndarray:
    """Cosine of each of a person's vectors to the weighted mean of the others."""
    units = vectors.astype(np.float64)
    units /= np.maximum(np.linalg.norm(units, axis=1, keepdims=True), np.finfo(np.float64).tiny)
    weighted = np.maximum(quality, LEAST_WEIGHT)[:, None] * units
    others = weighted.sum(axis=0) - weighted
    lengths = np.linalg.norm(others, axis=1)
    return np.sum(units * others, axis=1) / np.maximum(lengths, np.finfo(np.float64).tiny)
