"""Ids find the person, utterance or image that they are of, or are listed."""

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import ImageRecord, save_images
from speechdistill.inputs.items import InputItem, save_items
from speechdistill.inputs.set_members import SetMembers, locate, shared_labels
from speechdistill.storage.places import IMAGES, ITEMS
from tests.teachers.sets import make_set


def test_people_utterances_and_images_have_items(tmp_path):
    members = SetMembers.load(make_set(tmp_path, ["a/v/1", "b/w/1"], faces=["a/v/f1"]))
    assert members.item("a", "text") == InputItem("a/-/text", "a", "-", "a", "f")
    assert members.item("b/w/1", "text") == InputItem("b/w/1", "b", "w", "b", "f")
    assert members.item("a/v/f1", "text") == InputItem("a/v/f1", "a", "v", "a", "f")
    assert members.item("c", "text") is members.item("a/v/2", "text") is None


def test_who_is_only_seen_counts_where_nobody_can_speak(tmp_path):
    heard = make_set(tmp_path / "heard", ["a/v/1"], faces=["b/v/1"])
    assert SetMembers.load(heard).people == {"a": "f"}
    save_images([ImageRecord("b/v/1", "", "b", "v", "m")], tmp_path / "seen" / IMAGES)
    assert SetMembers.load(tmp_path / "seen").people == {"b": "m"}


def test_a_modality_of_ones_own_lists_its_items(tmp_path):
    item = InputItem("a/v/1", "a", "v", "a", "f")
    save_items([item], tmp_path / ITEMS)
    members = SetMembers.load(tmp_path)
    assert members.people == {"a": "f"} and members.item("a/v/1", "text") == item
    (tmp_path / ITEMS).write_text("a/v/1\n")
    with pytest.raises(InputError, match=r"items.tsv is broken .*: run stage 1 again"):
        SetMembers.load(tmp_path)


def test_a_folder_without_manifests(tmp_path):
    with pytest.raises(InputError, match=r"images.jsonl.gz: stage 1 makes it"):
        SetMembers.load(tmp_path)


def test_everything_is_found_or_listed(tmp_path):
    sets = {
        "train": SetMembers.load(
            make_set(tmp_path / "train", ["a/v/1", "b/v/1", "c/v/1", "d/v/1"])
        ),
        "dev": SetMembers.load(make_set(tmp_path / "dev", ["e/v/1"])),
        "test": SetMembers.load(make_set(tmp_path / "test", ["f/v/1", "g/v/1"])),
    }
    located = locate(["a", "b/v/1", "x", "f"], {"c": "empty text", "y": "NaN"}, sets, "text")
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
