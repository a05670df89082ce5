"""Targets come back as they were written, or say what is wrong."""

import numpy as np
import pytest

from speechdistill.errors import InputError
from speechdistill.keyed_vectors import KeyedVectors
from speechdistill.teachers.targets import TeacherTargets


def make_targets():
    vectors = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    weights = KeyedVectors(["a", "b"], vectors[:2])
    return TeacherTargets(KeyedVectors(["a/v/1", "a/v/2", "b/v/1"], vectors), weights, 30.0)


def test_round_trip_and_replacement(tmp_path):
    targets = make_targets()
    for _ in range(2):
        targets.save(tmp_path / "targets")
    back = TeacherTargets.load(tmp_path / "targets")
    np.testing.assert_array_equal(back.embeddings.vectors, targets.embeddings.vectors)
    np.testing.assert_array_equal(back.class_weight_tensor(), targets.class_weights.vectors)
    assert isinstance(back.embeddings.vectors, np.memmap)
    assert [path.name for path in tmp_path.iterdir()] == ["targets"]


def test_missing_targets(tmp_path):
    with pytest.raises(InputError, match="stage 4 makes it"):
        TeacherTargets.load(tmp_path / "targets")


def test_widths_must_agree():
    with pytest.raises(InputError, match="width"):
        TeacherTargets(
            KeyedVectors(["a/v/1"], np.zeros((1, 3))), KeyedVectors(["a"], np.zeros((1, 4))), 1.0
        )
