"""Texts to vectors by the words and letters they have: nothing to download."""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion
from sklearn.preprocessing import normalize

from speechdistill.base.errors import InputError

logger = logging.getLogger(__name__)

# A singular value below this share of the largest is rounding.
NEGLIGIBLE = 1e-5


class TfidfSvd:
    """TF-IDF of words and character n-grams, reduced by a truncated SVD to unit length.

    Latent semantic analysis (Deerwester et al., "Indexing by latent semantic analysis", JASIS
    1990). A text that shares nothing with those of :meth:`fit` gets a vector of length 0.

    Arguments
    ---------
    dimension: of the vectors; it falls to what the training texts allow: to their number, at most.
    words: word n-grams of up to this many words.
    letters: character n-grams of 2 to this many characters, within words.

    Raises
    ------
    ValueError: a number that is too small.

    Example
    -------
    >>> encoder = TfidfSvd(dimension=2)
    >>> encoder.fit(["A man from India.", "A woman from India.", "A loud woman."])
    >>> encoder.transform(["A woman.", "Azerbaijan?"]).shape
    (2, 2)
    """

    files: Sequence[Path] = ()

    def __init__(self, dimension: int = 128, words: int = 2, letters: int = 4) -> None:
        if min(dimension, words, letters - 1) < 1:
            raise ValueError(
                f"dimension {dimension}, words {words}, letters {letters}: at least 1, 1 and 2"
            )
        self.dimension = dimension
        self.words = words
        self.letters = letters

    def fit(self, texts: Sequence[str]) -> None:
        """Learn terms, their weights and the subspace from distinct texts.

        Raises
        ------
        InputError: there is no word in them.
        """
        terms = FeatureUnion(
            [
                (
                    "words",
                    TfidfVectorizer(
                        ngram_range=(1, self.words), token_pattern=r"\w+", sublinear_tf=True
                    ),
                ),
                (
                    "letters",
                    TfidfVectorizer(
                        analyzer="char_wb", ngram_range=(2, self.letters), sublinear_tf=True
                    ),
                ),
            ]
        )
        try:
            weights = terms.fit_transform(texts)
        except ValueError as error:
            raise InputError(
                f"there is no word in the {len(texts)} training texts ({error}): give others"
            ) from error
        svd = TruncatedSVD(min(self.dimension, *weights.shape), n_iter=10, random_state=0)
        with np.errstate(invalid="ignore"):  # the variance of a single text, which nobody asks for
            svd.fit(weights)
        kept = svd.singular_values_ > NEGLIGIBLE * svd.singular_values_[0]
        self.terms, self.components = terms, svd.components_[kept]
        if len(self.components) < self.dimension:
            logger.info(
                "%d distinct training texts allow %d dimensions, not %d",
                *(len(texts), len(self.components), self.dimension),
            )

    def transform(self, texts: Sequence[str]) -> np.ndarray:
        """Encode texts; return float32 ``(texts, dimension)``."""
        vectors = self.terms.transform(texts) @ self.components.T
        vectors[np.linalg.norm(vectors, axis=1) < NEGLIGIBLE] = 0
        return normalize(vectors).astype(np.float32)
