import itertools

import numpy as np
import scipy.signal

from speechdistill.signals.shoebox import HIGHPASS_HZ, SPEED_OF_SOUND, Shoebox

RATE = 16000
ROOM = Shoebox(np.array([5.0, 4.0, 3.0]), np.array([1.0, 1.5, 1.2]), np.array([3.5, 2, 1.5]), 0.06)


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
        room = Shoebox.sample(np.random.default_rng(seed))
        response = room.impulse_response(RATE).astype(np.float64)
        energy = np.cumsum(response[::-1] ** 2)[::-1]
        level = 10 * np.log10(energy / energy[0] + 1e-12)
        begin, end = np.searchsorted(-level, [5, 25])
        measured = 3 * (end - begin) / RATE
        assert 0.5 < measured / room.reverberation_time < 1.6


def test_sampled_rooms_differ_and_people_stand_inside():
    rooms = [Shoebox.sample(np.random.default_rng(seed)) for seed in range(50)]
    assert len({room.reverberation_time for room in rooms}) == 50
    for room in rooms:
        for place in (room.source, room.microphone):
            assert np.all((place >= 0.5) & (place <= room.size - 0.5))
