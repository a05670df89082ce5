"""Files, folders and lists of recordings, and what cannot be one."""

from pathlib import Path

import pytest

from speechdistill.base.errors import InputError
from speechdistill.inference.listed_audio import listed_audio, named_audio


@pytest.fixture
def folder(tmp_path):
    for name in ("ann/v/1.wav", "ann/v/2.FLAC", "bob/1.ogg", "notes.md", ".hidden.wav"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).touch()
    return tmp_path / "in"


def test_a_folder(folder):
    found = listed_audio([folder])
    assert list(found) == ["ann/v/1", "ann/v/2", "bob/1"]
    assert found["ann/v/2"] == folder / "ann/v/2.FLAC"


def test_lists(tmp_path):
    (tmp_path / "wav.scp").write_text("u1 a b/1.wav\nu2 \t2.flac\r\n")
    assert listed_audio([tmp_path / "wav.scp"]) == {"u1": Path("a b/1.wav"), "u2": Path("2.flac")}
    (tmp_path / "x.lst").write_text("a/1.wav\n\n a/2.flac \n")
    found = listed_audio([tmp_path / "x.lst", Path("3.ogg")])
    assert list(found) == ["a/1", "a/2", "3"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("wav.scp", "u1 sox a.wav -t wav - |\n", "names commands"),
        ("wav.scp", "u1 cat x | tail\n", "names commands"),
        ("wav.scp", "u1\n", "line 1 is 'u1'"),
        ("wav.scp", "", "no recording is listed"),
        ("wav.scp", "u1 a.wav\nu1 b.wav\n", "would both be u1"),
        ("x.txt", "a.wav\na.flac\n", "would both be a"),
        ("x.txt", "my file.wav\n", "white space"),
    ],
)
def test_lists_that_are_none(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=message):
        listed_audio([tmp_path / name])


def test_a_folder_without_audio(tmp_path):
    with pytest.raises(InputError, match="holds no audio: it needs files"):
        listed_audio([tmp_path])
    (tmp_path / "call.M4A").touch()
    with pytest.raises(InputError, match=r"files such as .*call\.M4A: .*convert them"):
        listed_audio([tmp_path])


def test_what_is_left_out_of_a_folder_is_said(folder, caplog):
    (folder / "ann" / "call.m4a").touch()
    assert len(listed_audio([folder])) == 3
    assert "left out: 1 files such as" in caplog.text and "call.m4a" in caplog.text


def test_where_no_id_is_needed_any_name_serves(tmp_path):
    paths = [tmp_path / "my voice.wav", tmp_path / "a.wav", tmp_path / "a.flac"]
    assert [path for _, path in named_audio(paths)] == paths
