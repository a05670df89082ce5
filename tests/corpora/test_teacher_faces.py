"""Faces of people beyond the corpus: a set of their own, and never of people in it."""

from dataclasses import replace
from pathlib import Path

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import load_images
from speechdistill.corpora.manifests import iterate_cuts
from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from tests.tiny_corpus import make_corpus


@pytest.fixture
def settings(tmp_path):
    corpus = make_corpus(tmp_path / "corpus")
    return PreparationSettings([corpus], tmp_path / "data", tmp_path / "decoded", dev_speakers=2)


def add_teacher_faces(folder: Path, name: str) -> Path:
    image = folder / name / "1.6" / "a_video" / "0000001.jpg"
    image.parent.mkdir(parents=True)
    image.write_bytes(b"an image")
    image.with_name("0000002.jpg").touch()
    return folder


def test_faces_of_other_people_are_a_set_for_the_teacher(settings, tmp_path):
    faces = add_teacher_faces(tmp_path / "faces", "Person_1")
    report = prepare_corpus(replace(settings, teacher_faces=faces, skipped_limit=1))
    written = load_images(settings.output / "teacher/images.jsonl.gz")
    assert [face.id for face in written] == ["Person_1/a_video/0000001"]
    assert report.teacher_images == 1 and "for the teacher: 1" in report.text()
    assert "0000002.jpg" in (settings.output / "skipped.tsv").read_text()
    assert not list(iterate_cuts(settings.output / "teacher"))
    # More people change what the stage makes.
    add_teacher_faces(faces, "Person_2")
    prepare_corpus(replace(settings, teacher_faces=faces, skipped_limit=1))
    assert len(load_images(settings.output / "teacher/images.jsonl.gz")) == 2


@pytest.mark.parametrize("name", ["id10001", "Person_10001"])
def test_a_person_of_the_corpus_among_the_teachers_faces_stops_the_run(settings, tmp_path, name):
    faces = add_teacher_faces(tmp_path / "faces", name)
    with pytest.raises(InputError, match=f"{name} .* is in the corpus too"):
        prepare_corpus(replace(settings, teacher_faces=faces, skipped_limit=1))
    assert not (settings.output / "train").exists()


def test_a_folder_without_teacher_faces_is_named(settings, tmp_path):
    with pytest.raises(InputError, match=r"faces: give another --teacher-faces"):
        prepare_corpus(replace(settings, teacher_faces=tmp_path / "faces"))
