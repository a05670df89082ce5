"""Targets come back as they were written, or say what is wrong."""

from dataclasses import replace

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.distillation.targets import TeacherTargets
from speechdistill.quality.table import QualityTable
from speechdistill.storage.keyed_vectors import KeyedVectors
from tests.owners import owners_of


def make_targets():
    vectors = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    weights = KeyedVectors(["a", "b"], vectors[:2])
    embeddings = KeyedVectors(["a/v/1", "a/v/2", "b/v/1"], vectors)
    quality = QualityTable(
        embeddings.ids, {"quality": np.array([0.5, 1, 0]), "norm": np.array([3.0, 9, 2])}
    )
    labels, owners = {"a": "a", "c": "a", "b": "b"}, owners_of(embeddings.ids)
    return TeacherTargets(embeddings, weights, labels, 30.0, quality, owners)


def test_round_trip_and_replacement(tmp_path):
    targets = make_targets()
    for _ in range(2):
        targets.save(tmp_path / "targets")
    back = TeacherTargets.load(tmp_path / "targets")
    np.testing.assert_array_equal(back.embeddings.vectors, targets.embeddings.vectors)
    np.testing.assert_array_equal(back.class_weights.vectors, targets.class_weights.vectors)
    assert back.label_of == {"a": "a", "c": "a", "b": "b"}
    assert back.quality.scores == targets.quality.scores
    assert list(back.quality.columns) == ["quality", "norm"]
    assert isinstance(back.embeddings.vectors, np.memmap)
    assert [path.name for path in tmp_path.iterdir()] == ["targets"]


def test_missing_targets(tmp_path):
    with pytest.raises(InputError, match="stage 4 makes it"):
        TeacherTargets.load(tmp_path / "targets")


@pytest.mark.parametrize("name", ["quality.tsv", "owners.tsv"])
def test_targets_without_quality_or_owners_must_be_made_again(tmp_path, name):
    make_targets().save(tmp_path / "targets")
    (tmp_path / "targets" / name).unlink()
    with pytest.raises(InputError, match=rf"targets has no {name}: run stage 4 again"):
        TeacherTargets.load(tmp_path / "targets")


def test_widths_must_agree():
    embeddings, quality = KeyedVectors(["a/v/1"], np.zeros((1, 3))), {"quality": np.ones(1)}
    with pytest.raises(InputError, match="width"):
        TeacherTargets(
            embeddings,
            KeyedVectors(["a"], np.zeros((1, 4))),
            {"a": "a"},
            1.0,
            QualityTable(embeddings.ids, quality),
            owners_of(embeddings.ids),
        )


def test_qualities_must_be_those_of_the_embeddings():
    targets = make_targets()
    for ids in (["a/v/1"], ["a/v/2", "a/v/1", "b/v/1"]):
        other = QualityTable(ids, {"quality": np.ones(len(ids))})
        with pytest.raises(InputError, match="run stage 4 again"):
            replace(targets, quality=other)
    with pytest.raises(InputError, match=r"1 owners do not fit 3 .*run stage 4 again"):
        replace(targets, owners=owners_of(["a/v/1"]))


def test_targets_that_do_not_say_whose_label_is_whose_must_be_made_again(tmp_path):
    make_targets().save(tmp_path / "targets")
    (tmp_path / "targets" / "targets.json").write_text('{"scale": 30.0}')
    with pytest.raises(InputError, match="run stage 4 again"):
        TeacherTargets.load(tmp_path / "targets")


def test_a_label_needs_class_weights():
    targets = make_targets()
    with pytest.raises(InputError, match="no class weights for the teacher's label z"):
        replace(targets, label_of={"c": "z"})
