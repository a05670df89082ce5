"""Images of every mode are read as what they show."""

import numpy as np
import pytest
from PIL import Image

from speechdistill.base.errors import InputError
from speechdistill.inputs.image_files import read_image

GREYS = np.linspace(0, 255, 16).round().astype(np.uint8).reshape(4, 4)


@pytest.mark.parametrize("depth", [1, 257])
def test_greys_of_16_bits_are_those_of_8(tmp_path, depth):
    pixels = GREYS if depth == 1 else GREYS.astype(np.uint16) * depth
    Image.fromarray(pixels).save(tmp_path / "grey.png")
    read = read_image(tmp_path / "grey.png", 4).numpy()
    np.testing.assert_allclose((read + 1) * 127.5, np.stack([GREYS] * 3), atol=1e-4)


@pytest.mark.parametrize("mode", ["RGB", "CMYK", "L", "1"])
def test_white_is_white_in_every_mode(tmp_path, mode):
    Image.new("RGB", (4, 4), "white").convert(mode).save(tmp_path / "white.tiff")
    assert read_image(tmp_path / "white.tiff", 4).min() > 0.95


def test_what_shows_nothing_known_is_named(tmp_path):
    Image.fromarray(np.ones((4, 4), dtype=np.float32)).save(tmp_path / "numbers.tiff")
    (tmp_path / "text.jpg").write_text("<html>")
    for name in ("numbers.tiff", "text.jpg"):
        with pytest.raises(InputError, match=rf"cannot read .*{name} .*run stages 1 and 2 again"):
            read_image(tmp_path / name, 4)
