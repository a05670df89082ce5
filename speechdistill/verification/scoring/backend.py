"""How two embeddings are compared."""

from typing import Protocol

import numpy as np

from speechdistill.verification.trials.speakers import unit_length


class Backend(Protocol):
    """Gives embeddings vectors whose dot products are the scores."""

    @property
    def sides_are_alike(self) -> bool:
        """Whether an utterance has the same vector on both sides."""

    def enrol_vectors(self, embeddings: np.ndarray, utterances: np.ndarray) -> np.ndarray:
        """Return a row per model, given its embedding and how many utterances it stands for."""

    def test_vectors(self, embeddings: np.ndarray) -> np.ndarray:
        """Return a row per test utterance."""


class CosineBackend:
    """The cosine of the angle between the embeddings: the dot product at length 1.

    Example
    -------
    >>> CosineBackend().test_vectors(np.array([[3.0, 4.0]])).tolist()
    [[0.6, 0.8]]
    """

    sides_are_alike = True

    def enrol_vectors(self, embeddings: np.ndarray, utterances: np.ndarray) -> np.ndarray:
        """Return the embeddings at length 1; how many utterances one stands for does not matter."""
        return unit_length(embeddings)

    def test_vectors(self, embeddings: np.ndarray) -> np.ndarray:
        """Return the embeddings at length 1."""
        return unit_length(embeddings)
