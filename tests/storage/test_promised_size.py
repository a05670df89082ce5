"""Whether a file of raw samples has all that its header promises."""

import os
import struct

import numpy as np
import pytest
import soundfile

from speechdistill.storage.promised_size import is_cut_short

FORMS = ["WAV", "WAVEX", "RF64", "W64", "AIFF", "AU", "NIST"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("frames", [801, 1000])
@pytest.mark.parametrize("lost", [0, 2, 700])
def test_what_is_lost_is_found(tmp_path, form, frames, lost):
    path = tmp_path / "a"
    soundfile.write(path, np.full(frames, 0.1), 16000, "PCM_24", format=form)
    os.truncate(path, path.stat().st_size - lost)
    assert is_cut_short(path) == (lost > 0)


@pytest.mark.parametrize("codec", ["VORBIS", "OPUS"])
def test_the_last_page_of_ogg_has_to_be_whole(tmp_path, codec):
    path = tmp_path / "a.ogg"
    soundfile.write(path, np.random.default_rng(0).normal(0, 0.1, 48000), 16000, codec)
    whole = path.read_bytes()
    pages = [at for at in range(len(whole)) if whole.startswith(b"OggS", at)]
    assert len(pages) > 2 and not is_cut_short(path)
    for length in (pages[-1] + 5, pages[-1] + 26, pages[-1] + 28, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert is_cut_short(path)
    for content in (whole[: pages[-1]], whole + b"TAG" + bytes(125)):  # ends with a page; is tagged
        path.write_bytes(content)
        assert not is_cut_short(path)


def wav(riff, data, before=b"", after=b""):
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 16000, 32000, 2, 16)
    chunks = before + form + struct.pack("<4sI", b"data", data) + bytes(2000) + after
    return struct.pack("<4sI4s", b"RIFF", riff, b"WAVE") + chunks


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (wav(2036, 2000), False),
        (wav(2036, 2002), True),  # the whole's length was mended, that of the samples was not
        (wav(2044, 2000), False),  # the samples are all there
        (wav(4036, 0xFFFFFFFF), True),  # of these two lengths one is of a pipe
        (wav(0xFFFFFFFF, 4000), True),
        (wav(0xFFFFFFFF, 0xFFFFFFFF), False),
        (wav(0, 0), False),
        (wav(2051, 2000, before=struct.pack("<4sI6s", b"LIST", 5, b"abcde\0")), False),
        (wav(9000, 2000, after=b"LIST"), False),
        (b"RIFF" + bytes(36), False),
        (b"NIST_1A\n" + b"text" * 20, False),
        (b"NIST_1A\n   1024\nsample_count -i x\n" + bytes(2000), False),
        (b"FORM", False),
        (b"", False),
    ],
)
def test_headers(tmp_path, content, expected):
    (tmp_path / "a").write_bytes(content)
    assert is_cut_short(tmp_path / "a") is expected
