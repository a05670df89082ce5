import shutil
import subprocess

import numpy as np
import pytest
import soundfile

from speechdistill.base.errors import InputError
from speechdistill.corpora import decoding
from speechdistill.corpora.decoding import decoded
from speechdistill.corpora.integrity import UnusableAudioError, inspect_audio
from tests.corpora.media import utterance_of, write_audio


@pytest.fixture
def utterance(tmp_path):
    wav = write_audio(tmp_path / "a.wav")
    return utterance_of("id1/video/00001", wav.rename(tmp_path / "00001.m4a"))


def test_decodes_once(tmp_path, ffmpeg, utterance):
    for _ in range(2):
        path = decoded(utterance, tmp_path / "decoded")
    assert path == tmp_path / "decoded/id1/video/00001.flac"
    assert inspect_audio(path).duration == pytest.approx(1.2)
    assert ffmpeg.with_name("calls").read_text().count("\n") == 1
    assert [found.name for found in path.parent.iterdir()] == ["00001.flac"]


def test_other_formats_are_read_where_they_are(tmp_path):
    path = write_audio(tmp_path / "a.flac")
    assert decoded(utterance_of("id1/video/a", path), tmp_path / "decoded") == path


def test_a_broken_file_leaves_nothing(tmp_path, ffmpeg, utterance):
    utterance.path.write_bytes(b"noise")
    with pytest.raises(UnusableAudioError, match=r"cannot decode it \(moov atom not found\)"):
        decoded(utterance, tmp_path / "decoded")
    assert not list((tmp_path / "decoded/id1/video").iterdir())


def test_without_ffmpeg_one_line_says_so(tmp_path, monkeypatch, utterance):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match=r"00001.m4a needs ffmpeg, which is not on PATH"):
        decoded(utterance, tmp_path / "decoded")


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_the_real_ffmpeg_decodes_to_mono_16_khz(tmp_path):
    wav = write_audio(tmp_path / "a.wav", channels=2)
    m4a = tmp_path / "00001.m4a"
    subprocess.run(["ffmpeg", "-v", "error", "-i", wav, "-ar", "44100", m4a], check=True)
    info = soundfile.info(decoded(utterance_of("id1/video/00001", m4a), tmp_path / "decoded"))
    assert (info.samplerate, info.channels, info.format) == (16000, 1, "FLAC")
    assert info.duration == pytest.approx(1.2, abs=0.1)


def mp3(path, seconds=1.0, channels=1):
    time = np.arange(round(seconds * 44100)) / 44100
    tone = np.repeat(0.5 * np.sin(2 * np.pi * 440 * time)[:, None], channels, axis=1)
    soundfile.write(path, tone, 44100, format="MP3")
    return utterance_of("id1/video/a", path)


def test_an_mp3_is_decoded_to_flac_so_that_any_part_of_it_can_be_read(tmp_path, monkeypatch):
    monkeypatch.setattr(decoding, "BLOCK", 20_000)
    utterance = mp3(tmp_path / "a.MP3", seconds=3)
    path = decoded(utterance, tmp_path / "decoded")
    whole, _ = soundfile.read(utterance.path)
    heard, rate = soundfile.read(path)
    assert rate == 44100
    np.testing.assert_allclose(heard, whole, atol=1 / 32768)
    made = path.stat().st_ino
    assert decoded(utterance, tmp_path / "decoded").stat().st_ino == made


@pytest.mark.parametrize("fault", ["2 channels instead of 1", "unreadable"])
def test_an_mp3_that_cannot_serve_says_why(tmp_path, fault):
    utterance = mp3(tmp_path / "a.mp3", channels=int(fault[0]) if fault[0] == "2" else 1)
    if fault == "unreadable":
        utterance.path.write_bytes(b"no audio" * 100)
    with pytest.raises(UnusableAudioError, match=fault):
        decoded(utterance, tmp_path / "decoded")
    assert not list((tmp_path / "decoded").rglob("*.flac"))
