from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from speechdistill.quality.face import measure_face


@pytest.fixture(scope="module")
def photograph():
    """A picture with detail at every scale, like a photograph: spectrum falling as 1/f."""
    side = 160
    random = np.random.default_rng(0)
    frequencies = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None])
    spectrum = np.fft.rfft2(random.normal(size=(side, side))) / np.maximum(frequencies, 1 / side)
    pixels = np.fft.irfft2(spectrum, (side, side))
    pixels = 0.5 + 0.18 * pixels / pixels.std()
    return Image.fromarray((255 * pixels.clip(0, 1)).astype(np.uint8))


def is_falling(values):
    return all(first > second for first, second in pairwise(values))


def test_blur_lowers_sharpness(photograph):
    radii = (0, 0.5, 1, 2, 4)
    blurred = [photograph.filter(ImageFilter.GaussianBlur(radius)) for radius in radii]
    assert is_falling([measure_face(image).sharpness for image in blurred])


def test_an_enlarged_small_image_is_not_sharp(photograph):
    enlarged = [photograph.resize((side, side)).resize((160, 160)) for side in (160, 56, 28, 14)]
    assert is_falling([measure_face(image).sharpness for image in enlarged])


def test_contrast_and_size_do_not_change_sharpness(photograph):
    sharpness = measure_face(photograph).sharpness
    pale = Image.blend(photograph, Image.new("L", photograph.size, 128), 0.5)
    assert measure_face(pale).sharpness == pytest.approx(sharpness, abs=0.05)
    large = photograph.resize((480, 480), Image.Resampling.BICUBIC)
    assert measure_face(large).sharpness == pytest.approx(sharpness, abs=0.1)


@pytest.mark.parametrize("factors", [(1, 0.6, 0.3, 0.1, 0), (1, 2, 3, 6)])
def test_darkness_and_glare_lower_exposure(photograph, factors):
    images = [ImageEnhance.Brightness(photograph).enhance(factor) for factor in factors]
    assert is_falling([measure_face(image).exposure for image in images])


def test_size_counts_the_shorter_side(photograph):
    sides = [(224, 224), (112, 112), (112, 64), (32, 300)]
    sizes = [measure_face(photograph.resize(side)).size for side in sides]
    assert is_falling(sizes)
    assert sizes[1] == pytest.approx(0.903, abs=1e-3)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK", "P"])
def test_every_mode_gives_a_quality_in_range(photograph, mode):
    measured = measure_face(photograph.convert(mode))
    assert 0 < measured.quality <= 1
    assert measured.quality == measured.sharpness * measured.exposure * measured.size


@pytest.mark.parametrize("side", [1, 2, 50])
def test_a_blank_image_has_no_quality(side):
    assert measure_face(Image.new("RGB", (side, side), "grey")).quality == 0
