import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.signals.channel import Channel
from speechdistill.signals.statistical_room import StatisticalRoom
from speechdistill.synthvox.recording import record

RATE = 16000


@given(
    snr_db=st.floats(0, 30),
    level_db=st.floats(-40, -10),
    seed=st.integers(0, 99),
)
def test_the_noise_level_is_true_and_nothing_clips(snr_db, level_db, seed):
    rng = np.random.default_rng(seed)
    speech = rng.standard_normal(RATE) * (1 + np.sin(np.arange(RATE) / 700))
    noise = rng.standard_normal(RATE)
    room = StatisticalRoom.sample(rng).impulse_response(RATE, rng)
    channel = Channel.sample(rng).impulse_response(RATE)
    recording = record(speech, noise, room, channel, snr_db, level_db)
    assert recording.snr_db == pytest.approx(snr_db, abs=0.2)
    assert recording.samples.dtype == np.int16
    assert np.abs(recording.samples.astype(int)).max() < 32500
    power_db = 10 * np.log10(np.mean((recording.samples / 32768) ** 2))
    assert power_db < level_db + 0.1


def test_speech_and_noise_add_up():
    rng = np.random.default_rng(1)
    speech, noise = np.sin(np.arange(RATE) / 5), rng.standard_normal(RATE)
    recording = record(speech, noise, np.ones(1), np.ones(1), 6, -26)
    samples = recording.samples / 32768
    gain = samples @ speech / (speech @ speech)
    rest = samples - gain * speech
    assert np.corrcoef(rest, noise)[0, 1] > 0.999
    assert 10 * np.log10(gain**2 * np.mean(speech**2) / np.mean(rest**2)) == pytest.approx(
        6, abs=0.1
    )


def test_a_quiet_recording_has_the_noise_of_its_16_bits():
    rng = np.random.default_rng(1)
    noise = rng.standard_normal(RATE)
    recording = record(np.sin(np.arange(RATE) / 5), noise, np.ones(1), np.ones(1), 30, -90)
    assert recording.snr_db < 25
