"""Who may be who: clusters of vectors, with a threshold that no label chooses."""

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.metrics import silhouette_score

from speechdistill.base.errors import InputError

MOST_VECTORS = 20_000  # their distances take 8 bytes a pair


def agglomerate(vectors: np.ndarray) -> np.ndarray:
    """Join vectors step by step by average cosine distance; return SciPy's linkage matrix.

    Average linkage (UPGMA): Sokal and Michener, "A statistical method for evaluating systematic
    relationships", 1958. Takes memory and time in ``vectors^2``.

    Arguments
    ---------
    vectors: ``(vectors, dimension)``, none of them 0.

    Raises
    ------
    InputError: fewer than two vectors, or more than ``MOST_VECTORS``.
    """
    if not 2 <= len(vectors) <= MOST_VECTORS:
        raise InputError(
            f"{len(vectors)} vectors cannot be clustered: from 2 to {MOST_VECTORS} can; give the "
            "labels in a file"
        )
    return linkage(cosine_distances(vectors), method="average")


def cosine_distances(vectors: np.ndarray) -> np.ndarray:
    """Return ``1 - cos`` of every pair, in SciPy's condensed order."""
    unit = np.asarray(vectors, dtype=np.float64)
    unit = unit / np.linalg.norm(unit, axis=1, keepdims=True)
    distances = np.clip(1 - unit @ unit.T, 0, 2)
    np.fill_diagonal(distances, 0)
    return squareform(distances, checks=False)


def cut(tree: np.ndarray, distance: float) -> np.ndarray:
    """Return the cluster of each vector where joining stops at a distance: ``(vectors,)`` from 0.

    Example
    -------
    >>> vectors = np.array([[1, 0], [1, 0.1], [0, 1], [0.1, 1]])
    >>> cut(agglomerate(vectors), 0.5).tolist()
    [0, 0, 1, 1]
    """
    found = fcluster(tree, distance, criterion="distance")
    _, first, number = np.unique(found, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[number]


def best_distance(vectors: np.ndarray, tree: np.ndarray) -> float:
    """Choose where joining stops: where clusters are tight and apart, by the mean silhouette.

    ``s_i = (b_i - a_i) / max(a_i, b_i)``, a the mean distance to the own cluster, b that to the
    nearest other; 0 for a vector alone. Rousseeuw, "Silhouettes: a graphical aid to the
    interpretation and validation of cluster analysis", 1987. The distance is halfway between the
    last join that is kept and the first that is not.

    Arguments
    ---------
    vectors: ``(vectors, dimension)``.
    tree: of :func:`agglomerate`.

    Example
    -------
    >>> generator = np.random.default_rng(0)
    >>> people = np.repeat(generator.normal(size=(9, 16)), 4, axis=0)
    >>> vectors = people + 0.3 * generator.normal(size=people.shape)
    >>> tree = agglomerate(vectors)
    >>> int(cut(tree, best_distance(vectors, tree)).max()) + 1
    9
    """
    joins = np.unique(tree[:, 2])
    if len(joins) == 1:
        return float(joins[0]) / 2
    between = (joins[1:] + joins[:-1]) / 2
    tried = between[np.unique(np.linspace(0, len(between) - 1, 60).round().astype(int))]
    square = squareform(cosine_distances(vectors))
    scores = []
    for distance in tried:
        clusters = cut(tree, distance)
        several = 1 < clusters.max() + 1 < len(clusters)
        scores.append(silhouette_score(square, clusters, metric="precomputed") if several else -1.0)
    return float(tried[int(np.argmax(scores))])
