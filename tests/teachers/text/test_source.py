"""Texts from everywhere: who gets which vector and label, and what is skipped."""

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.teachers.text.source import TextSource
from speechdistill.teachers.text.tfidf import TfidfSvd
from tests.teachers.sets import make_set


class Spelling:
    """Counts letters; remembers what it was fitted on."""

    files = ()

    def fit(self, texts):
        self.fitted = list(texts)

    def transform(self, texts):
        return np.array([[text.lower().count(c) for c in "aeiou"] for text in texts], np.float32)


@pytest.fixture
def folders(tmp_path):
    return {
        "train": make_set(tmp_path / "train", ["a/v/1", "a/v/2", "b/v/1", "c/w/1"]),
        "dev": make_set(tmp_path / "dev", ["d/v/1"]),
        "test": make_set(tmp_path / "test", ["e/v/1"]),
    }


def table(folders, *lines):
    path = folders["train"].parent / "texts.tsv"
    path.write_text("".join(f"{line}\n" for line in lines))
    return str(path)


def encode(folders, texts, encoder=None):
    return TextSource(texts, encoder or Spelling()).encode(folders)


def test_people_of_one_text_share_a_label_across_sets(folders):
    texts = table(folders, "a\tA man.", "b\tA woman.", "c\t a  MAN.", "d\tA man.", "e\tA child.")
    encoded = encode(folders, texts)
    labels = {item.person: item.label for part in encoded.values() for item in part.items}
    assert labels["a"] == labels["c"] == labels["d"] not in "abcde"
    assert (labels["b"], labels["e"]) == ("b", "e")
    assert [item.id for item in encoded["train"].items] == ["a/-/text", "b/-/text", "c/-/text"]
    np.testing.assert_array_equal(encoded["train"].vectors[0], [2, 0, 0, 0, 0])
    np.testing.assert_array_equal(encoded["test"].vectors, [[1, 0, 1, 0, 0]])
    assert all(not part.skipped for part in encoded.values())


def test_utterances_are_labelled_with_who_speaks_even_if_they_say_the_same(folders):
    texts = table(
        folders, "a/v/1\tHello.", "a/v/2\tGo.", "b/v/1\tHello.", "c\tA man.", "d/v/1\tGo."
    )
    train = encode(folders, texts)["train"]
    assert [(item.id, item.session, item.label) for item in train.items] == [
        ("a/v/1", "v", "a"),
        ("a/v/2", "v", "a"),
        ("b/v/1", "v", "b"),
        ("c/-/text", "-", "c"),
    ]


def test_only_training_texts_are_fitted_each_once(folders):
    encoder = Spelling()
    encode(folders, table(folders, "a\tUne.", "b\tUne.", "c\tDeux.", "d\tTrois.", "x\tX."), encoder)
    assert encoder.fitted == ["Deux.", "Une."]


def test_what_cannot_be_used_is_listed(folders):
    texts = table(folders, "a\tA man.", "b\t ", "x\tA stranger.", "d\tA dog.")
    encoded = encode(folders, texts)
    assert encoded["train"].skipped == [
        ("x", "in no set"),
        ("b", "empty text"),
        ("c", "no text"),
    ]
    assert encoded["train"].vectors.shape == (1, 5)
    assert (len(encoded["test"].items), encoded["test"].skipped) == (0, [])
    assert encoded["test"].vectors.shape == (0, 5)


def test_a_text_of_which_the_encoder_knows_nothing_has_quality_0(folders):
    encoded = encode(folders, table(folders, "a\tHello.", "b\tGrrr.", "c\tWho?"))["train"]
    assert encoded.quality.tolist() == [1, 0, 1]


def test_nobody_in_training_has_a_text(folders):
    with pytest.raises(InputError, match=r"nobody in .*train has a text in .*texts\.tsv"):
        encode(folders, table(folders, "d\tA man."))
    with pytest.raises(InputError, match=r"nobody in .*train has a text in its cuts"):
        encode(folders, "cuts")


@pytest.mark.parametrize("name", ["nowhere.tsv", "nowhere_meta.csv"])
def test_a_missing_table_is_named_with_the_option(folders, tmp_path, name):
    with pytest.raises(InputError, match=rf"no file .*{name}: give .*--teacher\.texts"):
        encode(folders, str(tmp_path / name))


@pytest.mark.parametrize("texts", ["", []])
def test_no_texts_at_all(texts):
    with pytest.raises(ValueError, match="give 'cuts' or a table"):
        TextSource(texts, Spelling())


def test_descriptions_from_the_cuts(tmp_path):
    described = {"a": "A man.", "b": "A woman.", "c": "A man."}
    folders = {
        "train": make_set(tmp_path / "train", ["a/v/1", "a/v/2", "b/v/1"], texts=described),
        "dev": make_set(tmp_path / "dev", ["c/v/1"], texts=described),
    }
    encoded = encode(folders, "cuts")
    assert [item.id for item in encoded["train"].items] == ["a/-/text", "b/-/text"]
    assert encoded["train"].items[0].label == encoded["dev"].items[0].label


def test_transcripts_from_the_cuts(tmp_path):
    said = {"a/v/1": "Yes.", "a/v/2": "No.", "b/v/1": "Yes."}
    folders = {
        "train": make_set(tmp_path / "train", ["a/v/1", "a/v/2", "a/v/3"], texts=said),
        # Everybody here says one thing, but what is said stays an utterance's.
        "dev": make_set(tmp_path / "dev", ["b/v/1"], texts=said),
    }
    encoded = encode(folders, "cuts")
    assert [item.id for item in encoded["train"].items] == ["a/v/1", "a/v/2"]
    assert [(item.id, item.label) for item in encoded["dev"].items] == [("b/v/1", "b")]


def test_sentences_from_the_corpus_tables(folders, tmp_path):
    vox1, vox2 = tmp_path / "vox1_meta.csv", tmp_path / "vox2_meta.csv"
    vox1.write_text(
        "VoxCeleb1 ID\tVGGFace1 ID\tGender\tNationality\tSet\n"
        "a\tA\tm\tIreland\tdev\nb\tB\tf\tUSA\tdev\nz\tZ\tm\tIreland\tdev\n"
    )
    vox2.write_text("VoxCeleb2 ID ,VGGFace2 ID ,Gender ,Set \nc\t,C\t,f\t,dev\n")
    source = TextSource([str(vox1), str(vox2)], TfidfSvd())
    train = source.encode(folders)["train"]
    assert source.files == [vox1, vox2]
    assert [item.person for item in train.items] == ["a", "b", "c"] and not train.skipped
    cosines = train.vectors @ train.vectors.T
    assert cosines[1, 2] > cosines[0, 2]  # "A woman." is nearer to a woman's
