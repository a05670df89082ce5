"""What a class is where speakers have no labels."""

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.distillation.labels import label_videos
from speechdistill.models.label_settings import LabelSettings
from speechdistill.storage.keyed_vectors import KeyedVectors

VIDEOS = {f"{who}/{video}": who for who in "abcdef" for video in "xyz"}


def faces(noise=0.2):
    generator = np.random.default_rng(0)
    centres = {who: generator.normal(size=16) for who in "abcdef"}
    vectors = [centres[who] + noise * generator.normal(size=16) for who in VIDEOS.values()]
    return KeyedVectors(list(VIDEOS), np.stack(vectors).astype(np.float32))


def test_names_do_not_say_who_speaks():
    found = label_videos(VIDEOS, LabelSettings("video"))
    assert len(set(found.class_of.values())) == len(VIDEOS) == len(found.lone)
    assert all(name.startswith("video0") for name in found.class_of.values())
    assert found.class_of == found.video_name


def test_clusters_of_good_faces_are_the_people():
    found = label_videos(VIDEOS, LabelSettings("teacher"), faces())
    assert found.facts["clusters"] == 6
    assert found.facts["purity"] == found.facts["adjusted Rand index"] == 1
    assert not found.lone
    for who in "abcdef":
        assert len({found.class_of[f"{who}/{video}"] for video in "xyz"}) == 1


@pytest.mark.parametrize(("wanted", "count"), [(0.5, 3), (2, 2), (1.0, 6), (0.0, 0)])
def test_some_speakers_are_labelled(wanted, count):
    settings = LabelSettings("video", labelled_speakers=wanted)
    found = label_videos(VIDEOS, settings)
    assert sorted(set(found.class_of.values()) & set("abcdef")) == sorted(
        {VIDEOS[video] for video, name in found.class_of.items() if name in set("abcdef")}
    )
    assert len(set(found.class_of.values()) & set("abcdef")) == count
    assert len(found.lone) == 3 * (6 - count)
    assert found.class_of == label_videos(VIDEOS, settings).class_of


def test_a_video_without_a_face_stays_alone():
    some = faces()
    kept = KeyedVectors(list(some.ids[1:]), some.vectors[1:])
    found = label_videos(VIDEOS, LabelSettings("teacher"), kept)
    assert found.lone == {"video000000"} and found.class_of["a/x"] == "video000000"


def test_a_file_says(tmp_path, caplog):
    path = tmp_path / "labels.tsv"
    path.write_text("\ufeffa/x\tone\r\na/y\tone\nb/x\ttwo\n")
    found = label_videos(VIDEOS, LabelSettings(str(path)))
    assert (found.class_of["a/x"], found.class_of["b/x"]) == ("one", "two")
    assert len(found.lone) == len(VIDEOS) - 3
    assert not caplog.records
    path.write_text("a/x\tone\nq/x\ttwo\n")
    label_videos(VIDEOS, LabelSettings(str(path)))
    assert "names 1 videos that are not in the training set, such as q/x" in caplog.text


def test_labels_and_labelled_speakers_share_their_names(tmp_path, caplog):
    path = tmp_path / "labels.tsv"
    path.write_text("".join(f"{who}/x\tb\n" for who in "abcdef"))
    found = label_videos(VIDEOS, LabelSettings(str(path), labelled_speakers=3))
    labelled = {who for who in "abcdef" if found.class_of[f"{who}/y"] == who}
    assert len(labelled) == 3
    assert {found.class_of[f"{who}/x"] for who in set("abcdef") - labelled} == {"b"}
    assert ("labelled speakers' names, such as b" in caplog.text) == ("b" in labelled)
    # Of whom all have their label the file need not say anything.
    found = label_videos(VIDEOS, LabelSettings(str(path), labelled_speakers=1.0))
    assert found.class_of == VIDEOS


def test_a_digest_is_of_classes_alone(tmp_path):
    def digest(text):
        (tmp_path / "labels.tsv").write_text(text)
        return label_videos(VIDEOS, LabelSettings(str(tmp_path / "labels.tsv"))).digest

    first = digest("a/x\tone\nb/x\ttwo\n")
    assert digest("b/x\ttwo\n\na/x\tone\nq/x\tunknown\n") == first
    assert len({first, digest("a/x\tone\n"), digest("a/x\tone\nb/x\tone\n")}) == 3


def test_what_makes_no_sense_is_refused(tmp_path):
    with pytest.raises(InputError, match="needs a teacher"):
        label_videos(VIDEOS, LabelSettings("teacher"))
    with pytest.raises(InputError, match="labels: no file vidoe"):
        label_videos(VIDEOS, LabelSettings("vidoe"))
    (tmp_path / "labels.tsv").write_text("q/x\tone\n")
    with pytest.raises(InputError, match="names no video of the training set, such as a/x"):
        label_videos(VIDEOS, LabelSettings(str(tmp_path / "labels.tsv")))
    with pytest.raises(InputError, match="7 of 6 training speakers"):
        label_videos(VIDEOS, LabelSettings("video", labelled_speakers=7))
