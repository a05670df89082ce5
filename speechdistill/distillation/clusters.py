"""Who may be who: clusters of vectors, with a threshold that no label chooses."""

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.metrics import silhouette_score

from speechdistill.base.errors import InputError
from speechdistill.distillation.reciprocal_neighbours import ReciprocalJoins

MOST_IN_PAIRS = 10_000  # vectors: their distances take 8 bytes a pair, four times at the most
TRIED = 60  # distances


def find_clusters(
    views: Sequence[np.ndarray], distance: float | None = None
) -> tuple[np.ndarray, float]:
    """Join vectors by average linkage of their cosine distances, up to a distance.

    Up to ``MOST_IN_PAIRS`` vectors SciPy and scikit-learn do it, from the distances of all pairs;
    more are joined by :class:`speechdistill.distillation.reciprocal_neighbours.ReciprocalJoins`,
    in memory that grows with the vectors: the same clusters at the same distance.

    Arguments
    ---------
    views: each ``(vectors, dimension)``, none of them 0, such as faces and voices; of several, it
        is their joint distance (:func:`joint_distances`).
    distance: where joining stops; None for where the mean silhouette is best
        (:func:`best_distance`).

    Returns
    -------
    The cluster of each vector, ``(vectors,)``, from 0, and the distance.

    Raises
    ------
    InputError: fewer than two vectors.

    Example
    -------
    >>> vectors = np.array([[1, 0], [1, 0.1], [0, 1], [0.1, 1]])
    >>> find_clusters([vectors], 0.5)[0].tolist()
    [0, 0, 1, 1]
    """
    if len(views[0]) > MOST_IN_PAIRS:
        joined = ReciprocalJoins.of(views)
        used = _best_of_many(joined) if distance is None else distance
        return joined.cut(used), used
    if len(views) == 1:
        distances = cosine_distances(views[0])
    else:
        distances = joint_distances(map(cosine_distances, views))
    tree = agglomerate(distances)
    used = best_distance(distances, tree) if distance is None else distance
    return cut(tree, used), used


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
    """Return ``1 - cos`` of every pair, in SciPy's condensed order; memory grows by the square.

    Arguments
    ---------
    vectors: ``(vectors, dimension)``, none of them 0.

    Raises
    ------
    InputError: fewer than two vectors.
    """
    if len(vectors) < 2:
        raise InputError(f"{len(vectors)} vectors cannot be clustered: give two or more")
    unit = np.asarray(vectors, dtype=np.float64)
    unit = unit / np.linalg.norm(unit, axis=1, keepdims=True)
    distances = unit @ unit.T
    np.subtract(1, distances, out=distances)
    np.clip(distances, 0, 2, out=distances)
    np.fill_diagonal(distances, 0)
    return squareform(distances, checks=False)


def joint_distances(views: Iterable[np.ndarray]) -> np.ndarray:
    """Average the distances in several views, such as face and voice, each standardised first.

    Standardised, since a cosine distance of 0.5 is far in one space and near in another. The
    smallest is 0 then; the unit is the standard deviation of a view.

    Example
    -------
    >>> joint_distances([np.array([0.0, 1.0]), np.array([5.0, 9.0])]).tolist()
    [0.0, 2.0]
    """
    total, count = np.zeros(1), 0
    for view in views:  # one at a time, and in place: they are large
        scaled = view - view.mean()
        scaled /= view.std() or 1.0
        scaled += total
        total, count = scaled, count + 1
    total /= count
    total -= total.min()
    return total


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
    square = squareform(distances)

    def silhouette(distance: float) -> float:
        clusters = cut(tree, distance)
        several = 1 < clusters.max() + 1 < len(clusters)
        return silhouette_score(square, clusters, metric="precomputed") if several else -1.0

    between = _between(tree[:, 2])
    tried = between[np.unique(np.linspace(0, len(between) - 1, TRIED).round().astype(int))]
    return float(tried[int(np.argmax([silhouette(distance) for distance in tried]))])


def _best_of_many(joined: ReciprocalJoins) -> float:
    """Choose as :func:`best_distance` does, first by the order of magnitude of the clusters."""
    between = _between(joined.distances)
    # From the end, where each step is a cluster: of 100,000 joins, every 60th is too coarse there.
    places = np.unique(len(between) - np.geomspace(1, len(between), TRIED).round().astype(int))
    for _ in range(2):
        scores = [joined.silhouette(joined.cut(distance)) for distance in between[places]]
        best = int(np.argmax(scores))
        used = float(between[places[best]])
        around = places[max(best - 1, 0)], places[min(best + 1, len(places) - 1)]
        places = np.unique(np.linspace(*around, TRIED).round().astype(int))
    return used


def _between(joins: np.ndarray) -> np.ndarray:
    """Return the distances halfway from a join to the next; half the only one."""
    joins = np.unique(joins)
    return joins / 2 if len(joins) == 1 else (joins[1:] + joins[:-1]) / 2
