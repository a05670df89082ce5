import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.signals.statistical_room import StatisticalRoom


@given(reverberation_time=st.floats(0.2, 0.8), ratio=st.floats(0, 18), seed=st.integers(0, 99))
def test_reverberation_time_and_direct_sound_are_those_asked_for(reverberation_time, ratio, seed):
    room = StatisticalRoom(reverberation_time, ratio)
    response = room.impulse_response(16000, np.random.default_rng(seed))
    energy = response**2
    assert 10 * np.log10(energy[0] / energy[1:].sum()) == pytest.approx(ratio)
    assert energy.sum() == pytest.approx(1)
    # Schroeder's backward integration: the slope between -5 and -25 dB, after the direct sound.
    decay_db = 10 * np.log10(np.cumsum(energy[:0:-1])[::-1] / energy[1:].sum())
    first, last = np.searchsorted(-decay_db, (5, 25))
    slope = np.polyfit(np.arange(first, last) / 16000, decay_db[first:last], 1)[0]
    assert -60 / slope == pytest.approx(reverberation_time, rel=0.2)


def test_rooms_differ():
    rng = np.random.default_rng(1)
    rooms = [StatisticalRoom.sample(rng) for _ in range(200)]
    times = [room.reverberation_time for room in rooms]
    assert min(times) < 0.15 < 0.75 < max(times)
    assert all(-1 < room.direct_to_reverberant_db < 18 for room in rooms)
