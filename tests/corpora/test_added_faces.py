"""Faces of the corpus's speakers in a folder of the user's own."""

from dataclasses import replace

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import load_images
from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from tests.corpora.media import write_image
from tests.tiny_cn_celeb import make_cn_celeb


@pytest.fixture
def settings(tmp_path):
    corpus = make_cn_celeb(tmp_path / "corpus")
    return PreparationSettings(
        [corpus], tmp_path / "data", tmp_path / "decoded", dev_speakers=2, min_duration=0.1
    )


def test_speakers_have_the_faces_of_the_folder(settings, tmp_path, caplog):
    for number in range(6):
        for session in ("interview", "a_film"):
            write_image(tmp_path / f"faces/id{number:05d}/{session}/1.jpg", seed=number)
    write_image(tmp_path / "faces/somebody/a/1.jpg")
    report = prepare_corpus(replace(settings, faces=tmp_path / "faces"))
    images = load_images(tmp_path / "data/train/images.jsonl.gz")
    dev = load_images(tmp_path / "data/dev/images.jsonl.gz")
    assert len(images) + len(dev) == 12 and not report.skipped_images
    assert "1 of 7 people of" in caplog.text and "(first: somebody)" in caplog.text
    talk = next(image for image in images if image.session == "interview")
    assert talk.path.endswith("interview/1.jpg")
    # Another face changes what the stage makes.
    write_image(tmp_path / "faces/id00001/vlog/1.jpg")
    assert prepare_corpus(replace(settings, faces=tmp_path / "faces")) != report


def test_faces_of_others_alone_are_refused(settings, tmp_path):
    write_image(tmp_path / "faces/somebody/a/1.jpg")
    with pytest.raises(InputError, match=r"none of the 1 people of .*faces is a speaker .*id00000"):
        prepare_corpus(replace(settings, faces=tmp_path / "faces"))
    with pytest.raises(InputError, match=r"no <person>.* in .*nowhere: give another --faces"):
        prepare_corpus(replace(settings, faces=tmp_path / "nowhere"))
