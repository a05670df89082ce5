"""What an embedding says of its utterance: quality measures for calibration."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.files import written_whole
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.scoring.cohort_statistics import cohort_statistics
from speechdistill.verification.scoring.side import check_finite
from speechdistill.verification.trials.speakers import unit_length


def embedding_magnitudes(vectors: np.ndarray) -> np.ndarray:
    """Return the Euclidean length of embeddings as the model gave them.

    Models trained with a softmax over classes give shorter embeddings to utterances that they are
    unsure of; embeddings stored at length 1 say nothing.

    Arguments
    ---------
    vectors: shape ``(utterances, dimension)``.

    Returns
    -------
    float64 ``(utterances,)``.

    Example
    -------
    >>> embedding_magnitudes(np.array([[3.0, 4.0]]))
    array([5.])
    """
    vectors = vectors.astype(np.float64)
    # Scaled, for squares of the largest and smallest numbers leave even float64.
    scales = np.abs(vectors).max(axis=1, initial=0)
    scaled = vectors / np.where((scales > 0) & np.isfinite(scales), scales, 1)[:, None]
    return scales * np.sqrt(np.einsum("ij,ij->i", scaled, scaled))


def embedding_measures(
    embeddings: KeyedVectors, cohort: KeyedVectors | None = None, top_n: int | None = 300
) -> dict[str, np.ndarray]:
    """Measure utterances by their embeddings, for a table that calibration reads.

    - ``magnitude``: :func:`embedding_magnitudes`;
    - ``cohort_mean``, ``cohort_deviation``: of the ``top_n`` highest cosines with the cohort, the
      imposter statistics of Thienpondt et al. (ICASSP 2021).

    Arguments
    ---------
    embeddings: keyed by utterance id, not length-normalised.
    cohort: impostors, usually :func:`~.speakers.speaker_means` of the training set.
    top_n: from 2 to the size of the cohort; None for the whole cohort.

    Returns
    -------
    column -> float64 ``(utterances,)``.

    Raises
    ------
    InputError: ``top_n`` is out of range, or the cohort has another dimension or is broken.

    Example
    -------
    >>> embeddings = KeyedVectors(["a"], np.array([[3.0, 4.0]]))
    >>> cohort = KeyedVectors(["x", "y"], np.eye(2))
    >>> found = embedding_measures(embeddings, cohort, top_n=2)
    >>> {name: values.round(3).tolist() for name, values in found.items()}
    {'magnitude': [5.0], 'cohort_mean': [0.7], 'cohort_deviation': [0.1]}
    """
    measures = {"magnitude": embedding_magnitudes(embeddings.vectors)}
    if cohort is None:
        return measures
    if cohort.vectors.shape[1] != embeddings.vectors.shape[1]:
        raise InputError(
            f"the cohort's embeddings have {cohort.vectors.shape[1]} dimensions and the "
            f"utterances' {embeddings.vectors.shape[1]}: give embeddings of one system"
        )
    impostors = unit_length(cohort.vectors)
    check_finite(impostors, np.arange(len(impostors)), cohort.ids)
    mean, deviation = cohort_statistics(unit_length(embeddings.vectors), impostors, top_n)
    return measures | {"cohort_mean": mean, "cohort_deviation": deviation}


def save_measures(ids: Sequence[str], measures: Mapping[str, np.ndarray], path: Path) -> None:
    """Write a table of measures by utterance that :class:`UtteranceFacts` reads, whole or not.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "measures.tsv"
    >>> save_measures(["a/1"], {"magnitude": np.array([5.0])}, path)
    >>> path.read_text().split()
    ['id', 'magnitude', 'a/1', '5']
    """
    rows = zip(ids, *(values.tolist() for values in measures.values()), strict=True)
    with written_whole(path) as partial, partial.open("w", encoding="utf-8") as lines:
        lines.write("\t".join(["id", *measures]) + "\n")
        for name, *values in rows:
            lines.write("\t".join([name, *(f"{value:.9g}" for value in values)]) + "\n")
