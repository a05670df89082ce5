"""Back-ends that are learnt from a training set."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.scoring.backend import Backend, CosineBackend
from speechdistill.verification.scoring.plda import Plda
from speechdistill.verification.scoring.transforms import (
    AffineTransform,
    lda,
    mean_subtraction,
    whitening,
)
from speechdistill.verification.trials.speakers import SpeakerStatistics, unit_length


@dataclass(frozen=True)
class FittedBackend:
    """What is done to embeddings before they are averaged or compared, and how they are compared.

    Attributes
    ----------
    transform: mean subtraction, whitening and LDA, as one map.
    comparison: the cosine, or PLDA of embeddings of length 1.
    """

    transform: AffineTransform
    comparison: Backend

    def apply(self, embeddings: KeyedVectors) -> KeyedVectors:
        """Map embeddings to where they are compared, as float32 in memory.

        Raises
        ------
        InputError: they have another dimension than the training set.
        """
        mapped = self.transform.apply(embeddings)
        if isinstance(self.comparison, Plda):
            return KeyedVectors(mapped.ids, unit_length(mapped.vectors))
        return mapped


def fit_backend(
    training: KeyedVectors,
    speakers: Sequence[str],
    subtract_mean: bool = False,
    whiten: bool = False,
    lda_dimension: int | None = None,
    plda: bool = False,
) -> FittedBackend:
    """Learn, in this order and where asked for, mean subtraction, whitening, LDA and PLDA.

    Whitening and LDA subtract the mean as well. PLDA sees embeddings of length 1 (Garcia-Romero and
    Espy-Wilson, "Analysis of i-vector length normalization in speaker recognition systems",
    Interspeech 2011). The training set is read once, and once more for PLDA.

    Arguments
    ---------
    training: embeddings of people who are in no trial.
    speakers: of each of its rows.
    subtract_mean, whiten, plda: whether to.
    lda_dimension: how many directions LDA keeps; None for no LDA.

    Raises
    ------
    InputError: too few speakers or utterances, or a training embedding that is not finite.

    Example
    -------
    >>> training = KeyedVectors(["a/1", "a/2", "b/1"], np.array([[1.0, 1], [3, 1], [5, 4]]))
    >>> fitted = fit_backend(training, ["a", "a", "b"], subtract_mean=True)
    >>> fitted.apply(training).vectors.tolist()
    [[-2.0, -1.0], [0.0, -1.0], [2.0, 2.0]]
    """
    dimension = training.vectors.shape[1]
    transform = AffineTransform(np.eye(dimension), np.zeros(dimension))
    statistics = SpeakerStatistics.of(training, speakers)
    if subtract_mean:
        transform = transform.then(mean_subtraction(transform.map_statistics(statistics)))
    if whiten:
        transform = transform.then(whitening(transform.map_statistics(statistics)))
    if lda_dimension is not None:
        transform = transform.then(lda(transform.map_statistics(statistics), lda_dimension))
    if not plda:
        return FittedBackend(transform, CosineBackend())
    mapped = SpeakerStatistics.of(training, speakers, lambda rows: unit_length(transform(rows)))
    return FittedBackend(transform, Plda.fit(mapped))
