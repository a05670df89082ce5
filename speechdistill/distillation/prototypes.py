"""Class prototypes: classes as the teacher's frozen vectors have them, without a trained head."""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.special import softmax
from scipy.stats import entropy
from sklearn.preprocessing import normalize

from speechdistill.storage.keyed_vectors import KeyedVectors

BLOCK = 1024  # rows that a temperature is found from
AT_ONCE = 1 << 24  # values of a softmax at a time: 128 MB
TEMPERATURES = np.geomspace(0.005, 2.0, 200)


def weighted_means(vectors: np.ndarray, weights: np.ndarray, groups: Sequence[str]) -> KeyedVectors:
    """Average unit-length vectors by group, weighted, and bring the means to unit length.

    Prototypes of classes: Snell, Swersky, Zemel, "Prototypical Networks for Few-shot Learning",
    NeurIPS 2017, equation 1, on the sphere and with weights.

    Arguments
    ---------
    vectors: ``(vectors, dimension)``.
    weights: ``(vectors,)``, >= 0, such as the qualities; a group all of whose weights are 0 counts
        its vectors alike.
    groups: of each vector.

    Returns
    -------
    A unit-length vector for each group, in the order of their names.

    Example
    -------
    >>> vectors = np.array([[2.0, 0.0], [0.0, 1.0], [0.0, 3.0]])
    >>> weighted_means(vectors, np.array([1.0, 0.0, 1.0]), ["a", "a", "b"]).vectors.tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    names, number = np.unique(np.asarray(groups, dtype=object).astype(str), return_inverse=True)
    weights = np.asarray(weights, dtype=np.float64)
    total = np.bincount(number, weights, len(names))
    weights = np.where(total[number] > 0, weights, 1.0)
    shares = csr_array((weights, (number, np.arange(len(number)))), (len(names), len(number)))
    sums = shares @ normalize(np.asarray(vectors, dtype=np.float64))
    return KeyedVectors(names.tolist(), normalize(sums).astype(np.float32))


def perplexity(cosines: np.ndarray, temperature: float) -> float:
    """Return the mean perplexity of ``softmax(cosines / temperature)`` over rows.

    It says among how many classes the posterior hesitates: 1 where it is sure.

    Example
    -------
    >>> round(perplexity(np.array([[1.0, 1.0, -1.0]]), 0.01), 3)
    2.0
    """
    blocks = np.array_split(cosines, -(-cosines.size // AT_ONCE))
    entropies = [entropy(softmax(block / temperature, axis=1), axis=1) for block in blocks]
    return float(np.exp(np.concatenate(entropies)).mean())


def fitting_temperature(vectors: np.ndarray, classes_per_person: float) -> float:
    """Choose a temperature without labels: the posterior hesitates among a person's own classes.

    Where each class is a video and clusters say that a person has so many on average, the
    temperature is that at which the posterior over the videos has this mean perplexity. It
    adapts to the teacher: cosines of some face networks begin at 0.8.

    Arguments
    ---------
    vectors: ``(classes, dimension)``: the prototypes of the classes.
    classes_per_person: at least 1.

    Example
    -------
    >>> people = np.repeat(np.eye(8), 4, axis=0)
    >>> temperature = fitting_temperature(people, 4)
    >>> round(perplexity(people @ people.T, temperature), 1)
    4.0
    """
    rows = normalize(np.asarray(vectors, dtype=np.float64))
    chosen = np.linspace(0, len(rows) - 1, min(len(rows), BLOCK)).round().astype(int)
    cosines = rows[chosen] @ rows.T
    wanted = min(max(classes_per_person, 1.0), len(rows))
    # The perplexity rises with the temperature.
    place = bisect_left(
        TEMPERATURES, wanted * (1 - 1e-3), key=lambda value: perplexity(cosines, value)
    )
    return float(TEMPERATURES[min(place, len(TEMPERATURES) - 1)])
