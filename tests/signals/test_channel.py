import numpy as np
import pytest

from speechdistill.signals.channel import TAPS, Channel


@pytest.mark.parametrize("kind", ["narrow", "telephone"])
def test_the_band_is_kept_and_the_rest_is_cut(kind):
    rng = np.random.default_rng(1)
    for channel in [
        sampled for sampled in (Channel.sample(rng) for _ in range(50)) if sampled.kind == kind
    ]:
        gains = np.abs(np.fft.rfft(channel.impulse_response(16000), 16000))
        inside = gains[round(1.5 * channel.low_hz) + 100 : round(0.85 * channel.high_hz)]
        assert gains[round(1.2 * channel.high_hz) :].max() < 0.15 * np.median(inside)
        assert gains[: round(0.5 * channel.low_hz)].max() < 0.5 * np.median(inside)
        assert inside.min() > 0.1


def test_the_delay_is_half_the_taps():
    flat = Channel("wideband", 20.0, 7900.0, 0.0, np.zeros(8))
    response = flat.impulse_response(16000)
    assert len(response) == TAPS
    assert np.abs(response).argmax() == TAPS // 2


def test_kinds_have_their_bands():
    rng = np.random.default_rng(1)
    channels = [Channel.sample(rng) for _ in range(100)]
    highest = {c.kind: max(d.high_hz for d in channels if d.kind == c.kind) for c in channels}
    assert highest["telephone"] < 3600 < highest["narrow"] < 6500 < highest["wideband"]
