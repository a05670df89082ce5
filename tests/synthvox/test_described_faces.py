"""Faces with descriptions, without anybody speaking."""

import json

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.images.class_folders import read_class_folders
from speechdistill.corpora.images.texts import load_class_texts
from speechdistill.synthvox.described_faces import make_described_faces
from speechdistill.synthvox.parameters import CorpusParameters

SMALL = {"face_people": 3, "sessions": 2, "images": 2}


def test_people_are_classes_with_a_text_each(tmp_path):
    make_described_faces(tmp_path / "faces", CorpusParameters(**SMALL), jobs=2)
    found = read_class_folders(tmp_path / "faces" / "teacherFaces")
    assert [len(images) for images in found.images.values()] == [4, 4, 4]
    assert len({image.session for images in found.images.values() for image in images}) == 6
    texts = load_class_texts(tmp_path / "faces" / "face_text.tsv", found.images)
    truth = sorted((tmp_path / "faces" / "truth" / "parts").glob("*.json"))
    described = [json.loads(path.read_text())["person"]["description"] for path in truth]
    assert list(texts.values()) == described
    assert not (tmp_path / "faces" / "wav").exists()


def test_what_is_there_is_kept_and_other_parameters_are_refused(tmp_path):
    parameters = CorpusParameters(**SMALL)
    make_described_faces(tmp_path / "faces", parameters)
    before = {path: path.read_bytes() for path in (tmp_path / "faces").rglob("*.jpg")}
    (tmp_path / "faces" / "face_text.tsv").unlink()
    make_described_faces(tmp_path / "faces", parameters)
    assert {path: path.read_bytes() for path in (tmp_path / "faces").rglob("*.jpg")} == before
    with pytest.raises(InputError, match="made with sessions 2, not 3"):
        make_described_faces(tmp_path / "faces", CorpusParameters(**SMALL | {"sessions": 3}))


def test_one_person_is_too_few(tmp_path):
    with pytest.raises(InputError, match="1 people"):
        make_described_faces(tmp_path / "faces", CorpusParameters(face_people=1))
