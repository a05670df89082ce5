"""Degradations do what they say, more so the stronger they are."""

import numpy as np
import pytest
from PIL import Image

from speechdistill.corpora.images.degradation import KINDS, ImageDegradation

RINGS = 127 + 127 * np.sin(1.3 * np.hypot(*(np.mgrid[:32, :32] - 15)))


@pytest.fixture(params=["L", "RGB"])
def image(request):
    return Image.fromarray(RINGS.astype(np.uint8)).convert(request.param)


@pytest.mark.parametrize("kind", KINDS)
def test_stronger_is_further_from_the_image(image, kind):
    def distance(strength):
        rng = np.random.default_rng(1)
        degraded = ImageDegradation(kind, strength).apply(image, rng)
        assert (degraded.size, degraded.mode) == (image.size, image.mode)
        return np.abs(np.asarray(degraded, float) - np.asarray(image, float)).mean()

    distances = [distance(strength) for strength in (0, 0.3, 0.6, 1)]
    assert distances[0] == 0
    assert distances == sorted(distances) and distances[1] > 1


def test_a_wide_image_keeps_its_shape():
    wide = Image.new("RGB", (40, 10), (200, 100, 0))
    for kind in KINDS:
        assert ImageDegradation(kind, 1.0).apply(wide, np.random.default_rng(0)).size == (40, 10)


def test_noise_has_the_deviation_it_says():
    grey = Image.new("L", (200, 200), 128)
    noisy = ImageDegradation("noise", 0.5).apply(grey, np.random.default_rng(0))
    assert np.asarray(noisy).std() == pytest.approx(0.2 * 255, rel=0.05)


def test_all_kinds_are_sampled():
    rng = np.random.default_rng(0)
    found = [ImageDegradation.sample(rng) for _ in range(200)]
    assert {degradation.kind for degradation in found} == set(KINDS)
    assert 0.3 <= min(d.strength for d in found) < 0.35 < 0.95 < max(d.strength for d in found) <= 1


@pytest.mark.parametrize("arguments", [("dirt", 0.5), ("blur", 1.5)])
def test_what_cannot_be(arguments):
    with pytest.raises(ValueError, match=r"unknown degradation|from 0 to 1"):
        ImageDegradation(*arguments)
