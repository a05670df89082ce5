"""An image is seen turned as its EXIF says, by whoever reads it."""

import io
import warnings

import numpy as np
import pytest
from PIL import Image

from speechdistill.corpora.image_manifest import ImageRecord
from speechdistill.corpora.upright import open_upright
from speechdistill.inputs.image_files import read_image
from speechdistill.quality.compute import measure_image_file

ORIENTATION = 0x0112
# Orientation -> how the stored rows and columns become the seen ones (TIFF 6.0, tag 274).
SEEN = {
    1: lambda stored: stored,
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.transpose(1, 0, 2),
    6: lambda stored: stored.transpose(1, 0, 2)[:, ::-1],
    7: lambda stored: stored.transpose(1, 0, 2)[::-1, ::-1],
    8: lambda stored: stored.transpose(1, 0, 2)[::-1],
}
STORED = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)


def stored_as(path, orientation):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    Image.fromarray(STORED).save(path, exif=exif)
    return path


@pytest.mark.parametrize("suffix", ["png", "tiff"])
@pytest.mark.parametrize("orientation", SEEN)
def test_every_orientation_is_seen_as_it_is_meant(tmp_path, orientation, suffix):
    path = stored_as(tmp_path / f"a.{suffix}", orientation)
    with open_upright(path) as image:
        np.testing.assert_array_equal(np.asarray(image), SEEN[orientation](STORED))


def test_quality_and_teacher_see_what_an_upright_file_shows(tmp_path):
    turned = stored_as(tmp_path / "turned.png", 6)
    Image.fromarray(SEEN[6](STORED)).save(tmp_path / "upright.png")
    paths = [str(turned), str(tmp_path / "upright.png")]
    np.testing.assert_array_equal(*(read_image(path, 16) for path in paths))
    first, second = (measure_image_file(ImageRecord("a", p, "a", "v")) for p in paths)
    assert first == second
    assert first != measure_image_file(ImageRecord("a", str(stored_as(turned, 1)), "a", "v"))


def test_broken_exif_does_not_make_an_image_unreadable(tmp_path):
    generator = np.random.default_rng(0)
    exif = Image.Exif()
    exif[ORIENTATION], exif[0x010E] = 6, "a description"
    whole = np.frombuffer(exif.tobytes(), dtype=np.uint8)
    read = 0
    for number in range(200):
        broken = whole.copy()
        broken[generator.integers(0, len(whole), 1 + number % 5)] = generator.integers(256)
        file = io.BytesIO()
        Image.fromarray(STORED).save(file, "PNG", exif=broken[: len(whole) - number % 7].tobytes())
        (tmp_path / "a.png").write_bytes(file.getvalue())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with open_upright(tmp_path / "a.png") as image:
                read += sorted(image.size) == [20, 30]
    assert read == 200
