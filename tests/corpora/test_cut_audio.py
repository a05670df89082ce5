"""Waveforms are Lhotse's, bit by bit, however they are read."""

from unittest.mock import patch

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from lhotse import Recording
from lhotse.cut import MonoCut

from speechdistill.corpora.cut_audio import load_cut_audio

RATE = 16000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("audio")


def write(folder, name, channels=1, **options):
    samples = np.random.default_rng(1).normal(scale=0.3, size=(RATE, channels))
    soundfile.write(folder / name, samples, RATE, **options)
    return Recording.from_file(folder / name).to_cut()


def is_lhotses(cut):
    return np.array_equal(load_cut_audio(cut), cut.load_audio()[0])


@pytest.mark.parametrize("name", ["a.wav", "a.flac"])
@settings(max_examples=20)
@given(start=st.integers(0, RATE - 2), length=st.floats(1e-4, 1))
def test_any_part_of_a_16_bit_file(folder, name, start, length):
    cut = write(folder, name)
    part = cut.truncate(offset=start / RATE, duration=max(1, round(length * (RATE - start))) / RATE)
    with patch.object(MonoCut, "load_audio", side_effect=AssertionError):
        load_cut_audio(part)
    assert is_lhotses(part)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("f.wav", {"subtype": "FLOAT"}),
        ("p.wav", {"subtype": "PCM_24"}),
        ("u.wav", {"subtype": "ULAW"}),
        ("v.ogg", {}),
    ],
)
def test_other_files_are_left_to_lhotse(folder, name, options):
    assert is_lhotses(write(folder, name, **options))


def test_other_rates_and_speeds_are_left_to_lhotse(folder):
    cut = write(folder, "r.wav")
    assert is_lhotses(cut.resample(8000))
    assert is_lhotses(cut.perturb_speed(0.9))


def test_a_file_that_is_not_what_the_cut_says_is_left_to_lhotse(folder):
    cut = write(folder, "s.wav")
    samples, _ = soundfile.read(folder / "s.wav")
    soundfile.write(folder / "s.wav", samples[:-1], RATE)
    assert is_lhotses(cut)
    (folder / "s.wav").unlink()
    with pytest.raises(Exception, match=r"s\.wav"):
        load_cut_audio(cut)
