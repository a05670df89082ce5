"""Ids and rows stay together."""

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors


def test_round_trip(tmp_path):
    vectors = np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32)
    KeyedVectors(["x", "y", "z"], vectors).save(tmp_path / "e")
    back = KeyedVectors.load(tmp_path / "e")
    assert list(back.ids) == ["x", "y", "z"]
    np.testing.assert_array_equal(back["y"], vectors[1])
    assert "x" in back and "w" not in back and len(back) == 3


def test_ids_and_rows_must_agree():
    with pytest.raises(InputError, match="one row per id"):
        KeyedVectors(["a"], np.zeros((2, 3)))
    with pytest.raises(InputError, match="the id a occurs twice"):
        KeyedVectors(["a", "b", "a"], np.zeros((3, 3)))


def test_missing_and_broken_folders(tmp_path):
    with pytest.raises(InputError, match="stage 7 makes it"):
        KeyedVectors.load(tmp_path / "none", made_by="stage 7")
    KeyedVectors(["a"], np.zeros((1, 3))).save(tmp_path / "e")
    (tmp_path / "e" / "vectors.npy").write_bytes(b"not numpy")
    with pytest.raises(InputError, match="broken"):
        KeyedVectors.load(tmp_path / "e")
