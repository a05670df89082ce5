"""Recordings of every kind are heard as the same recording at the model's rate."""

import os
import struct
from itertools import pairwise

import numpy as np
import pytest
import soundfile
from lhotse import Recording as LhotseRecording

from speechdistill.base.errors import InputError
from speechdistill.inference.recording import Recording

RATE = 16000


def tone(rate, seconds=1.0):
    return 0.3 * np.sin(2 * np.pi * 440 * np.arange(round(rate * seconds)) / rate)


@pytest.mark.parametrize("rate", [8000, 11111, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_rates_and_channels(tmp_path, rate, channels):
    path = tmp_path / "tone.wav"
    soundfile.write(path, np.stack([tone(rate)] * channels, axis=1), rate, "FLOAT")
    recording = Recording.of_file(path, RATE)
    heard = recording.read(0, recording.samples)
    assert recording.samples == RATE and heard.dtype == np.float32
    inner = slice(500, -500)  # filters ring at the ends
    np.testing.assert_allclose(heard[inner], tone(RATE)[inner], atol=5e-3)


@pytest.mark.parametrize("rate", [8000, 44100])
def test_it_is_what_lhotse_reads_in_training(tmp_path, rate):
    path = tmp_path / "noise.wav"
    noise = np.random.default_rng(0).normal(0, 0.1, rate + 77)
    soundfile.write(path, noise, rate, "PCM_16")
    of_training = LhotseRecording.from_file(path).resample(RATE).load_audio()[0]
    recording = Recording.of_file(path, RATE)
    assert recording.samples == len(of_training)
    np.testing.assert_allclose(recording.read(0, recording.samples), of_training, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "subtype"),
    [
        ("x.wav", "PCM_U8"),
        ("x.wav", "PCM_24"),
        ("x.wav", "DOUBLE"),
        ("x.wav", "ULAW"),
        ("x.flac", "PCM_16"),
        ("x.ogg", "VORBIS"),
        ("x.ogg", "OPUS"),
        ("x.mp3", "MPEG_LAYER_III"),
        ("x.aiff", "PCM_16"),
        ("x.caf", "ALAC_16"),
        ("x.au", "PCM_32"),
    ],
)
def test_formats(tmp_path, name, subtype):
    soundfile.write(tmp_path / name, tone(RATE), RATE, subtype)
    recording = Recording.of_file(tmp_path / name, RATE)
    whole = recording.read(0, recording.samples)
    level = np.abs(np.fft.rfft(whole[4000:12000]))
    assert np.argmax(level) == 220  # 440 Hz
    np.testing.assert_allclose(recording.read(5000, 9000), whole[5000:9000], atol=2e-3)


def test_what_can_only_be_read_from_its_beginning(tmp_path):
    soundfile.write(tmp_path / "gsm.wav", tone(8000, 3), 8000, "GSM610")
    assert not soundfile.SoundFile(tmp_path / "gsm.wav").seekable()
    recording = Recording.of_file(tmp_path / "gsm.wav", RATE)
    whole = recording.read(0, recording.samples)
    assert np.argmax(np.abs(np.fft.rfft(whole[16000:32000]))) == 440
    np.testing.assert_allclose(recording.read(20001, 33333), whole[20001:33333], atol=1e-5)


@pytest.mark.parametrize("rate", [8000, 11111, 16000, 44100])
def test_parts_of_a_resampled_file_are_parts_of_the_whole(tmp_path, rate):
    soundfile.write(tmp_path / "x.wav", tone(rate, 3), rate)
    recording = Recording.of_file(tmp_path / "x.wav", RATE)
    whole = recording.read(0, recording.samples)
    bounds = [0, 20001, 33333, recording.samples]
    parts = [recording.read(*pair) for pair in pairwise(bounds)]
    joined = np.concatenate(parts)
    assert len(joined) == len(whole)
    np.testing.assert_allclose(joined, whole, atol=1e-5)


def test_what_is_too_short_is_repeated(tmp_path):
    for rate in (8000, 11111, RATE):
        soundfile.write(tmp_path / "x.wav", tone(rate, 0.01), rate)
        recording = Recording.of_file(tmp_path / "x.wav", RATE)
        assert len(recording.read(0, recording.samples)) == recording.samples == 1600


def test_integers_are_of_full_scale():
    heard = Recording.of_waveform(np.array([-32768, 16384], np.int16), RATE, RATE)
    assert heard.read(0, 2).tolist() == [-1.0, 0.5]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file"),
        (b"", "it is empty"),
        (b"hello, world, I am no audio", "libsndfile reads WAV"),
    ],
)
def test_no_audio(tmp_path, content, message):
    path = tmp_path / "x.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        Recording.of_file(path, RATE)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("rate", [1, 2**31 - 1])
def test_a_header_of_no_rate_of_audio(tmp_path, rate):
    """At 1 Hz a second of samples would be heard for hours, at 2 GHz there is no filter for it."""
    soundfile.write(tmp_path / "x.wav", tone(RATE), rate)
    with pytest.raises(InputError, match=rf"x\.wav has the rate {rate} Hz: its header is wrong"):
        Recording.of_file(tmp_path / "x.wav", RATE)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "x.wav")
    with pytest.raises(InputError, match=r"x\.wav \(it is a pipe\): write it to a file first"):
        Recording.of_file(tmp_path / "x.wav", RATE)


def test_an_empty_recording_and_one_that_is_not_finite(tmp_path):
    soundfile.write(tmp_path / "empty.wav", np.empty(0), RATE)
    with pytest.raises(InputError, match="is empty"):
        Recording.of_file(tmp_path / "empty.wav", RATE)
    soundfile.write(tmp_path / "nan.wav", np.full(RATE, np.nan), RATE, "FLOAT")
    recording = Recording.of_file(tmp_path / "nan.wav", RATE)
    with pytest.raises(InputError, match="not finite"):
        recording.read(0, RATE)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [8000, RATE])
def test_samples_that_overflow_are_named_with_their_file(tmp_path, channels, rate):
    """Not numbers later on, of which nobody knows whose they are."""
    for largest in (1e10, 3e38):
        samples = np.stack([tone(rate)] * channels, axis=1) / 0.3 * largest
        soundfile.write(tmp_path / "loud.wav", samples, rate, "FLOAT")
        recording = Recording.of_file(tmp_path / "loud.wav", RATE)
        if largest == 1e10:
            assert np.isfinite(np.square(recording.read(0, RATE)).sum())
            continue
        with pytest.raises(InputError, match=r"loud\.wav holds samples up to 3e\+38, where 1 is"):
            recording.read(0, RATE)


@pytest.mark.parametrize(
    ("form", "subtype"),
    [
        *[("WAV", "PCM_16"), ("WAV", "FLOAT"), ("WAVEX", "PCM_24"), ("RF64", "PCM_16")],
        *[("W64", "PCM_16"), ("AIFF", "PCM_16"), ("AU", "PCM_16"), ("NIST", "PCM_16")],
        *[("FLAC", "PCM_16"), ("MP3", "MPEG_LAYER_III"), ("OGG", "VORBIS"), ("OGG", "OPUS")],
    ],
)
def test_a_file_that_was_cut_short_is_refused(tmp_path, form, subtype):
    """libsndfile reads what there is of raw samples, and says nothing."""
    path = tmp_path / "call.bin"
    soundfile.write(path, np.stack([tone(RATE)] * 2, axis=1), RATE, subtype, format=form)
    assert Recording.of_file(path, RATE).samples == RATE
    os.truncate(path, path.stat().st_size * 3 // 4)
    with pytest.raises(InputError, match=r"cannot read .*call|call\.bin is cut short: give"):
        recording = Recording.of_file(path, RATE)
        recording.read(0, recording.samples)


@pytest.mark.parametrize("riff", [0, 0x7FFFF024, 0xFFFFFFFF])
@pytest.mark.parametrize("data", [0x7FFFF000, 0x80000000, 0xFFFFFFFF])
def test_a_wav_from_a_pipe_is_read_to_its_end(tmp_path, riff, data):
    path = tmp_path / "streamed.wav"
    soundfile.write(path, tone(RATE), RATE)
    content = bytearray(path.read_bytes())
    content[4:8], content[40:44] = struct.pack("<I", riff), struct.pack("<I", data)
    path.write_bytes(content)
    np.testing.assert_allclose(
        Recording.of_file(path, RATE).read(0, RATE), tone(RATE), atol=1 / 32768
    )


@pytest.mark.parametrize("waveform", [np.zeros(0), np.zeros((1, 2, 3)), np.array(["a"]), [1j]])
def test_what_is_no_waveform(waveform):
    with pytest.raises(InputError, match="the waveform is"):
        Recording.of_waveform(np.asarray(waveform), RATE, RATE)


def test_what_is_silent_is_no_voice(tmp_path):
    """Two muted microphones are not one speaker; a pause in a recording is no error."""
    soundfile.write(tmp_path / "muted.wav", np.zeros(RATE), RATE)
    opposite = np.stack([tone(RATE), -tone(RATE)], axis=1)
    soundfile.write(tmp_path / "opposite.wav", opposite, RATE, "FLOAT")
    for name, reason in (("muted.wav", "it is silent"), ("opposite.wav", "its channels cancel")):
        recording = Recording.of_file(tmp_path / name, RATE)
        with pytest.raises(InputError, match=rf"no speech was found in .*{name} \({reason}"):
            recording.read(0, recording.samples)
    with pytest.raises(InputError, match="in the waveform"):
        short = Recording.of_waveform(np.zeros(10), RATE, RATE)
        short.read(0, short.samples)
    pause = Recording.of_waveform(np.concatenate([np.zeros(RATE), tone(RATE)]), RATE, RATE)
    assert not pause.read(0, RATE).any() and pause.read(0, 2 * RATE).any()


def test_a_form_that_is_not_read_says_what_to_do(tmp_path):
    (tmp_path / "call.m4a").write_bytes(b"\0\0\0\x20ftypM4A ")
    with pytest.raises(InputError, match="convert it, such as by ffmpeg"):
        Recording.of_file(tmp_path / "call.m4a", RATE)
