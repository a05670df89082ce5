"""Ids find the person, utterance or image that they are of, or are listed."""

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.faces import FACES, FaceImage, save_faces
from speechdistill.inputs.items import InputItem
from speechdistill.inputs.roster import Roster, locate, shared_labels
from tests.teachers.sets import make_set


def test_people_utterances_and_images_have_items(tmp_path):
    roster = Roster.load(make_set(tmp_path, ["a/v/1", "b/w/1"], faces=["a/v/f1"]))
    assert roster.item("a", "text") == InputItem("a/-/text", "a", "-", "a", "f")
    assert roster.item("b/w/1", "text") == InputItem("b/w/1", "b", "w", "b", "f")
    assert roster.item("a/v/f1", "text") == InputItem("a/v/f1", "a", "v", "a", "f")
    assert roster.item("c", "text") is roster.item("a/v/2", "text") is None


def test_who_is_only_seen_counts_where_nobody_can_speak(tmp_path):
    heard = make_set(tmp_path / "heard", ["a/v/1"], faces=["b/v/1"])
    assert Roster.load(heard).people == {"a": "f"}
    save_faces([FaceImage("b/v/1", "", "b", "v", "m")], tmp_path / "seen" / FACES)
    assert Roster.load(tmp_path / "seen").people == {"b": "m"}


def test_a_folder_without_manifests(tmp_path):
    with pytest.raises(InputError, match="stage 1 makes it"):
        Roster.load(tmp_path)


def test_everything_is_found_or_listed(tmp_path):
    rosters = {
        "train": Roster.load(make_set(tmp_path / "train", ["a/v/1", "b/v/1", "c/v/1", "d/v/1"])),
        "dev": Roster.load(make_set(tmp_path / "dev", ["e/v/1"])),
        "test": Roster.load(make_set(tmp_path / "test", ["f/v/1", "g/v/1"])),
    }
    located = locate(["a", "b/v/1", "x", "f"], {"c": "empty text", "y": "NaN"}, rosters, "text")
    assert located["train"].ids == ["a", "b/v/1"]
    assert [item.id for item in located["train"].items] == ["a/-/text", "b/v/1"]
    assert located["train"].skipped == [
        ("x", "in no set"),
        ("y", "in no set"),
        ("c", "empty text"),
        ("d", "no text"),
    ]
    assert (located["dev"].ids, located["dev"].skipped) == ([], [])
    assert (located["test"].ids, located["test"].skipped) == (["f"], [("g", "no text")])


def test_labels_are_shared_by_content_and_do_not_depend_on_who_else_there_is():
    few = shared_labels({"a": b"x", "b": b"x"}, "text")
    many = shared_labels({"c": b"y", "b": b"x", "d": b"z", "a": b"x", "e": b"z"}, "text")
    assert few["a"] == few["b"] == many["a"] == many["b"] != many["d"] == many["e"]
    assert many["c"] == "c"
    assert all(len(label.split()) == 1 for label in many.values())
