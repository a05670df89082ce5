from pathlib import Path

import numpy as np
import pytest
import soundfile
from scipy import signal as scipy_signal

from speechdistill.quality.bandwidth import bandwidth
from speechdistill.quality.spectrogram import Spectrogram

MINIVOX = Path(__file__).parents[3] / "shared" / "minivox"


@pytest.mark.parametrize("limit", [2500, 3400, 5000, 6500])
@pytest.mark.parametrize("rate", [16000, 44100])
def test_it_is_where_the_channel_ends(limit, rate):
    taps = scipy_signal.firwin(401, limit, fs=rate)
    heard = scipy_signal.fftconvolve(np.random.default_rng(0).normal(size=3 * rate), taps)
    assert limit <= bandwidth(Spectrogram.of(heard, rate)) <= limit + 350


def test_a_falling_spectrum_is_not_a_limit():
    white = np.random.default_rng(0).normal(size=48000)
    falling = scipy_signal.lfilter([1], [1, -0.7], white)
    assert bandwidth(Spectrogram.of(falling, 16000)) == 8000


def test_level_does_not_matter_and_silence_has_none():
    white = np.random.default_rng(0).normal(size=48000)
    heard = scipy_signal.fftconvolve(white, scipy_signal.firwin(401, 3400, fs=16000))
    limits = {bandwidth(Spectrogram.of(gain * heard, 16000)) for gain in (0.01, 1, 100)}
    assert len(limits) == 1
    assert bandwidth(Spectrogram.of(np.zeros(16000), 16000)) == 0


@pytest.mark.skipif(not MINIVOX.is_dir(), reason=f"{MINIVOX} is not here")
def test_telephones_and_microphones_of_real_recordings():
    lines = (MINIVOX / "speaker_text.tsv").read_text().splitlines()
    is_telephone = {line.split("\t")[0]: "telephone" in line for line in lines}
    found = {True: [], False: []}
    for path in sorted(MINIVOX.glob("wav/*/*/*.flac"))[::25]:
        signal, rate = soundfile.read(path, dtype="float32")
        found[is_telephone[path.parts[-3]]].append(bandwidth(Spectrogram.of(signal, rate)))
    assert len(found[True]) > 10 and len(found[False]) > 10
    assert 3200 < np.median(found[True]) < 4300
    assert np.mean(np.array(found[True]) < 4500) > 0.95
    assert np.median(found[False]) > 6000
