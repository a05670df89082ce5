import numpy as np

from speechdistill.signals.babble import babble_noise, overlaid


def test_babble_is_all_voices_at_once():
    rng = np.random.default_rng(1)
    voices = [np.sin(np.arange(8000) * frequency) for frequency in (0.1, 0.3, 0.7)]
    babble = babble_noise(20000, voices, rng)
    for voice in voices:
        spectrum = np.abs(np.fft.rfft(babble, 80000))
        frequency = np.abs(np.fft.rfft(voice, 80000)).argmax()
        assert spectrum[frequency - 20 : frequency + 20].max() > 0.2 * spectrum.max()


def test_overlaid_voices_are_weighted_by_a_half_to_one():
    voices = list(np.eye(200))
    weights = overlaid(voices, np.random.default_rng(1))
    assert 0.5 <= weights.min() < 0.52 and 0.98 < weights.max() < 1


def test_voices_of_equal_power_are_as_loud_whatever_they_were():
    quiet, loud = np.array([[1e-3, 0, 0, 0], [0, 30, 40, 0]], dtype=np.float32)
    for voices in ([quiet, loud], [100 * quiet, loud / 7]):
        heard = overlaid(voices, np.random.default_rng(1), equal_power=True)
        first, second = np.random.default_rng(1).uniform(0.5, 1, 2)
        np.testing.assert_allclose(heard, [first, 0.6 * second, 0.8 * second, 0], rtol=1e-6)
        assert heard.dtype == np.float32


def test_a_silent_voice_is_not_heard():
    voices = [np.zeros(3), np.array([0, 2.0, 0])]
    heard = overlaid(voices, np.random.default_rng(1), equal_power=True)
    assert heard[1] >= 0.5 and not heard[[0, 2]].any()


def test_voices_may_be_sampled_from_the_same_generator():
    rng = np.random.default_rng(1)
    expected = np.zeros(3)
    for _ in range(2):
        voice = rng.standard_normal(3)
        expected += rng.uniform(0.5, 1) * voice
    rng = np.random.default_rng(1)
    heard = overlaid((rng.standard_normal(3) for _ in range(2)), rng)
    np.testing.assert_array_equal(heard, expected)
