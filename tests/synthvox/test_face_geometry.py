import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from speechdistill.synthvox.face_geometry import (
    GEOMETRY_MEASURES,
    GEOMETRY_WEIGHTS,
    face_geometry,
)
from speechdistill.synthvox.traits import SHARED_TRAITS
from tests.synthvox.people import people

COUNT = 3000


def geometry_matrix(shared_share: float) -> np.ndarray:
    return np.array([list(face_geometry(p, shared_share).values()) for p in people(COUNT)])


@pytest.mark.parametrize("shared_share", [0.0, 0.25, 0.5, 1.0])
def test_the_dial_is_the_share_of_variance_that_the_shared_traits_explain(shared_share):
    shared = np.array([list(person.shared.values()) for person in people(COUNT)])
    geometry = geometry_matrix(shared_share)
    assert np.abs(geometry.var(axis=0) - 1).max() < 0.13
    explained = LinearRegression().fit(shared, geometry).predict(shared).var(axis=0)
    assert explained / geometry.var(axis=0) == pytest.approx(shared_share, abs=0.06)


def test_every_shared_trait_shows_in_the_face():
    seen = {trait for weights in GEOMETRY_WEIGHTS.values() for trait in weights}
    assert seen == set(SHARED_TRAITS)
    matrix = [[weights.get(t, 0) for t in SHARED_TRAITS] for weights in GEOMETRY_WEIGHTS.values()]
    assert np.linalg.matrix_rank(np.array(matrix)) == len(SHARED_TRAITS)


def test_nothing_shared_without_the_dial():
    voices = np.array([list(person.shared.values()) for person in people(COUNT)])
    correlation = np.corrcoef(np.hstack([voices, geometry_matrix(0.0)]).T)
    between = correlation[: len(SHARED_TRAITS), len(SHARED_TRAITS) :]
    assert between.shape == (len(SHARED_TRAITS), len(GEOMETRY_MEASURES))
    assert np.abs(between).max() < 0.08
