"""Of many recordings those that can be read are embedded, and the others named."""

import os

import numpy as np
import pytest
import soundfile

from speechdistill.base.errors import InputError
from speechdistill.inference.readable import embed_readable, opened
from speechdistill.inference.recording import Recording
from speechdistill.inference.speech_detection import SpeechParts, energy_detector, silero_detector

RATE = 16000


def test_what_is_broken_changes_nothing_else(embedder, recordings, tmp_path, caplog):
    """A file that is no audio, two that break off, and samples that are no sound."""
    (tmp_path / "text.wav").write_text("no audio")
    whole = tmp_path / "whole.flac"
    soundfile.write(whole, np.random.default_rng(0).normal(0, 0.1, 2 * RATE), RATE)
    (tmp_path / "half.flac").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    soundfile.write(tmp_path / "half.wav", np.full(2 * RATE, 0.1), RATE)
    os.truncate(tmp_path / "half.wav", 2 * RATE)
    soundfile.write(tmp_path / "nan.wav", np.full(2 * RATE, np.nan), RATE, "FLOAT")
    soundfile.write(tmp_path / "huge.wav", np.full(2 * RATE, 3e38), RATE, "FLOAT")
    paths = {"a": recordings["a.wav"], "c": recordings["c.ogg"], "whole": whole}
    names = ("text.wav", "half.flac", "half.wav", "nan.wav", "huge.wav")
    broken = {name: tmp_path / name for name in names}
    embeddings, reasons = embed_readable(embedder, broken | paths)
    assert list(embeddings.ids) == ["a", "c", "whole"] and set(reasons) == set(broken)
    for name, path in paths.items():
        np.testing.assert_allclose(embeddings[name], embedder.embed(path), rtol=1e-3, atol=1e-4)
    for name, path in broken.items():
        assert str(path) in caplog.text and str(path) in reasons[name]
    assert "not finite" in reasons["nan.wav"] and "up to 3e+38" in reasons["huge.wav"]


def test_little_speech_is_said(embedder, tmp_path, caplog):
    soundfile.write(tmp_path / "tenth.wav", speech_and_pauses()[2 * RATE : 2 * RATE + 1600], RATE)
    opened(embedder, tmp_path / "tenth.wav")
    assert "tenth.wav: 0.1 s of speech, too little" in caplog.text
    caplog.clear()
    soundfile.write(tmp_path / "long.wav", speech_and_pauses(), RATE)
    opened(embedder, tmp_path / "long.wav", energy_detector())
    assert not caplog.text
    opened(embedder, tmp_path / "long.wav", lambda *_: [(0, 4800)])
    assert "long.wav: 0.3 s of speech" in caplog.text


def speech_and_pauses():
    """Two seconds of loud noise in eight of soft."""
    generator = np.random.default_rng(0)
    level = np.repeat([0.001, 0.1, 0.001, 0.1, 0.001], np.array([2, 1, 1, 1, 3]) * RATE)
    return (generator.normal(size=len(level)) * level).astype(np.float32)


def test_energy_leaves_what_is_loud(embedder):
    recording = Recording.of_waveform(speech_and_pauses(), RATE, RATE)
    parts = energy_detector()(recording, RATE)
    assert parts == [(30400, 49600), (62400, 81600)]
    speech = SpeechParts(recording, parts)
    expected = np.concatenate([speech_and_pauses()[slice(*part)] for part in parts])
    np.testing.assert_array_equal(speech.read(0, speech.samples), expected)
    np.testing.assert_array_equal(speech.read(19000, 19500), expected[19000:19500])
    np.testing.assert_allclose(
        embedder.embed_all([speech])[0], embedder.embed(expected), rtol=1e-4, atol=1e-5
    )


def test_a_minute_of_noise_has_no_speech():
    """The level is that of the whole recording: a soft minute has no speech of its own."""
    signal = np.concatenate([*[speech_and_pauses()] * 9, *[speech_and_pauses()[-3 * RATE :]] * 30])
    parts = energy_detector()(Recording.of_waveform(signal, RATE, RATE), RATE)
    assert len(parts) == 18 and parts[-1][1] < 72 * RATE
    with pytest.raises(InputError, match="no speech was found in quiet"):
        quiet = Recording.of_waveform(np.zeros(RATE), RATE, RATE, "quiet")
        SpeechParts(quiet, energy_detector()(quiet, RATE))


def test_silero_knows_that_noise_is_no_voice():
    pytest.importorskip("silero_vad")
    find = silero_detector()
    assert find(Recording.of_waveform(speech_and_pauses(), RATE, RATE), RATE) == []
    with pytest.raises(InputError, match="8 or 16 kHz"):
        find(Recording.of_waveform(np.ones(400), 44100, 44100), 44100)
