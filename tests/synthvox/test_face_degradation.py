import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy.ndimage import laplace

from speechdistill.synthvox.face_degradation import Degradation, Light

PATTERN = np.kron(np.indices((14, 14)).sum(axis=0) % 2, np.ones((8, 8)))
CHECKERED = Image.fromarray((60 + 130 * PATTERN).astype(np.uint8)).convert("RGB")


def degraded(seed: int = 1, **strengths: float) -> np.ndarray:
    image = Degradation(**strengths).apply(CHECKERED, np.random.default_rng(seed))
    return np.asarray(image.convert("L"), dtype=float)


def sharpness(pixels: np.ndarray) -> float:
    return float(laplace(pixels).var())


@pytest.mark.parametrize("kind", ["blur", "low_resolution"])
def test_stronger_is_less_sharp(kind):
    values = [sharpness(degraded(**{kind: strength})) for strength in (0.0, 0.2, 0.5, 1.0)]
    assert values == sorted(values, reverse=True)
    assert values[-1] < 0.2 * values[0]


def test_darker_is_darker():
    means = [degraded(darkness=strength).mean() for strength in (0.0, 0.3, 0.6, 1.0)]
    assert means == sorted(means, reverse=True)
    assert means[-1] < 0.2 * means[0]


def test_a_stronger_occlusion_covers_more():
    plain = degraded()
    covered = [
        np.mean([(np.abs(degraded(seed, occlusion=o) - plain) > 20).mean() for seed in range(20)])
        for o in (0.1, 0.5, 1.0)
    ]
    assert covered == sorted(covered)
    assert covered[-1] > 0.15


strength = st.floats(0, 1)


@given(strength, strength, strength, strength, strength)
def test_the_total_is_in_range_and_grows_with_each(blur, low, dark, occlusion, more):
    total = Degradation(blur, low, dark, occlusion).total
    assert 0 <= total <= 1
    assert total >= max(blur, low, dark, occlusion) - 1e-12
    assert Degradation(max(blur, more), low, dark, occlusion).total >= total - 1e-12


def test_many_pictures_are_clean_and_some_are_bad():
    rng = np.random.default_rng(1)
    totals = np.array([Degradation.sample(rng).total for _ in range(1000)])
    assert np.mean(totals == 0) > 0.2
    assert np.mean(totals > 0.7) > 0.1


def test_light_comes_from_its_side():
    grey = Image.new("RGB", (112, 112), (100, 100, 100))
    lit = np.asarray(Light(direction=0.0, contrast=0.5, colour=(1, 1, 0.8)).shine_on(grey))
    assert lit[:, -1, 0].mean() > 120 > 80 > lit[:, 0, 0].mean()
    assert lit[..., 2].mean() < 0.85 * lit[..., 0].mean()
