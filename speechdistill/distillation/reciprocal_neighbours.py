"""Average linkage of more vectors than pairs of them can be kept: from means alone, exactly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from sklearn.preprocessing import normalize

AT_ONCE = 1 << 26  # inner products at a time: 256 MB
JUDGED = 4096  # vectors whose silhouettes are averaged


@dataclass(frozen=True)
class ReciprocalJoins:
    """Average linkage, and silhouettes of its clusters, in memory that grows with the vectors.

    A cosine distance, and a sum of several, is ``offset - x @ y``: the average distance between two
    groups is that of their means, so that nothing is kept of a pair. Groups each of which is the
    other's nearest are joined, many at a time; what average linkage does later does not change
    that, so the clusters are those of :func:`speechdistill.distillation.clusters.agglomerate`, but
    for rounding (float32). Murtagh, "A survey of recent advances in hierarchical clustering
    algorithms", The Computer Journal, 1983, section 3.

    Arguments
    ---------
    vectors: ``(vectors, dimension)``, float32, whose inner products are the distances'.
    joins: ``(vectors - 1, 2)``, int: a vector of either group that is joined.
    distances: ``(vectors - 1,)`` between the two.
    offset: the distance of vectors whose inner product is 0.
    """

    vectors: np.ndarray
    joins: np.ndarray
    distances: np.ndarray
    offset: float

    @classmethod
    def of(cls, views: Sequence[np.ndarray]) -> "ReciprocalJoins":
        """Join vectors by their cosine distance, or by their joint distance in several views.

        Arguments
        ---------
        views: each ``(vectors, dimension)``, at least two vectors, none of them 0.

        Example
        -------
        >>> vectors = np.array([[1, 0], [1, 0.1], [0, 1], [0.1, 1]])
        >>> joined = ReciprocalJoins.of([vectors])
        >>> [f"{distance:.3f}" for distance in joined.distances], joined.cut(0.5).tolist()
        (['0.005', '0.005', '0.901'], [0, 0, 1, 1])
        """
        if len(views) == 1:
            vectors = normalize(np.asarray(views[0], dtype=np.float64)).astype(np.float32)
        else:
            scaled = [_standardised(view) / np.sqrt(len(views)) for view in views]
            vectors = np.concatenate(scaled, axis=1, dtype=np.float32)
        joins, products = _join(vectors)
        offset = 1.0 if len(views) == 1 else float(products.max())
        return cls(vectors, joins, np.maximum(offset - products, 0), offset)

    def cut(self, distance: float) -> np.ndarray:
        """Return the cluster of each vector where joining stops at a distance, from 0."""
        count = len(self.vectors)
        kept = self.joins[self.distances <= distance].T
        graph = coo_array((np.ones(kept.shape[1], dtype=bool), (kept[0], kept[1])), (count, count))
        return connected_components(graph, directed=False)[1]

    def silhouette(self, clusters: np.ndarray) -> float:
        """Return the mean silhouette of at most ``JUDGED`` vectors among all, evenly chosen.

        -1 where there is no other cluster, or no vector has company.
        """
        sizes = np.bincount(clusters)
        if not 1 < len(sizes) < len(clusters):
            return -1.0
        order = (np.ones(len(clusters), np.float32), (clusters, np.arange(len(clusters))))
        sums = csr_array(order, (len(sizes), len(clusters))) @ self.vectors
        means = sums / sizes[:, None].astype(np.float32)
        judged = np.arange(0, len(clusters), -(-len(clusters) // JUDGED))
        scores = []
        for rows in _blocks(judged, len(means)):
            own, some = clusters[rows], self.vectors[rows]
            products = some @ means.T
            others = sizes[own] - 1
            inside = np.einsum("ij,ij->i", some, sums[own] - some) / np.maximum(others, 1)
            products[np.arange(len(rows)), own] = -np.inf
            near, far = self.offset - inside, self.offset - products.max(axis=1)
            larger = np.maximum(near, far)
            is_judged = (others > 0) & (larger > 0)
            scores.append(np.where(is_judged, (far - near) / np.where(is_judged, larger, 1), 0))
        return float(np.concatenate(scores).mean())


def _standardised(view: np.ndarray) -> np.ndarray:
    """Bring vectors to unit length and divide: cosines of pairs get a standard deviation of 1."""
    unit = normalize(np.asarray(view, dtype=np.float64))
    count, total = len(unit), unit.sum(axis=0)
    # Of a square matrix of cosines, whose diagonal is 1, without it.
    mean = (total @ total - count) / (count * (count - 1))
    square = (np.square(unit.T @ unit).sum() - count) / (count * (count - 1))
    deviation = np.sqrt(max(square - mean**2, 0.0))
    return unit / np.sqrt(deviation or 1.0)


def _blocks(rows: np.ndarray, columns: int) -> list[np.ndarray]:
    return np.array_split(rows, -(-len(rows) * columns // AT_ONCE))


def _nearest(vectors: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the vector nearest to each of some rows, not itself, and their inner product."""
    nearest, products = [], []
    for block in _blocks(rows, len(vectors)):
        found = vectors[block] @ vectors.T
        each = np.arange(len(block))
        found[each, block] = -np.inf
        nearest.append(found.argmax(axis=1))
        products.append(found[each, nearest[-1]])
    return np.concatenate(nearest), np.concatenate(products)


def _join(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Join until all are one; return a vector of either group, and their mean inner product.

    A group's nearest is looked for when the group is new, and again when that has been joined and
    the answer is waited for: someone else's nearest is this one.
    """
    # What is equal is joined at once: each would only wait for the one before.
    whole = np.ascontiguousarray(vectors).view(f"V{vectors.itemsize * vectors.shape[1]}")[:, 0]
    _, first, number, repeats = np.unique(whole, True, True, True)
    again = np.setdiff1d(np.arange(len(vectors)), first)
    joins = [np.stack([first[number[again]], again], axis=1)]
    products = [np.square(vectors[again]).sum(axis=1)]
    count = len(first)
    means, member, sizes = vectors[first], first, repeats.astype(np.float32)
    nearest, nearness = np.zeros(count, dtype=np.intp), np.zeros(count, dtype=np.float32)
    is_known, is_asked = np.zeros(count, dtype=bool), np.ones(count, dtype=bool)
    while count > 1:
        asked = np.flatnonzero(is_asked)
        nearest[asked], nearness[asked] = _nearest(means, asked)
        is_known[asked] = True
        is_asked[:] = False
        is_asked[nearest[is_known]] = True
        is_asked[is_known] = False
        each = np.arange(count)
        is_mutual = is_known & is_known[nearest] & (nearest[nearest] == each)
        left = np.flatnonzero(is_mutual & (each < nearest))
        if not len(left):
            if is_asked.any():
                continue
            # Rounding has made a circle of neighbours alike: its nearest two.
            left = np.array([np.where(is_known, nearness, -np.inf).argmax()])
        right = nearest[left]
        joins.append(np.stack([member[left], member[right]], axis=1))
        products.append(nearness[left])
        total = sizes[left] + sizes[right]
        means[left] *= (sizes[left] / total)[:, None]
        means[left] += (sizes[right] / total)[:, None] * means[right]
        sizes[left] = total
        is_joined = np.zeros(count, dtype=bool)
        is_joined[left] = is_joined[right] = True
        # The others' nearest stays the nearest: a mean is no nearer than the nearer of its parts.
        is_known &= ~is_joined[nearest]
        is_asked[left] = True
        # The last groups move to where the right ones were: copying all would take longer.
        count -= len(right)
        moved = np.setdiff1d(each[count:], right)
        place = each
        place[moved] = right[right < count]
        nearest = np.where(is_known, place[nearest], 0)
        for column in (means, member, sizes, nearest, nearness, is_known, is_asked):
            column[place[moved]] = column[moved]
        means, member, sizes = means[:count], member[:count], sizes[:count]
        nearest, nearness = nearest[:count], nearness[:count]
        is_known, is_asked = is_known[:count], is_asked[:count]
    return np.concatenate(joins), np.concatenate(products)
