import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from speechdistill.quality.speech import (
    SpeechQuality,
    clipping_share,
    measure_speech,
    net_duration,
)


def naive_clipping_share(signal):
    peak = max(abs(value) for value in signal)
    if peak == 0:
        return 0.0
    sides = [int(value >= 0.999 * peak) - int(value <= -0.999 * peak) for value in signal]
    neighbours = [0, *sides, 0]
    clipped = [
        side != 0 and side in (neighbours[at], neighbours[at + 2]) for at, side in enumerate(sides)
    ]
    return sum(clipped) / len(signal)


@given(arrays(float, st.integers(1, 40), elements=st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0])))
def test_clipping_is_what_a_loop_counts(signal):
    assert clipping_share(signal) == naive_clipping_share(signal)


@given(st.floats(0.1, 0.9), st.floats(0.01, 10))
def test_clipping_shows_at_every_level(limit, gain):
    signal = np.sin(np.arange(16000) / 20) * np.linspace(0, 1, 16000)
    assert clipping_share(gain * signal) < 0.001
    clipped = gain * np.clip(signal, -limit, limit)
    assert clipping_share(clipped) == pytest.approx(np.mean(np.abs(signal) >= limit), abs=0.01)


@pytest.mark.parametrize("speech", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("rate", [8000, 16000])
def test_net_duration_is_that_of_the_loud_part(speech, rate):
    random = np.random.default_rng(0)
    pause = 0.001 * random.normal(size=round(2 * rate))
    voice = 0.1 * random.normal(size=round(speech * rate))
    assert net_duration(np.concatenate([pause, voice, pause]), rate) == pytest.approx(
        speech, abs=0.05
    )


@pytest.mark.parametrize("samples", [0, 100, 16000])
def test_silence_has_no_speech_and_no_quality(samples):
    measured = measure_speech(np.zeros(samples), 16000)
    assert measured.net_duration == 0
    assert measured.quality == 0


measurements = st.tuples(st.floats(-20, 60), st.floats(0, 1), st.floats(0, 100))


@given(measurements, measurements)
def test_quality_is_in_range_and_never_falls_when_all_gets_better(first, second):
    snr, clipping, duration = zip(first, second, strict=True)
    worse = SpeechQuality(min(snr), max(clipping), min(duration)).quality
    better = SpeechQuality(max(snr), min(clipping), max(duration)).quality
    assert 0 <= worse <= better <= 1


def test_noise_lowers_the_quality():
    random = np.random.default_rng(0)
    speech = random.gamma(0.4, size=48000) * random.choice([-1.0, 1.0], size=48000)
    noise = random.normal(size=48000) * speech.std()
    qualities = [
        measure_speech(speech + noise * 10 ** (-snr / 20), 16000).quality for snr in (0, 10, 20, 40)
    ]
    assert qualities == sorted(qualities)
    assert qualities[0] < 0.2 < 0.8 < qualities[-1]
