"""Impulse responses of rooms by the image method."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import butter, sosfilt

SPEED_OF_SOUND = 343.0
# Images are all positive: without a high-pass filter their sum is mostly below hearing.
HIGHPASS_HZ = 80.0
WALL_DISTANCE = 0.5
SMALLEST, LARGEST = (3.0, 3.0, 2.4), (10.0, 8.0, 4.0)
REVERBERATION_TIMES = (0.1, 0.8)


@dataclass(frozen=True)
class Shoebox:
    """A rectangular room with a source and a microphone; all walls reflect alike.

    Arguments
    ---------
    size: length, width and height, ``(3,)``, in metres.
    source, microphone: where they are, ``(3,)``, in metres from one corner.
    reverberation_time: RT60 in seconds, by which Eyring's formula gives the walls' absorption.
    """

    size: np.ndarray
    source: np.ndarray
    microphone: np.ndarray
    reverberation_time: float

    @classmethod
    def sample(cls, generator: np.random.Generator) -> "Shoebox":
        """Sample a room of 3 x 3 x 2.4 to 10 x 8 x 4 m with an RT60 of 0.1 to 0.8 s.

        Source and microphone are anywhere half a metre from the walls.
        """
        size = generator.uniform(SMALLEST, LARGEST)
        source, microphone = generator.uniform(WALL_DISTANCE, size - WALL_DISTANCE, (2, 3))
        return cls(size, source, microphone, generator.uniform(*REVERBERATION_TIMES))

    @property
    def reflection(self) -> float:
        """The pressure that a wall gives back, in (0, 1): the root of 1 - absorption.

        C. F. Eyring, "Reverberation time in 'dead' rooms", 1930, equation 9.
        """
        length, width, height = self.size
        surface = 2 * (length * width + length * height + width * height)
        exponent = 24 * np.log(10) / SPEED_OF_SOUND * np.prod(self.size)
        return float(np.exp(-0.5 * exponent / (surface * self.reverberation_time)))

    def impulse_response(self, sample_rate: int) -> np.ndarray:
        """Return the sum of all images' pulses until the RT60 has passed, at the nearest samples.

        J. B. Allen, D. A. Berkley, "Image method for efficiently simulating small-room acoustics",
        1979, equation 10, without the frequencies below 80 Hz.

        Arguments
        ---------
        sample_rate: in Hz.

        Returns
        -------
        float32 ``(samples,)``.

        Example
        -------
        >>> room = Shoebox(np.array([5, 4, 3.0]), np.ones(3), np.array([3, 2, 1.5]), 0.3)
        >>> response = room.impulse_response(16000)
        >>> response.shape
        (4801,)
        >>> direct = np.linalg.norm(room.source - room.microphone) / SPEED_OF_SOUND * 16000
        >>> round(direct), int(np.abs(response).argmax())
        (107, 107)
        """
        direct = np.linalg.norm(self.source - self.microphone) / SPEED_OF_SOUND
        length = round(max(self.reverberation_time, direct) * sample_rate) + 1
        reach = length * SPEED_OF_SOUND / sample_rate
        (x, gain_x), (y, gain_y), (z, gain_z) = (self._images(axis, reach) for axis in range(3))
        square_xy = np.add.outer(x**2, y**2).ravel()
        near = square_xy < reach**2
        square_xy, gain_xy = square_xy[near], np.outer(gain_x, gain_y).ravel()[near]
        response = np.zeros(length)
        # A layer of images at a time stays in the processor's cache.
        for square_z, gain in zip(z**2, gain_z, strict=True):
            distance = np.sqrt(square_xy + square_z)
            samples = np.rint(distance * (sample_rate / SPEED_OF_SOUND)).astype(np.intp)
            heard = samples < length
            response += np.bincount(samples[heard], gain * gain_xy[heard] / distance[heard], length)
        highpass = butter(2, HIGHPASS_HZ, "highpass", fs=sample_rate, output="sos")
        return sosfilt(highpass, response).astype(np.float32)

    def _images(self, axis: int, reach: float) -> tuple[np.ndarray, np.ndarray]:
        """Return how far images lie from the microphone along an axis, and what walls left."""
        size = self.size[axis]
        order = np.arange(-int(reach / size) - 2, int(reach / size) + 3)
        inside = np.where(order % 2 == 0, self.source[axis], size - self.source[axis])
        return order * size + inside - self.microphone[axis], self.reflection ** np.abs(order)
