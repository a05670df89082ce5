import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from speechdistill.corpora.integrity import AudioHeader, UnusableAudioError, inspect_audio
from tests.corpora.media import write_audio


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_a_whole_file_passes(tmp_path, suffix):
    path = write_audio(tmp_path / f"a{suffix}", seconds=1.5)
    assert inspect_audio(path, min_duration=1.5) == AudioHeader(16000, 24000)


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
@given(share=st.floats(0, 0.9999))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
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


def test_a_wav_of_unknown_length_passes(tmp_path):
    path = write_audio(tmp_path / "streamed.wav")
    content = bytearray(path.read_bytes())
    content[4:8] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    assert inspect_audio(path).frames == 19200


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
