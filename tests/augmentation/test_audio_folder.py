"""Folders of audio: what is listed, what is left out, what is read."""

import os

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.augmentation.audio_folder import (
    AudioFile,
    audio_paths,
    list_of,
    read_chunk,
    read_list,
    read_whole,
    write_list,
)
from speechdistill.base.errors import InputError
from tests.augmentation.sets import RATE, write_noise


def test_a_list_says_what_must_be_known_to_seek(tmp_path):
    write_noise(tmp_path / "audio" / "b.wav", 2.0, 8000)
    write_noise(tmp_path / "audio" / "deep" / "a.flac", 1.0)
    (tmp_path / "audio" / "README").write_text("noises")
    output = tmp_path / "noise.tsv"
    write_list(audio_paths(tmp_path / "audio"), output, "noises")
    assert read_list(output) == [
        AudioFile(str(tmp_path / "audio" / "b.wav"), 16000, 8000),
        AudioFile(str(tmp_path / "audio" / "deep" / "a.flac"), 16000, 16000),
    ]


def test_a_list_follows_its_folder_until_training_has_begun(tmp_path):
    audio, output = tmp_path / "audio", list_of(tmp_path / "exp", "noise", tmp_path / "audio")
    write_noise(audio / "a.wav", 1.0)
    (audio / "text.wav").write_text("no audio")
    with pytest.raises(InputError, match=r"1 of 2 noises cannot be used"):
        write_list(audio_paths(audio), output, "noises")
    (audio / "text.wav").unlink()
    write_list(audio_paths(audio), output, "noises")
    assert [path.name for path in output.parent.iterdir()] == [output.name]  # nothing is skipped
    write_noise(audio / "b.wav", 1.0)
    write_list(audio_paths(audio), output, "noises")
    assert len(read_list(output)) == 2
    (tmp_path / "exp" / "settings.json").write_text("{}")
    before = output.stat().st_mtime_ns
    write_list(audio_paths(audio), output, "noises")
    write_noise(audio / "b.wav", 2.0)
    with pytest.raises(InputError, match=r"the noises are no longer those of .*give another --exp"):
        write_list(audio_paths(audio), output, "noises")
    assert output.stat().st_mtime_ns == before
    other = list_of(tmp_path / "exp", "noise", tmp_path)
    write_list(audio_paths(tmp_path), other, "noises")
    assert other != output and len(read_list(other)) == 2


def test_links_are_followed_and_each_file_is_taken_once(tmp_path):
    real = write_noise(tmp_path / "elsewhere" / "a.wav")
    audio = tmp_path / "audio"
    own = write_noise(audio / "own" / "b.wav")
    (audio / "linked").symlink_to(tmp_path / "elsewhere")
    (audio / "again").symlink_to(tmp_path / "elsewhere")
    (audio / "a_copy").symlink_to("own")
    (audio / "one.wav").symlink_to(real)
    (audio / "own" / "loop").symlink_to("..")
    (audio / "gone.wav").symlink_to("nowhere")
    (audio / "self").symlink_to("self")
    (audio / "._own.wav").write_bytes(b"of a Mac")
    found = audio_paths(audio)
    assert len(found) == 2 and own in found
    assert {path.resolve() for path in found} == {real, own}
    # The folder itself may be a link.
    (tmp_path / "link").symlink_to(audio)
    assert len(audio_paths(tmp_path / "link")) == 2


@pytest.mark.parametrize("mark", [" ", "\u2028", "\x85", "\t"])
def test_any_name_is_listed(tmp_path, mark):
    write_noise(tmp_path / "a.wav").rename(tmp_path / f"a{mark}b.wav")
    write_list(audio_paths(tmp_path), tmp_path / "noise.tsv", "noises")
    (file,) = read_list(tmp_path / "noise.tsv")
    assert read_whole(file, RATE).shape == (file.samples,)


@pytest.mark.parametrize("mark", ["\n", "\udcff"])
def test_a_name_that_no_list_can_hold_is_left_out(tmp_path, mark):
    write_noise(tmp_path / "a.wav").rename(tmp_path / f"a{mark}b.wav")
    with pytest.raises(InputError, match=r"1 of 1 noises cannot be used"):
        write_list(audio_paths(tmp_path), tmp_path / "noise.tsv", "noises")


def test_a_piece_of_an_mp3_is_that_of_the_whole(tmp_path):
    tone = 0.3 * np.sin(np.arange(4 * RATE) / 5)
    soundfile.write(tmp_path / "a.mp3", tone, RATE, format="MP3")
    file = AudioFile(str(tmp_path / "a.mp3"), 4 * RATE, RATE)
    whole = read_whole(file, RATE)
    for seed in range(5):
        start = int(np.random.default_rng(seed).integers(3 * RATE + 1))
        chunk = read_chunk(file, RATE, RATE, np.random.default_rng(seed))
        np.testing.assert_allclose(chunk, whole[start : start + RATE], atol=1e-3)


def test_few_broken_files_are_left_out_and_listed(tmp_path, caplog):
    good = [write_noise(tmp_path / "audio" / "000.wav", 0.01)]
    broken = tmp_path / "audio" / "broken.wav"
    broken.write_bytes(good[0].read_bytes()[:20])
    for number in range(1, 199):
        good.append(tmp_path / "audio" / f"{number:03d}.wav")
        good[-1].hardlink_to(good[0])
    output = tmp_path / "noise.tsv"
    write_list(audio_paths(tmp_path / "audio"), output, "noises")
    assert [file.path for file in read_list(output)] == [str(path) for path in good]
    listed = (tmp_path / "noise.skipped.tsv").read_text()
    assert listed.startswith(f"{broken}\tunreadable")
    assert "1 of 200 noises cannot be used" in caplog.text


def test_many_broken_files_stop_the_run(tmp_path):
    write_noise(tmp_path / "audio" / "good.wav")
    (tmp_path / "audio" / "text.wav").write_text("no audio")
    soundfile.write(tmp_path / "audio" / "empty.wav", np.zeros(0), RATE)
    with pytest.raises(InputError, match=r"2 of 3 noises cannot be used .*noise\.skipped\.tsv"):
        write_list(audio_paths(tmp_path / "audio"), tmp_path / "noise.tsv", "noises")
    assert not (tmp_path / "noise.tsv").exists()
    assert "empty.wav\tno samples" in (tmp_path / "noise.skipped.tsv").read_text()


@pytest.mark.parametrize("made", [False, True])
def test_no_folder_or_an_empty_one_is_named(tmp_path, made):
    if made:
        (tmp_path / "audio").mkdir()
    with pytest.raises(InputError, match=str(tmp_path / "audio")):
        audio_paths(tmp_path / "audio")


def test_a_file_that_was_cut_short_is_left_out(tmp_path):
    path = write_noise(tmp_path / "audio" / "a.wav", 1.0)
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(InputError, match=r"1 of 1 noises cannot be used"):
        write_list([path], tmp_path / "noise.tsv", "noises")
    assert "cut short" in (tmp_path / "noise.skipped.tsv").read_text()


@pytest.mark.parametrize(("sample", "fault"), [(np.nan, "not finite"), (3e38, r"up to 3e\+38")])
def test_a_noise_that_makes_speech_no_numbers_is_named(tmp_path, sample, fault):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.full(800, sample), RATE, "FLOAT")
    file = AudioFile(str(path), 800, RATE)
    with pytest.raises(InputError, match=rf"a\.wav has samples .*{fault}"):
        read_chunk(file, 400, RATE, np.random.default_rng(0))


def test_a_file_that_is_gone_is_named(tmp_path):
    file = AudioFile(str(tmp_path / "a.wav"), RATE, RATE)
    with pytest.raises(InputError, match=r"a\.wav"):
        read_whole(file, RATE)


@pytest.fixture(scope="module")
def ramp(tmp_path_factory):
    """Every sample of the first channel says where it stands."""
    path = tmp_path_factory.mktemp("ramp") / "ramp.wav"
    samples = np.stack([np.arange(1000), np.zeros(1000)], axis=1) / 1000
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    return AudioFile(str(path), 1000, RATE)


@given(length=st.integers(1, 2500), seed=st.integers(0, 2**32))
def test_a_chunk_is_a_piece_of_the_file_or_the_file_repeated(ramp, length, seed):
    chunk = np.rint(1000 * read_chunk(ramp, length, RATE, np.random.default_rng(seed)))
    start = chunk[0]
    assert 0 <= start <= max(1000 - length, 0)
    np.testing.assert_array_equal(chunk, (start + np.arange(length)) % 1000)


def test_chunks_come_from_everywhere(ramp):
    generator = np.random.default_rng(0)
    starts = [1000 * read_chunk(ramp, 998, RATE, generator)[0] for _ in range(50)]
    assert set(np.rint(starts)) == {0, 1, 2}


def test_another_rate_is_resampled(tmp_path):
    times = np.arange(44100) / 44100
    soundfile.write(tmp_path / "tone.wav", 0.5 * np.sin(2 * np.pi * 440 * times), 44100)
    file = AudioFile(str(tmp_path / "tone.wav"), 44100, 44100)
    assert np.abs(np.fft.rfft(read_whole(file, RATE))).argmax() == 440
    chunk = read_chunk(file, 8000, RATE, np.random.default_rng(0))
    assert chunk.shape == (8000,)
    assert np.abs(np.fft.rfft(chunk)).argmax() == 220
