"""Lines end where every editor ends them, and at no other character."""

import pytest

from speechdistill.base.errors import InputError
from speechdistill.corpora.metadata import load_text
from speechdistill.storage.text_lines import read_lines, split_words
from speechdistill.verification.trials.speakers import speakers_of
from speechdistill.verification.trials.utterance_facts import UtteranceFacts

BREAKS = ["\u2028", "\u2029", "\x85", "\v", "\f", "\x1c", "\x1d", "\x1e", "\r"]


@pytest.mark.parametrize("character", BREAKS)
def test_other_breaks_are_parts_of_a_line(tmp_path, character):
    path = tmp_path / "texts.tsv"
    text = f"one{character}two"
    path.write_bytes(f"a\t{text}\r\nb\tthree\n".encode("utf-8-sig"))
    assert read_lines(path) == [f"a\t{text}", "b\tthree"]
    assert load_text(path) == {"a": text, "b": "three"}
    facts = UtteranceFacts.load([], {"text": path})
    assert list(facts.columns["text"]) == ["a", "b"]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", []),
        (b"\n", [""]),
        (b"a", ["a"]),
        (b"a\n\nb\r\n", ["a", "", "b"]),
        (b"\xef\xbb\xbf", []),
    ],
)
def test_ends(tmp_path, data, lines):
    (tmp_path / "file").write_bytes(data)
    assert read_lines(tmp_path / "file") == lines


def test_other_spaces_are_parts_of_a_word(tmp_path):
    assert split_words("a\u00a0b\u3000c \t d\u2028e") == ["a\u00a0b\u3000c", "d\u2028e"]
    (tmp_path / "utt2spk").write_text("a\u00a0b.wav s\u2003t\n", encoding="utf-8")
    assert speakers_of(["a\u00a0b"], tmp_path / "utt2spk") == ["s\u2003t"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_other_encodings_are_named_with_line_and_remedy(tmp_path, encoding):
    (tmp_path / "table").write_bytes("id\tname\na\té\n".encode(encoding))
    with pytest.raises(InputError, match=r"table is not text: line \d is no UTF-8.*iconv") as error:
        UtteranceFacts.load([tmp_path / "table"], {})
    assert "\n" not in str(error.value)


def test_contradictory_facts_and_speakers_are_refused(tmp_path):
    (tmp_path / "map").write_text("a 1\n\na 2\n")
    with pytest.raises(InputError, match=r"map, line 3 says '2' of a, an earlier line '1'"):
        UtteranceFacts.load([], {"duration": tmp_path / "map"})
    with pytest.raises(InputError, match=r"map, line 3 says 2 of a, an earlier line 1"):
        speakers_of(["a"], tmp_path / "map")
