import struct

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lhotse import MonoCut

from speechdistill.corpora.cut_audio import load_cut_audio
from speechdistill.corpora.cut_records import cut_record
from speechdistill.corpora.decoding import decoded
from speechdistill.corpora.integrity import AudioHeader, UnusableAudioError, inspect_audio
from tests.corpora.media import utterance_of, write_audio


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_a_whole_file_passes(tmp_path, suffix):
    path = write_audio(tmp_path / f"a{suffix}", seconds=1.5)
    assert inspect_audio(path, min_duration=1.5) == AudioHeader(16000, 24000)


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
@given(share=st.floats(0, 0.9999))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_cut_anywhere_is_found(tmp_path, suffix, share):
    whole = tmp_path / f"whole{suffix}"
    if not whole.exists():
        write_audio(whole)
    content = whole.read_bytes()
    path = tmp_path / f"cut{suffix}"
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(UnusableAudioError, match=r"empty|unreadable|cut short|no samples"):
        inspect_audio(path)


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_U8", "PCM_24", "FLOAT"])
@pytest.mark.parametrize("form", ["WAV", "WAVEX", "W64"])
@pytest.mark.parametrize("frames", [1, 801])
def test_the_header_is_what_libsndfile_reads(tmp_path, form, subtype, frames):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.full(frames, 0.1), 8000, subtype, format=form)
    assert inspect_audio(path) == AudioHeader(8000, frames)


def cut_of(path, header):
    record = cut_record(utterance_of("a/v/1", path), header, path, None, None)
    return MonoCut.from_dict(record)


@pytest.mark.parametrize(
    ("riff", "data"),
    [
        (0xFFFFFFFF, 0xFFFFFFFF),
        (0x7FFFF024, 0x7FFFF000),
        (0x7FFFFFFF, 0x7FFFFFDB),
        (0x80000024, 0x80000000),
        (0, 0xFFFFFFFF),
    ],
)
@pytest.mark.parametrize("lost", [0, 1, 1001])
def test_a_wav_from_a_pipe_has_the_samples_that_are_there(tmp_path, riff, data, lost):
    path = write_audio(tmp_path / "streamed.wav")
    whole, _ = soundfile.read(path, dtype="int16")
    content = bytearray(path.read_bytes())
    content[4:8], content[40:44] = struct.pack("<I", riff), struct.pack("<I", data)
    path.write_bytes(content[: len(content) - lost])
    header = inspect_audio(path)
    assert header.frames == (len(content) - lost - 44) // 2
    heard = load_cut_audio(cut_of(path, header))
    np.testing.assert_array_equal(heard * 32768, whole[: header.frames])


@pytest.mark.parametrize("riff", [0, 36, 0xFFFFFFFF])
def test_a_header_that_was_never_completed_is_said(tmp_path, riff):
    path = write_audio(tmp_path / "streamed.wav")
    content = bytearray(path.read_bytes())
    content[4:8], content[40:44] = struct.pack("<I", riff), bytes(4)
    path.write_bytes(content)
    with pytest.raises(UnusableAudioError, match=r"a header that was never completed"):
        inspect_audio(path)


@pytest.mark.parametrize("name", ["a.ogg", "a.opus", "a.mp3", "a.MP3", "a.WAV", "a.Flac"])
@pytest.mark.parametrize("frames", [1, 401, 1601, 48001])
def test_any_format_has_the_samples_that_are_read(tmp_path, name, frames):
    path = tmp_path / name
    form = {".opus": "OGG", ".ogg": "OGG"}.get(path.suffix, path.suffix[1:].upper())
    subtype = "OPUS" if path.suffix == ".opus" else None
    signal = 0.3 * np.sin(np.arange(frames) / 5)
    soundfile.write(path, signal, 16000, subtype, format=form)
    path = decoded(utterance_of("a/v/1", path), tmp_path / "decoded")
    header = inspect_audio(path)
    assert header == AudioHeader(16000, frames)
    heard = load_cut_audio(cut_of(path, header))
    assert heard.shape == (frames,)
    if frames > 1601:
        np.testing.assert_allclose(heard[900:-900], signal[900:-900], atol=0.05)
        part = load_cut_audio(cut_of(path, header), 8000 / 16000, 300 / 16000)
        np.testing.assert_allclose(part, heard[8000:8300], atol=1e-4)


@pytest.mark.parametrize("rate", [1, 50, 1999, 2_000_000, 0x7FFFFFFF])
def test_a_rate_that_is_none_of_audio_is_refused(tmp_path, rate):
    path = write_audio(tmp_path / "a.wav")
    content = bytearray(path.read_bytes())
    content[24:28] = struct.pack("<I", rate)
    path.write_bytes(content)
    with pytest.raises(UnusableAudioError, match=r"a sample rate of|unreadable"):
        inspect_audio(path)


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (lambda path: path.touch(), "empty file"),
        (lambda path: path.write_bytes(b"not audio" * 100), "unreadable"),
        (lambda path: path.mkdir(), "unreadable"),
        (lambda path: path.symlink_to("nowhere"), "unreadable"),
        (lambda path: write_audio(path, channels=2), "2 channels instead of 1"),
        (lambda path: write_audio(path, seconds=0), "no samples|unreadable"),
        (lambda path: write_audio(path, seconds=0.5), "shorter than 0.8 s"),
    ],
)
def test_the_reason_is_named(tmp_path, write, reason):
    path = tmp_path / "a.wav"
    write(path)
    with pytest.raises(UnusableAudioError, match=reason):
        inspect_audio(path, min_duration=0.8)
