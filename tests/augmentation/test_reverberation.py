"""Rooms, and how speech sounds in them."""

import itertools

import numpy as np
import pytest
import scipy.signal
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from speechdistill.augmentation.reverberation import Reverberation, reverberated
from speechdistill.augmentation.shoebox import (
    HIGHPASS_HZ,
    SPEED_OF_SOUND,
    Shoebox,
)
from tests.augmentation.sets import RATE, write_noise

ROOM = Shoebox(np.array([5.0, 4.0, 3.0]), np.array([1.0, 1.5, 1.2]), np.array([3.5, 2, 1.5]), 0.06)


@settings(deadline=None)
@given(
    seed=st.integers(0, 2**32),
    samples=st.integers(2, 300),
    taps=st.integers(1, 400),
)
def test_reverberation_is_the_convolution_from_the_direct_sound_on(seed, samples, taps):
    generator = np.random.default_rng(seed)
    signal, response = generator.normal(size=samples), generator.normal(size=taps)
    direct = np.argmax(np.abs(response))
    expected = scipy.signal.convolve(signal, response, method="direct")
    expected = expected[direct : direct + samples]
    expected *= np.sqrt(np.sum(signal**2) / np.sum(expected**2))
    np.testing.assert_allclose(reverberated(signal, response), expected, atol=1e-9)


def test_silence_stays_silence():
    assert not reverberated(np.zeros(10, dtype=np.float32), np.ones(3)).any()
    np.testing.assert_array_equal(reverberated(np.ones(4), np.zeros(3)), np.ones(4))


def naive_response(room: Shoebox, rate: int) -> np.ndarray:
    """Allen and Berkley's sum, image by image, in their own indices."""
    length = round(room.reverberation_time * rate) + 1
    response = np.zeros(length)
    volume = np.prod(room.size)
    surface = 2 * sum(np.prod(pair) for pair in itertools.combinations(room.size, 2))
    absorption = 1 - np.exp(
        -24 * np.log(10) / SPEED_OF_SOUND * volume / surface / room.reverberation_time
    )
    reach = 6
    for orders in itertools.product(range(-reach, reach + 1), repeat=3):
        for mirrored in itertools.product((0, 1), repeat=3):
            walls = sum(
                abs(order - side) + abs(order) for order, side in zip(orders, mirrored, strict=True)
            )
            image = [
                (1 - 2 * side) * source + 2 * order * size
                for side, source, order, size in zip(
                    mirrored, room.source, orders, room.size, strict=True
                )
            ]
            distance = np.linalg.norm(np.array(image) - room.microphone)
            sample = round(distance / SPEED_OF_SOUND * rate)
            if sample < length:
                response[sample] += (1 - absorption) ** (walls / 2) / distance
    highpass = scipy.signal.butter(2, HIGHPASS_HZ, "highpass", fs=rate, output="sos")
    return scipy.signal.sosfilt(highpass, response)


def test_a_room_is_the_sum_of_its_images():
    found = ROOM.impulse_response(8000)
    np.testing.assert_allclose(found, naive_response(ROOM, 8000), atol=1e-6)


def test_a_room_decays_within_about_its_reverberation_time():
    """Schroeder's backward integral, from -5 to -25 dB; Eyring's formula is for diffuse sound."""
    for seed in range(6):
        room = Shoebox.draw(np.random.default_rng(seed))
        response = room.impulse_response(RATE).astype(np.float64)
        energy = np.cumsum(response[::-1] ** 2)[::-1]
        level = 10 * np.log10(energy / energy[0] + 1e-12)
        begin, end = np.searchsorted(-level, [5, 25])
        measured = 3 * (end - begin) / RATE
        assert 0.5 < measured / room.reverberation_time < 1.6


def test_drawn_rooms_differ_and_people_stand_inside():
    rooms = [Shoebox.draw(np.random.default_rng(seed)) for seed in range(50)]
    assert len({room.reverberation_time for room in rooms}) == 50
    for room in rooms:
        for place in (room.source, room.microphone):
            assert np.all((place >= 0.5) & (place <= room.size - 0.5))


def test_simulated_rooms_are_as_many_as_asked_and_come_from_the_seed():
    def heard(rooms, seed):
        effect = Reverberation(rooms=rooms, seed=seed).effect(None, None, RATE)
        click = np.eye(1, 4000, dtype=np.float32)[0]
        return {effect(click, "a", np.random.default_rng(draw)).tobytes() for draw in range(12)}

    assert len(heard(2, 0)) == 2
    assert heard(2, 0) == heard(2, 0)
    assert not heard(2, 0) & heard(2, 1)


def test_rirs_noises_gives_its_simulated_impulse_responses(tmp_path):
    root = tmp_path / "RIRS_NOISES"
    write_noise(root / "pointsource_noises" / "noise-free-sound-0000.wav")
    room = root / "simulated_rirs" / "smallroom" / "Room001" / "Room001-00001.wav"
    room.parent.mkdir(parents=True)
    soundfile.write(room, np.array([0, 0.8, 0, 0.6]), RATE)
    for folder in (root, tmp_path):
        exp = tmp_path / "exp" / folder.name
        reverberation = Reverberation(str(folder))
        reverberation.prepare(exp)
        effect = reverberation.effect(exp, None, RATE)
        click = np.eye(1, 6, dtype=np.float32)[0]
        heard = effect(click, "a", np.random.default_rng(0))
        assert heard == pytest.approx([0.8, 0, 0.6, 0, 0, 0], abs=1e-3)
