"""Prototypes of classes, and the temperature of the posterior over them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechdistill.distillation.prototypes import (
    fitting_temperature,
    perplexity,
    weighted_means,
)


@settings(max_examples=30)
@given(st.integers(0, 1000))
def test_means_against_a_loop(seed):
    generator = np.random.default_rng(seed)
    vectors, weights = generator.normal(size=(9, 4)), generator.uniform(0.1, 1, size=9)
    groups = generator.choice(["a", "b", "c"], size=9)
    found = weighted_means(vectors, weights, groups)
    for name in set(groups):
        total = np.zeros(4)
        for row in range(9):
            if groups[row] == name:
                total += weights[row] * vectors[row] / np.linalg.norm(vectors[row])
        np.testing.assert_allclose(found[name], total / np.linalg.norm(total), atol=1e-6)


def test_perplexity_against_its_definition():
    cosines = np.array([[0.9, 0.2, -0.1], [0.0, 0.0, 0.0]])
    expected = []
    for row in cosines:
        posterior = np.exp(row / 0.3) / np.exp(row / 0.3).sum()
        expected.append(np.exp(-(posterior * np.log(posterior)).sum()))
    assert perplexity(cosines, 0.3) == pytest.approx(np.mean(expected))


@pytest.mark.parametrize("offset", [0.0, 3.0])
def test_the_temperature_adapts_to_a_teacher_whose_cosines_begin_high(offset):
    generator = np.random.default_rng(0)
    centres = np.repeat(generator.normal(size=(25, 32)), 4, axis=0)
    vectors = centres + 0.3 * generator.normal(size=centres.shape) + offset
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    temperature = fitting_temperature(vectors, 4)
    assert perplexity(vectors @ vectors.T, temperature) == pytest.approx(4, rel=0.05)


def test_alone_or_all_alike():
    assert fitting_temperature(np.eye(5), 1) <= 0.1
    assert fitting_temperature(np.ones((3, 2)), 9) > 0
