import numpy as np
import pytest

from speechdistill.synthvox.traits import (
    ACCENT_SHARES,
    FACE_TRAITS,
    SHARED_TRAITS,
    VOICE_TRAITS,
    weighted_trait,
)
from tests.synthvox.people import people

COUNT = 3000


def trait_matrix():
    return np.array(
        [
            [*person.shared.values(), *person.voice_only.values(), *person.face_only.values()]
            for person in people(COUNT)
        ]
    )


def test_traits_have_mean_0_variance_1_and_are_independent():
    traits = trait_matrix()
    assert traits.shape[1] > len(SHARED_TRAITS) + len(VOICE_TRAITS) + len(FACE_TRAITS)
    assert np.abs(traits.mean(axis=0)).max() < 0.08
    assert np.abs(traits.var(axis=0) - 1).max() < 0.12
    correlation = np.corrcoef(traits.T) - np.eye(traits.shape[1])
    assert np.abs(correlation).max() < 0.09


def test_sexes_are_balanced_and_overlap():
    by_sex = {
        sex: np.array([p.shared["masculinity"] for p in people(COUNT) if p.sex == sex])
        for sex in "mf"
    }
    assert len(by_sex["m"]) == len(by_sex["f"]) == COUNT // 2
    assert by_sex["m"].mean() - by_sex["f"].mean() == pytest.approx(1.8, abs=0.05)
    threshold_errors = np.mean(by_sex["m"] < 0) + np.mean(by_sex["f"] > 0)
    assert 0.01 < threshold_errors < 0.1


def test_ages_and_accents_spread():
    ages = [person.age_in_years for person in people(COUNT)]
    assert 18 <= min(ages) < 20 < 78 < max(ages) <= 80
    for accent, share in ACCENT_SHARES.items():
        found = np.mean([person.accent == accent for person in people(COUNT)])
        assert found == pytest.approx(share, abs=0.03)


def test_a_person_does_not_depend_on_how_many_there_are():
    assert people(10)[7] == people(COUNT)[7]


def test_weights_are_normalised():
    rng = np.random.default_rng(1)
    weights = {"a": 0.3, "b": -2.0, "c": 1.0}
    sampled = rng.standard_normal((20000, 3))
    values = [weighted_trait(dict(zip("abc", row, strict=True)), weights) for row in sampled]
    assert np.var(values) == pytest.approx(1, abs=0.04)
