"""A student without speaker labels: what training is given, and what it is not."""

import dataclasses
import json
import shutil

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.distillation.targets import TeacherTargets
from speechdistill.inputs.items import InputItem
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.models.label_settings import LabelSettings
from speechdistill.quality.table import QualityTable
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.training.train_student import StudentSettings, train_student
from speechdistill.training.unlabelled import with_classes
from tests.conftest import CONF
from tests.owners import owners_of

SMALL = {
    "number_of_epochs": 2,
    "valid_interval": 1,
    "batch_size": 4,
    "sentence_len": 1.0,
    "n_mels": 20,
    "emb_dim": 16,
}
PEOPLE, VIDEOS, IMAGES = "abcd", "vw", 3


@pytest.fixture
def training():
    items = [
        InputItem(f"{who}/{video}/{n}{speed}", who, video, f"{who}{speed}")
        for speed in ("", "_sp0.9")
        for who in PEOPLE
        for video in VIDEOS
        for n in range(2)
    ]
    quality = QualityTable([item.id for item in items], {"quality": np.linspace(0, 1, len(items))})
    return PerceivedSet(items, lambda row, generator: row, quality)


@pytest.fixture
def targets():
    generator = np.random.default_rng(0)
    ids = [f"{who}/{video}/{n}" for who in "abcdz" for video in VIDEOS for n in range(IMAGES)]
    centres = {who: generator.normal(size=16) for who in "abcdz"}
    vectors = np.stack([centres[name[0]] + 0.2 * generator.normal(size=16) for name in ids])
    return TeacherTargets(
        KeyedVectors(ids, vectors.astype(np.float32)),
        KeyedVectors([], np.zeros((0, 16), dtype=np.float32)),
        {},
        30.0,
        QualityTable(ids, {"quality": np.full(len(ids), 0.5)}),
        owners_of(ids),
    )


def give(training, targets, is_shuffled=False, temperature="auto", **settings):
    return with_classes(
        training, {"face": targets}, LabelSettings(**settings), temperature, is_shuffled
    )


def rows_of(targets, start):
    return [row for row, name in enumerate(targets.embeddings.ids) if name.startswith(start)]


def test_no_name_tells_who_speaks(training, targets):
    given = give(training, targets, labels="video")
    told = [part for item in given.training.items for part in dataclasses.astuple(item) if part]
    told += given.teachers["face"].embeddings.ids + given.teachers["face"].class_weights.ids
    assert not [part for part in told if set(part.split("/")) & {*PEOPLE, "z", *VIDEOS}]
    assert len({item.person for item in given.training.items}) == len(PEOPLE) * len(VIDEOS)
    assert {item.label.removesuffix("_sp0.9") for item in given.training.items} == {
        item.person for item in given.training.items
    }
    assert given.training.qualities.tolist() == training.qualities.tolist()


def test_teacher_and_student_speak_of_the_same_videos(training, targets):
    given = give(training, targets, labels="video")
    found = given.teachers["face"]
    for before, after in zip(training.items, given.training.items, strict=True):
        own = rows_of(found, f"{after.person}/{after.session}/")
        assert [targets.embeddings.ids[row][:3] for row in own] == [before.id[:3]] * IMAGES
    outside = [name for name in found.embeddings.ids if name.startswith("-/-/")]
    assert len(outside) == len(VIDEOS) * IMAGES
    assert given.facts["temperature of face"] == pytest.approx(1 / found.scale)


def test_clusters_are_classes_and_their_prototypes_means(training, targets):
    given = give(training, targets, labels="teacher", temperature=0.2)
    assert given.facts["clusters"] == len(PEOPLE) and given.facts["purity"] == 1
    found = given.teachers["face"]
    assert sorted({item.person for item in given.training.items}) == list(found.class_weights.ids)
    rows = [row for row, name in enumerate(targets.embeddings.ids) if name[0] == "a"]
    unit = targets.embeddings.vectors[rows]
    unit = unit / np.linalg.norm(unit, axis=1, keepdims=True)
    mean = unit.mean(axis=0)
    np.testing.assert_allclose(
        found.class_weights["cluster000000"], mean / np.linalg.norm(mean), atol=1e-6
    )


def test_vectors_count_by_their_quality_or_alike(training, targets):
    quality = np.random.default_rng(1).random(len(targets.embeddings.ids))
    quality = QualityTable(targets.embeddings.ids, {"quality": quality})
    targets = dataclasses.replace(targets, quality=quality)
    rows = [row for row, name in enumerate(targets.embeddings.ids) if name[0] == "a"]
    unit = targets.embeddings.vectors[rows]
    unit = unit / np.linalg.norm(unit, axis=1, keepdims=True)
    for name, weights in (("quality", quality.columns["quality"][rows]), ("none", np.ones(6))):
        given = give(training, targets, labels="speaker", vector_weights=name)
        mean = weights @ unit
        np.testing.assert_allclose(
            given.teachers["face"].class_weights["a"], mean / np.linalg.norm(mean), atol=1e-6
        )


def test_shuffled_is_shuffled_before_anything_is_made_of_it(training, targets):
    given = give(training, targets, is_shuffled=True, labels="video")
    found = given.teachers["face"]
    for before, after in zip(training.items, given.training.items, strict=True):
        own = rows_of(found, f"{after.person}/")
        assert len(own) == IMAGES
        assert not {targets.embeddings.ids[row][:3] for row in own} & {before.id[:3]}
    assert give(training, targets, is_shuffled=True, labels="teacher").facts["purity"] < 1


def test_what_cannot_be_is_refused(training, targets):
    strangers = dataclasses.replace(
        training, items=[dataclasses.replace(item, person="q") for item in training.items]
    )
    with pytest.raises(InputError, match="face has seen none of the 2 videos"):
        give(strangers, targets, labels="video")


@pytest.mark.parametrize("labels", ["video", "teacher"])
def test_a_student_learns_without_speaker_labels(prepared, tmp_path, labels):
    settings = StudentSettings(
        data=prepared / "data",
        student=CONF / "student_small.yaml",
        distill=CONF / "distill_unlabelled.yaml",
        output=tmp_path / "student",
        targets=[prepared / "teacher_face" / "targets"],
        overrides=SMALL | {"labels": labels},
        seed=1,
    )
    train_student(settings)
    facts = json.loads((settings.output / "labels.json").read_text())
    assert facts["labels"] == labels and facts["labelled speakers"] == 0
    log = np.genfromtxt(settings.output / "train_log.tsv", names=True, delimiter="\t")
    assert np.isfinite(log["loss"]).all() and (log["posterior"] > 0).all()
    if labels == "video":  # the loss is the teacher's alone
        assert (log["loss"] <= log["posterior"]).all() and (log["identity"] > 0).all()


@pytest.mark.slow
def test_what_a_student_hears_joins_in_clustering(prepared, tmp_path):
    first = StudentSettings(
        data=prepared / "data",
        student=CONF / "student_small.yaml",
        distill=CONF / "distill_unlabelled.yaml",
        output=tmp_path / "posterior" / "seed1",
        targets=[prepared / "teacher_face" / "targets"],
        overrides=SMALL,
        seed=1,
    )
    train_student(first)
    joint = dataclasses.replace(
        first,
        distill=CONF / "distill_joint_clusters.yaml",
        output=tmp_path / "joint" / "seed1",
        overrides=SMALL | {"voice": "../../posterior/seed{seed}"},
    )
    train_student(joint)
    embedded = first.output / "embeddings" / "train"
    assert embedded.exists()
    assert "voice" in json.loads((joint.output / "settings.json").read_text())
    alone = dataclasses.replace(
        joint, output=tmp_path / "alone" / "seed1", overrides=SMALL | {"voice": ""}
    )
    train_student(alone)
    distances = [
        json.loads((each.output / "labels.json").read_text())["cluster distance"]
        for each in (joint, alone)
    ]
    assert distances[0] != distances[1]
    (embedded / "made_from.json").unlink()
    shutil.rmtree(first.output)
    with pytest.raises(InputError, match="stage 5 or 6 makes it"):
        train_student(joint)
