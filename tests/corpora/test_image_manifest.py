import gzip

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import ImageRecord, load_images, save_images


def images(count: int) -> list[ImageRecord]:
    return [ImageRecord(f"a/v/{n}", f"/images/a/v/{n}.jpg", "a", "v", "f") for n in range(count)]


def test_saved_images_load_as_they_were(tmp_path):
    save_images(images(3), tmp_path / "images.jsonl.gz")
    assert load_images(tmp_path / "images.jsonl.gz") == images(3)


def test_a_broken_file_is_named(tmp_path):
    path = tmp_path / "images.jsonl.gz"
    with pytest.raises(InputError, match=r"stage 1 makes it"):
        load_images(path)
    save_images(images(100), path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"images.jsonl.gz is broken"):
        load_images(path)
    with gzip.open(path, "wt") as lines:
        lines.write('{"name": "x"}\n')
    with pytest.raises(InputError, match=r"run stage 1 again"):
        load_images(path)
