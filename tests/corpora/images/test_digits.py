"""scikit-learn's digits on disk."""

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from speechdistill.base.errors import InputError
from speechdistill.corpora.images.digits import write_digits


def test_every_digit_is_in_the_folder_of_its_name(tmp_path):
    write_digits(tmp_path / "digits")
    digits = load_digits()
    files = sorted((tmp_path / "digits").glob("*/*.png"), key=lambda path: path.stem)
    assert [int(path.parent.name) for path in files] == digits.target.tolist()
    pixels = np.asarray(Image.open(files[100]), dtype=float)
    np.testing.assert_allclose(pixels, digits.images[100] * 255 / 16, atol=0.5)
    made = files[0].stat().st_mtime_ns
    write_digits(tmp_path / "digits")
    assert files[0].stat().st_mtime_ns == made
    files[0].unlink()
    with pytest.raises(InputError, match="no folder of digits"):
        write_digits(tmp_path / "digits")
