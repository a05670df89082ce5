"""Blocks of words against str.split; the table of names against a dictionary."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.base.errors import InputError
from speechdistill.verification.trials.name_table import NameTable
from speechdistill.verification.trials.trial_list import utterance_id
from speechdistill.verification.trials.words import Words, read_word_blocks

WORD = st.text(st.sampled_from("abé/-.7\U0001f3a4"), min_size=1, max_size=12)
SPACE = st.text(st.sampled_from(" \t"), min_size=1, max_size=3)


@st.composite
def lines(draw):
    """Lines of three words, some empty, with any white space between them."""
    text = ""
    for _ in range(draw(st.integers(1, 12))):
        if draw(st.booleans()):
            text += draw(st.sampled_from(["\n", " \n", "\r\n"]))
        words = [draw(WORD) for _ in range(3)]
        text += draw(st.sampled_from(["", " "])) + draw(SPACE).join(words)
        text += draw(st.sampled_from(["\n", "\r\n", " \n"]))
    return text.removesuffix("\n") if draw(st.booleans()) else text


@given(lines(), st.integers(1, 64))
def test_blocks_hold_what_split_finds(tmp_path_factory, text, block_bytes):
    path = tmp_path_factory.mktemp("words") / "list"
    path.write_bytes(text.encode())
    found, numbers = [], []
    for block in read_word_blocks(path, "list", "three words", {3}, block_bytes):
        found += np.reshape(block.words.strings(), (-1, 3)).tolist()
        numbers += block.line_numbers.tolist()
    split = [(number, line.split()) for number, line in enumerate(text.split("\n"), start=1)]
    assert found == [words for _, words in split if words]
    assert numbers == [number for number, words in split if words]


@pytest.mark.parametrize("block_bytes", [1, 8, 1000])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b c\n\na b\n", "line 3 is 'a b': write three words"),
        ("a b\n", "line 1 is 'a b'"),
        ("a b c\na b c d\n", "line 2 is 'a b c d'"),
        ("a b c\nx y " + 1025 * "z", "line 2: a word has over 1024 bytes"),
        (" \n\n", "is empty"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(tmp_path, block_bytes, text, message):
    (tmp_path / "list").write_text(text)
    with pytest.raises(InputError, match=re.escape(message)):
        list(read_word_blocks(tmp_path / "list", "list", "three words", {3}, block_bytes))


def test_files_that_are_not_there_or_no_text(tmp_path):
    with pytest.raises(InputError, match=r"cannot read the list .*nothing"):
        list(read_word_blocks(tmp_path / "nothing", "list", "words", {1}))
    (tmp_path / "binary").write_bytes(b"a\xff b\n")
    with pytest.raises(InputError, match="is not text"):
        list(read_word_blocks(tmp_path / "binary", "list", "words", {2}))


SUFFIXES = ["", ".wav", ".FLAC", ".m4a", ".opus", ".wave", ".m4a.wav", ".opus.flac.WAV", ".wav.x"]


@given(st.lists(WORD, min_size=1), st.sampled_from(SUFFIXES))
def test_audio_suffixes_go_as_from_single_names(names, suffix):
    names = [name + suffix for name in names]
    expected = [
        re.sub(r"(?i)(\.(wav|flac|m4a|aac|mp3|ogg|opus|sph))+$", "", name) for name in names
    ]
    assert Words.of(names).without_audio_suffix().strings() == expected
    assert [utterance_id(name) for name in names] == expected


@given(st.lists(WORD), WORD)
def test_equal(names, wanted):
    names = [*names, wanted, wanted + "x", wanted[:-1]]
    assert Words.of(names).equal(wanted).tolist() == [name == wanted for name in names]


# Lengths around the eight bytes of a piece, and tables that grow in width and in slots.
NAME = st.text(st.sampled_from("ab"), max_size=20)


@given(st.lists(st.lists(NAME, max_size=40), max_size=6), st.lists(NAME, min_size=1))
def test_a_table_numbers_names_as_a_dictionary(batches, sought):
    table, numbers = NameTable(), {}
    for names in batches:
        expected = [numbers.setdefault(name, len(numbers)) for name in names]
        assert table.add(Words.of(names)).tolist() == expected
    assert table.names == list(numbers) and len(table) == len(numbers)
    found = table.find(Words.of(sought)).tolist()
    assert found == [numbers.get(name, -1) for name in sought]


def test_a_large_table():
    names = [f"id{number % 1251}/{number:x}" for number in range(50_000)]
    table = NameTable()
    table.add(Words.of(names[:10]))
    table.add(Words.of(names))
    np.testing.assert_array_equal(table.find(Words.of(names[::-1])), np.arange(50_000)[::-1])
    assert (table.find(Words.of([f"{name}/" for name in names])) == -1).all()
