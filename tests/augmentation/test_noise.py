"""Noise from folders, and generated."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechdistill.augmentation.audio_folder import AudioFile, audio_paths, list_of, read_list
from speechdistill.augmentation.babble import Babble
from speechdistill.augmentation.noise import MUSAN, NOISE, Noise, by_kind
from speechdistill.base.errors import InputError
from tests.augmentation.sets import RATE, snr_db, voices, write_noise

SPEECH = voices(1).read(0, None).numpy() / 2


def ratios(kind, exp=None, training=None, count=50, person="00"):
    effect = kind.effect(exp, training, RATE)
    heard = [effect(SPEECH, person, np.random.default_rng(seed)) for seed in range(count)]
    assert all(signal.dtype == np.float32 for signal in heard)
    return np.array([snr_db(SPEECH, signal) for signal in heard])


@settings(max_examples=20)
@given(low=st.floats(-5, 30), width=st.floats(0, 10))
def test_generated_noise_keeps_to_its_levels(low, width):
    found = ratios(Noise(noise_snr_db=[low, low + width]), count=8)
    assert np.all((found > low - 1e-3) & (found < low + width + 1e-3))


def test_loud_noise_is_not_clipped():
    effect = Noise(noise_snr_db=[-20, -20]).effect(None, None, RATE)
    heard = effect(2 * SPEECH, "00", np.random.default_rng(0))
    assert np.abs(heard).max() > 5
    assert snr_db(2 * SPEECH, heard) == pytest.approx(-20, abs=1e-3)


def test_any_folder_is_noise(tmp_path):
    write_noise(tmp_path / "street" / "a.wav")
    write_noise(tmp_path / "music" / "b.wav")
    noise = Noise(str(tmp_path), noise_snr_db=[3, 4], music_snr_db=[40, 40])
    noise.prepare(tmp_path / "exp")
    found = ratios(noise, tmp_path / "exp")
    assert np.all((found > 3 - 1e-3) & (found < 4 + 1e-3))
    assert np.ptp(found) > 0.5


def test_musan_has_a_level_for_each_kind(tmp_path):
    musan = tmp_path / "musan"
    write_noise(musan / "music" / "fma" / "music-fma-0000.wav")
    write_noise(musan / "noise" / "free-sound" / "noise-free-sound-0000.wav")
    write_noise(musan / "speech" / "librivox" / "speech-librivox-0000.wav")
    noise = Noise(str(musan), noise_snr_db=[0, 0], music_snr_db=[10, 10], speech_snr_db=[20, 20])
    noise.prepare(tmp_path / "exp")
    kinds = by_kind(read_list(list_of(tmp_path / "exp", NOISE, musan)), musan)
    assert {kind: len(files) for kind, files in kinds.items()} == {
        "music": 1,
        "noise": 1,
        "speech": 1,
    }
    found = np.rint(ratios(noise, tmp_path / "exp", count=60))
    levels, counts = np.unique(found, return_counts=True)
    assert levels.tolist() == [0, 10, 20]
    assert counts.min() > 8


def test_noise_of_a_folder_is_heard_as_it_is(tmp_path):
    """What is added is a scaled piece of a file."""
    path = write_noise(tmp_path / "a.wav", seconds=1.0)
    noise = Noise(str(tmp_path), noise_snr_db=[10, 10])
    noise.prepare(tmp_path / "exp")
    effect = noise.effect(tmp_path / "exp", None, RATE)
    added = effect(SPEECH, "00", np.random.default_rng(0)) - SPEECH
    original = np.random.default_rng(0).uniform(-0.5, 0.5, RATE)
    assert path.exists()
    assert np.corrcoef(added, original)[0, 1] > 0.999


def test_musan_may_lie_one_level_down_and_what_was_found_is_logged(tmp_path, caplog):
    caplog.set_level("INFO")
    for kind, seconds in (("music", 72.0), ("noise", 36.0), ("speech", 36.0)):
        write_noise(tmp_path / "musan" / kind / "a" / f"{kind}.wav", seconds, 1000)
    noise = Noise(str(tmp_path))
    noise.prepare(tmp_path / "exp")
    kinds = by_kind(read_list(list_of(tmp_path / "exp", NOISE, tmp_path)), tmp_path)
    assert {kind: len(files) for kind, files in kinds.items()} == dict.fromkeys(MUSAN, 1)
    assert f"{tmp_path}: 1 files, 0.0 h of music" in caplog.text


def test_more_beside_musan_is_said(tmp_path, caplog):
    for place in ("musan/music", "musan/speech", "RIRS_NOISES/pointsource_noises"):
        write_noise(tmp_path / place / "a.wav")
    files = [AudioFile(str(path), 1, 1) for path in audio_paths(tmp_path)]
    assert by_kind(files, tmp_path).keys() == {"noise"}
    assert "music, speech as MUSAN has, and others: all files are taken for noise" in caplog.text


def test_babble_is_of_others_and_of_as_many_as_asked():
    training = voices(6)
    effect = Babble(talkers=[3, 3], snr_db=[15, 15]).effect(None, training, RATE)
    heard_of = set()
    for seed in range(30):
        added = effect(SPEECH, "02", np.random.default_rng(seed)) - SPEECH
        spectrum = np.abs(np.fft.rfft(added))
        heard = {int(bin) // 100 - 1 for bin in np.flatnonzero(spectrum > 0.1 * spectrum.max())}
        assert len(heard) == 3
        assert snr_db(SPEECH, added + SPEECH) == pytest.approx(15, abs=1e-3)
        heard_of |= heard
    assert heard_of == {0, 1, 3, 4, 5}


def test_babble_has_no_more_people_than_there_are():
    found = ratios(Babble(talkers=[3, 7], snr_db=[13, 20]), training=voices(4))
    assert np.all((found > 13 - 1e-3) & (found < 20 + 1e-3))
    with pytest.raises(InputError, match="babble of 3 people behind another needs 4"):
        Babble().effect(None, voices(3), RATE)


def test_the_first_channel_of_a_stereo_file_is_heard(tmp_path):
    write_noise(tmp_path / "a.wav", channels=2)
    noise = Noise(str(tmp_path))
    noise.prepare(tmp_path / "exp")
    run = partial(noise.effect(tmp_path / "exp", None, RATE), SPEECH, "00")
    assert run(np.random.default_rng(0)).shape == SPEECH.shape


def test_two_folders_have_two_lists(tmp_path):
    """Of MUSAN's parts as kinds of their own, say."""
    for name in ("quiet", "loud"):
        write_noise(tmp_path / name / f"{name}.wav", seed=len(name))
    kinds = [Noise(str(tmp_path / name), noise_snr_db=[9, 9]) for name in ("quiet", "loud")]
    for kind in kinds:
        kind.prepare(tmp_path / "exp")
    added = [
        kind.effect(tmp_path / "exp", None, RATE)(SPEECH, "00", np.random.default_rng(0)) - SPEECH
        for kind in kinds
    ]
    assert abs(np.corrcoef(*added)[0, 1]) < 0.1
