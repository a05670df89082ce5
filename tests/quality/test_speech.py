import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.quality.bandwidth import bandwidth
from speechdistill.quality.noise_floor import noise_floor_snrs
from speechdistill.quality.reverberation import decay_rate
from speechdistill.quality.spectrogram import Spectrogram
from speechdistill.quality.speech import SpeechQuality, measure_speech
from speechdistill.quality.wada import wada_snr
from tests.quality.signals import noisy, speech_like


@pytest.mark.parametrize("samples", [0, 1, 100, 600, 16000])
def test_silence_has_no_speech_and_no_quality(samples):
    measured = measure_speech(np.zeros(samples), 16000)
    assert measured.net_duration == 0
    assert measured.quality == 0


snrs = st.floats(-20, 60)
measurements = st.tuples(
    snrs, snrs, snrs, st.floats(0, 1), st.floats(0, 100), st.floats(0, 24000), st.floats(0, 1000)
)
CLIPPING = 3


@given(measurements, measurements)
def test_quality_is_in_range_and_never_falls_when_all_gets_better(first, second):
    pairs = list(zip(first, second, strict=True))
    best = [min(pair) if at == CLIPPING else max(pair) for at, pair in enumerate(pairs)]
    worst = [max(pair) if at == CLIPPING else min(pair) for at, pair in enumerate(pairs)]
    assert 0 <= SpeechQuality(*worst).quality <= SpeechQuality(*best).quality + 1e-12 <= 1 + 1e-12


@given(measurements)
def test_quality_is_what_its_formula_says(values):
    wada, steady, swelling, clipping, net, band, decay = values
    snr = 0.4 * wada + 0.4 * steady + 0.2 * swelling
    expected = (
        1
        / (1 + np.exp(-(snr - 10) / 5))
        * np.exp(-clipping / 0.01)
        * (1 - np.exp(-net))
        * (1 - np.exp(-band / 2000))
        * (1 - np.exp(-decay / 100))
    )
    assert SpeechQuality(*values).snr_db == pytest.approx(snr)
    assert SpeechQuality(*values).quality == pytest.approx(expected, abs=1e-12)


def test_a_recording_is_measured_by_every_measure():
    signal = noisy(speech_like(0), 12, seed=1)
    measured = measure_speech(signal, 16000)
    spectrogram = Spectrogram.of(signal, 16000)
    assert measured.wada_snr_db == wada_snr(signal)
    assert (measured.steady_noise_snr_db, measured.swelling_noise_snr_db) == noise_floor_snrs(
        spectrogram.bands
    )
    assert measured.bandwidth_hz == bandwidth(spectrogram)
    assert measured.decay_rate == decay_rate(spectrogram.bands)


def test_noise_lowers_the_quality():
    speech = speech_like(0)
    qualities = [measure_speech(noisy(speech, snr, 1), 16000).quality for snr in (0, 10, 20, 40)]
    assert qualities == sorted(qualities)
    assert qualities[0] < 0.2 < 0.75 < qualities[-1]


@given(gain=st.floats(1e-3, 1e3))
def test_the_level_does_not_matter(gain):
    signal = noisy(speech_like(0), 10, 1)[:16000]
    measured = measure_speech(gain * signal, 16000)
    assert measured.quality == pytest.approx(measure_speech(signal, 16000).quality, rel=1e-2)


@pytest.mark.parametrize("rate", [8000, 22050, 44100])
def test_other_sample_rates(rate):
    measured = measure_speech(noisy(speech_like(0, rate), 10, 1), rate)
    assert abs(measured.snr_db - 10) < 5
    assert 0 < measured.quality < 1
