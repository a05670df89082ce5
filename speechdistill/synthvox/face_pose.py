"""How a head is turned towards the camera."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

HEAD_DEPTH = 0.75


@dataclass(frozen=True)
class Pose:
    """Turn, size and place of a head in the picture.

    Arguments
    ---------
    yaw, pitch, roll: turns in radians: to the side, up or down, and in the picture's plane.
    size: half the face's height relative to the picture's side.
    shift_x, shift_y: of the face's middle from the picture's, relative to its side.
    """

    yaw: float
    pitch: float
    roll: float
    size: float
    shift_x: float
    shift_y: float

    @classmethod
    def sample(cls, rng: np.random.Generator) -> "Pose":
        """Sample a pose as of a face that a detector has found: mostly frontal, roughly centred."""
        yaw, pitch, roll = rng.standard_normal(3) * (0.18, 0.08, 0.07)
        shift_x, shift_y = rng.normal(0, 0.015, 2)
        size = 0.4 * np.exp(rng.normal(0, 0.06))
        return cls(float(np.clip(yaw, -0.5, 0.5)), pitch, roll, float(size), shift_x, shift_y)

    def project(
        self, points: np.ndarray, face_width: float, relief: float, side: int
    ) -> np.ndarray:
        """Return the pixels where points of the face appear, shape ``(points, 2)``.

        The face lies on a half-ellipsoid; what stands out of it moves more when the head turns.

        Arguments
        ---------
        points: right and down from between the eyes and the mouth, in halves of the face's
            height, shape ``(points, 2)``.
        face_width: half the width of the face in the same unit.
        relief: height of the points above the ellipsoid, in the same unit.
        side: of the picture in pixels.

        Example
        -------
        >>> ahead = Pose(yaw=0, pitch=0, roll=0, size=0.4, shift_x=0, shift_y=0)
        >>> ahead.project(np.array([[0.0, 0.0], [0.0, 1.0]]), 0.7, 0.0, side=100).tolist()
        [[50.0, 50.0], [50.0, 90.0]]
        """
        x, y = points[:, 0], points[:, 1]
        inside = 1 - (x / (1.1 * face_width)) ** 2 - (y / 1.2) ** 2
        depth = relief + HEAD_DEPTH * np.sqrt(np.maximum(inside, 0))
        (cos_yaw, cos_pitch, cos_roll), (sin_yaw, sin_pitch, sin_roll) = self._cosines_and_sines
        turned_x = x * cos_yaw + depth * sin_yaw
        turned_y = y * cos_pitch + depth * sin_pitch
        pixels = np.empty((len(points), 2))
        pixels[:, 0] = turned_x * cos_roll - turned_y * sin_roll
        pixels[:, 1] = turned_x * sin_roll + turned_y * cos_roll
        return side * (self._centre + self.size * pixels)

    # Dozens of parts of a face share a pose.
    @cached_property
    def _cosines_and_sines(self) -> tuple[list[float], list[float]]:
        turns = (self.yaw, self.pitch, self.roll)
        return [np.cos(turn) for turn in turns], [np.sin(turn) for turn in turns]

    @cached_property
    def _centre(self) -> np.ndarray:
        centre = np.array([0.5 + self.shift_x, 0.5 + self.shift_y])
        # The middle of the turned head stays in the middle of the picture, as a detector crops it.
        return centre - self.size * HEAD_DEPTH * np.array(
            [0.6 * np.sin(self.yaw), 0.6 * np.sin(self.pitch)]
        )
