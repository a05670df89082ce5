"""Clusters of vectors, and where joining stops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score

from speechdistill.base.errors import InputError
from speechdistill.distillation.clusters import (
    agglomerate,
    best_distance,
    cosine_distances,
    cut,
    joint_distances,
)


def people(count, videos, noise, seed=0, dimension=32):
    generator = np.random.default_rng(seed)
    centres = np.repeat(generator.normal(size=(count, dimension)), videos, axis=0)
    return centres + noise * generator.normal(size=centres.shape)


@settings(max_examples=25)
@given(st.integers(0, 1000), st.floats(0.05, 1.2))
def test_a_cut_is_scikit_learn_s(seed, distance):
    vectors = people(6, 3, 0.8, seed)
    expected = AgglomerativeClustering(
        None, metric="cosine", linkage="average", distance_threshold=distance
    ).fit_predict(vectors)
    assert adjusted_rand_score(expected, cut(agglomerate(cosine_distances(vectors)), distance)) == 1


@pytest.mark.parametrize("noise", [0.1, 0.3, 0.5])
def test_the_distance_is_found_without_labels(noise):
    distances = cosine_distances(people(30, 4, noise))
    tree = agglomerate(distances)
    clusters = cut(tree, best_distance(distances, tree))
    assert adjusted_rand_score(np.repeat(np.arange(30), 4), clusters) > 0.95


def test_clusters_are_numbered_as_they_come():
    vectors = np.array([[0, 1], [1, 0], [0, 1.1], [-1, 0]])
    assert cut(agglomerate(cosine_distances(vectors)), 0.5).tolist() == [0, 1, 0, 2]


@pytest.mark.parametrize("vectors", [np.ones((2, 3)), np.eye(2)])
def test_two_vectors(vectors):
    distances = cosine_distances(vectors)
    assert best_distance(distances, agglomerate(distances)) >= 0


def test_one_vector_is_refused():
    with pytest.raises(InputError, match="1 vectors cannot be clustered"):
        cosine_distances(np.ones((1, 3)))


def test_two_poor_views_together_are_better_than_either():
    truth = np.repeat(np.arange(30), 4)
    views = [cosine_distances(people(30, 4, 1.1, seed)) for seed in (1, 2)]
    # The second view has other units.
    views[1] = 40 + 7 * views[1]

    def agreement(distances):
        tree = agglomerate(distances)
        return adjusted_rand_score(truth, cut(tree, best_distance(distances, tree)))

    assert agreement(joint_distances(views)) > max(map(agreement, views)) + 0.1


def test_joint_distances_are_means_of_standardised_ones():
    views = [np.random.default_rng(seed).random(20) for seed in range(3)]
    before = [view.copy() for view in views]
    mean = np.mean([(view - view.mean()) / view.std() for view in views], axis=0)
    assert joint_distances(iter(views)).tolist() == (mean - mean.min()).tolist()
    np.testing.assert_array_equal(views, before)


def test_distances_are_scipy_s():
    vectors = people(5, 3, 0.5)
    np.testing.assert_allclose(cosine_distances(vectors), pdist(vectors, "cosine"), atol=1e-12)
