from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from speechdistill.quality.image import ImageQuality, measure_image


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
    assert is_falling([measure_image(image).sharpness for image in blurred])


def test_an_enlarged_small_image_is_not_sharp(photograph):
    enlarged = [photograph.resize((side, side)).resize((160, 160)) for side in (160, 56, 28, 14)]
    assert is_falling([measure_image(image).sharpness for image in enlarged])


def test_contrast_and_size_do_not_change_sharpness(photograph):
    sharpness = measure_image(photograph).sharpness
    pale = Image.blend(photograph, Image.new("L", photograph.size, 128), 0.5)
    assert measure_image(pale).sharpness == pytest.approx(sharpness, abs=0.05)
    large = photograph.resize((480, 480), Image.Resampling.BICUBIC)
    assert measure_image(large).sharpness == pytest.approx(sharpness, abs=0.1)


@pytest.mark.parametrize("factors", [(1, 0.6, 0.3, 0.1, 0), (1, 2, 3, 6)])
def test_darkness_and_glare_lower_exposure(photograph, factors):
    images = [ImageEnhance.Brightness(photograph).enhance(factor) for factor in factors]
    assert is_falling([measure_image(image).exposure for image in images])


def test_size_counts_the_shorter_side(photograph):
    sides = [(224, 224), (112, 112), (112, 64), (32, 300)]
    sizes = [measure_image(photograph.resize(side)).size for side in sides]
    assert is_falling(sizes)
    assert sizes[1] == pytest.approx(0.903, abs=1e-3)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK", "P"])
def test_every_mode_gives_a_quality_in_range(photograph, mode):
    measured = measure_image(photograph.convert(mode))
    assert 0 < measured.quality <= 1
    factors = [getattr(measured, name) for name in ImageQuality.COLUMNS if name != "quality"]
    assert len(factors) == 5 and all(0 < factor <= 1 for factor in factors)
    assert measured.quality == pytest.approx(np.prod(factors))


@pytest.fixture(scope="module")
def drawing():
    """A disc in the colour of skin before a grey wall, with eyes and a mouth."""
    image = Image.new("RGB", (160, 160), (120, 125, 130))
    pen = ImageDraw.Draw(image)
    pen.ellipse([25, 10, 135, 150], fill=(200, 150, 120))
    for box in ([50, 55, 70, 65], [90, 55, 110, 65], [60, 105, 100, 115]):
        pen.ellipse(box, fill=(70, 40, 40))
    return image


def test_noise_lowers_the_freedom_from_it_and_is_hardly_sharpness(drawing):
    random = np.random.default_rng(0)
    blurred = drawing.resize((112, 112)).filter(ImageFilter.GaussianBlur(2))
    pixels = np.asarray(blurred, dtype=float)
    noisy = [pixels + sigma * random.normal(size=(112, 112, 1)) for sigma in (0, 5, 10, 20, 40)]
    measured = [
        measure_image(Image.fromarray(image.clip(0, 255).astype(np.uint8))) for image in noisy
    ]
    assert is_falling([image.noise_freedom for image in measured])
    # Counted as detail, this noise would give 0.97.
    assert measured[0].sharpness < 0.4 and measured[1].sharpness < 0.7


@pytest.mark.parametrize("from_left", [True, False])
def test_an_object_at_one_side_lowers_symmetry(drawing, from_left):
    values = []
    for reach in (0, 30, 50, 75):
        covered = drawing.copy()
        box = [0, 60, reach, 160] if from_left else [160 - reach, 60, 160, 160]
        ImageDraw.Draw(covered).rectangle(box, fill=(30, 60, 190))
        values.append(measure_image(covered).symmetry)
    assert values[0] == pytest.approx(1, abs=1e-3)
    assert is_falling(values[1:]) and values[-1] < 0.5


def test_light_from_one_side_hardly_lowers_symmetry(drawing):
    light = np.linspace(0.4, 1.2, 160)[None, :, None]
    lit = Image.fromarray((np.asarray(drawing) * light).clip(0, 255).astype(np.uint8))
    assert measure_image(lit).symmetry > 0.95


def test_what_symmetry_does_not_see(drawing):
    """The limits that the docstring states: grey images, and what stands in the middle."""
    covered = drawing.copy()
    ImageDraw.Draw(covered).rectangle([60, 60, 99, 160], fill=(30, 60, 190))
    assert measure_image(covered).symmetry > 0.99
    ImageDraw.Draw(covered).rectangle([0, 60, 75, 160], fill=(30, 60, 190))
    assert measure_image(covered.convert("L")).symmetry > 0.95


@pytest.mark.parametrize("side", [1, 2, 50])
def test_a_blank_image_has_no_quality(side):
    assert measure_image(Image.new("RGB", (side, side), "grey")).quality == 0
