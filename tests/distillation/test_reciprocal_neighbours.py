"""Average linkage without the distances of pairs, against SciPy's and scikit-learn's from them."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import squareform
from sklearn.metrics import adjusted_rand_score, silhouette_score

from speechdistill.distillation import clusters, reciprocal_neighbours
from speechdistill.distillation.clusters import (
    agglomerate,
    cosine_distances,
    cut,
    find_clusters,
    joint_distances,
)
from speechdistill.distillation.reciprocal_neighbours import ReciprocalJoins


def people(count, videos, noise, seed=0, dimension=32):
    generator = np.random.default_rng(seed)
    centres = np.repeat(generator.normal(size=(count, dimension)), videos, axis=0)
    return centres + noise * generator.normal(size=centres.shape)


def from_pairs(views):
    distances = [cosine_distances(view) for view in views]
    return distances[0] if len(views) == 1 else joint_distances(distances)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.integers(2, 12), st.integers(1, 3), st.floats(0.05, 0.95))
def test_joins_cuts_and_silhouettes_are_those_of_all_pairs(seed, count, views, share):
    given_views = [people(count, 4, 0.8, seed + view, 8 + view) for view in range(views)]
    distances = from_pairs(given_views)
    tree = agglomerate(distances)
    joined = ReciprocalJoins.of(given_views)
    np.testing.assert_allclose(np.sort(joined.distances), tree[:, 2], atol=2e-5)
    between = (tree[1:, 2] + tree[:-1, 2]) / 2
    place = int(share * len(between))
    if tree[place + 1, 2] - tree[place, 2] < 1e-4:
        return  # rounding may join them in the other order
    expected, found = cut(tree, between[place]), joined.cut(between[place])
    assert found.tolist() == expected.tolist()
    judged = silhouette_score(squareform(distances), expected, metric="precomputed")
    assert joined.silhouette(found) == pytest.approx(judged, abs=1e-5)


@pytest.mark.parametrize("views", [1, 2])
@pytest.mark.parametrize("noise", [0.2, 0.6])
def test_many_vectors_are_clustered_as_few_are(monkeypatch, views, noise):
    given_views = [people(40, 5, noise, seed) for seed in range(views)]
    expected, distance = find_clusters(given_views)
    monkeypatch.setattr(clusters, "MOST_IN_PAIRS", 10)
    found, chosen = find_clusters(given_views)
    assert adjusted_rand_score(expected, found) > 0.95
    assert adjusted_rand_score(np.repeat(np.arange(40), 5), found) > 0.98
    square = squareform(from_pairs(given_views))
    judged, best = (
        silhouette_score(square, each, metric="precomputed") for each in (found, expected)
    )
    assert judged >= best - 1e-6
    assert find_clusters(given_views, chosen)[0].tolist() == found.tolist()
    at_the_same, _ = find_clusters(given_views, distance)
    assert at_the_same.tolist() == expected.tolist()


@pytest.mark.parametrize(
    "vectors",
    [
        people(3, 200, 0.0),  # equal
        people(3, 200, 1e-7),  # equal but for rounding
        np.ones((50, 3)),
        np.eye(60),
        np.eye(2),
    ],
    ids=["equal", "nearly equal", "one", "orthogonal", "two"],
)
@pytest.mark.parametrize("views", [1, 2])
def test_vectors_equally_far(vectors, views):
    joined = ReciprocalJoins.of([vectors] * views)
    heights = agglomerate(from_pairs([vectors] * views))[:, 2]
    # Standardised, the distances of vectors that are all alike are rounding alone.
    if np.ptp(heights) > 1e-3:
        np.testing.assert_allclose(np.sort(joined.distances), heights, atol=1e-4)
    assert len(np.unique(joined.cut(np.inf))) == 1
    assert np.isfinite(joined.silhouette(joined.cut(0.5)))


def test_memory_grows_with_the_vectors_not_with_their_pairs(monkeypatch):
    monkeypatch.setattr(reciprocal_neighbours, "AT_ONCE", 1 << 15)
    monkeypatch.setattr(clusters, "MOST_IN_PAIRS", 10)
    vectors = people(100, 10, 0.3, dimension=16).astype(np.float32)
    tracemalloc.start()
    found, _ = find_clusters([vectors])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < len(vectors) ** 2  # bytes: a quarter of a square matrix of float32
    assert adjusted_rand_score(np.repeat(np.arange(100), 10), found) > 0.95


@pytest.mark.parametrize("centre", [0, 3], ids=["around 0", "one direction"])
def test_few_look_for_their_nearest_again(monkeypatch, centre):
    asked = []
    look = reciprocal_neighbours._nearest

    def counted(vectors, rows):
        asked.append(len(rows))
        return look(vectors, rows)

    monkeypatch.setattr(reciprocal_neighbours, "_nearest", counted)
    ReciprocalJoins.of([centre + np.random.default_rng(0).normal(size=(600, 16))])
    assert sum(asked) < 6 * 600
