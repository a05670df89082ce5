"""Who may be who: clusters of vectors, with a threshold that no label chooses."""

from collections.abc import Sequence

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.metrics import silhouette_score

from speechdistill.base.errors import InputError

MOST_VECTORS = 20_000  # their distances take 8 bytes a pair


def agglomerate(distances: np.ndarray) -> np.ndarray:
    """Join things step by step by their average distance; return SciPy's linkage matrix.

    Average linkage (UPGMA): Sokal and Michener, "A statistical method for evaluating systematic
    relationships", 1958.

    Arguments
    ---------
    distances: of every pair, of :func:`cosine_distances` or :func:`joint_distances`.
    """
    return linkage(distances, method="average")


def cosine_distances(vectors: np.ndarray) -> np.ndarray:
    """Return ``1 - cos`` of every pair, in SciPy's condensed order; memory in ``vectors^2``.

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
    unit = np.asarray(vectors, dtype=np.float64)
    unit = unit / np.linalg.norm(unit, axis=1, keepdims=True)
    distances = np.clip(1 - unit @ unit.T, 0, 2)
    np.fill_diagonal(distances, 0)
    return squareform(distances, checks=False)


def joint_distances(views: Sequence[np.ndarray]) -> np.ndarray:
    """Average the distances in several views, such as face and voice, each standardised first.

    Standardised, since a cosine distance of 0.5 is far in one space and near in another. The
    smallest is 0 then; the unit is the standard deviation of a view.

    Example
    -------
    >>> joint_distances([np.array([0.0, 1.0]), np.array([5.0, 9.0])]).tolist()
    [0.0, 2.0]
    """
    scaled = [(view - view.mean()) / (view.std() or 1.0) for view in views]
    mean = np.mean(scaled, axis=0)
    return mean - mean.min()


def cut(tree: np.ndarray, distance: float) -> np.ndarray:
    """Return the cluster of each vector where joining stops at a distance: ``(vectors,)`` from 0.

    Example
    -------
    >>> vectors = np.array([[1, 0], [1, 0.1], [0, 1], [0.1, 1]])
    >>> cut(agglomerate(cosine_distances(vectors)), 0.5).tolist()
    [0, 0, 1, 1]
    """
    found = fcluster(tree, distance, criterion="distance")
    _, first, number = np.unique(found, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[number]


def best_distance(distances: np.ndarray, tree: np.ndarray) -> float:
    """Choose where joining stops: where clusters are tight and apart, by the mean silhouette.

    ``s_i = (b_i - a_i) / max(a_i, b_i)``, a the mean distance to the own cluster, b that to the
    nearest other; 0 for a vector alone. Rousseeuw, "Silhouettes: a graphical aid to the
    interpretation and validation of cluster analysis", 1987. The distance is halfway between the
    last join that is kept and the first that is not.

    Arguments
    ---------
    distances: of every pair.
    tree: what :func:`agglomerate` made of them.

    Example
    -------
    >>> generator = np.random.default_rng(0)
    >>> people = np.repeat(generator.normal(size=(9, 16)), 4, axis=0)
    >>> distances = cosine_distances(people + 0.3 * generator.normal(size=people.shape))
    >>> tree = agglomerate(distances)
    >>> int(cut(tree, best_distance(distances, tree)).max()) + 1
    9
    """
    joins = np.unique(tree[:, 2])
    if len(joins) == 1:
        return float(joins[0]) / 2
    between = (joins[1:] + joins[:-1]) / 2
    tried = between[np.unique(np.linspace(0, len(between) - 1, 60).round().astype(int))]
    square = squareform(distances)
    scores = []
    for distance in tried:
        clusters = cut(tree, distance)
        several = 1 < clusters.max() + 1 < len(clusters)
        scores.append(silhouette_score(square, clusters, metric="precomputed") if several else -1.0)
    return float(tried[int(np.argmax(scores))])
