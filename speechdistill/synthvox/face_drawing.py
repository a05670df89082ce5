"""A picture of a face, from its shape, its appearance and its pose."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from speechdistill.synthvox.face_appearance import Appearance, Colour, shaded
from speechdistill.synthvox.face_features import Expression, FaceShape, between
from speechdistill.synthvox.face_hair import back_hair, beard, front_hair, moustache
from speechdistill.synthvox.face_pose import Pose

IMAGE_SIDE = 112
_SUPERSAMPLING = 3
_DARK = (45, 32, 30)


@dataclass(frozen=True)
class Scene:
    """What is around the face in a session.

    Arguments
    ---------
    background: colours of a coarse pattern, uint8 of shape ``(rows, columns, 3)``.
    clothes: their colour.
    """

    background: np.ndarray
    clothes: Colour

    @classmethod
    def sample(cls, rng: np.random.Generator) -> "Scene":
        """Sample a blurred background of related colours, and clothes."""
        base = rng.uniform(30, 220) + rng.normal(0, 22, 3)
        pattern = np.clip(
            base + rng.normal(0, 30, (4, 4, 1)) + rng.normal(0, 12, (4, 4, 3)), 0, 255
        )
        red, green, blue = rng.integers(20, 235, 3).tolist()
        return cls(pattern.astype(np.uint8), (red, green, blue))

    @cached_property
    def backdrop(self) -> Image.Image:
        """The blurred background of all pictures of the session, larger than they will be."""
        side = IMAGE_SIDE * _SUPERSAMPLING
        return Image.fromarray(self.background).resize((side, side), Image.Resampling.BICUBIC)


class _Canvas:
    """Draws parts of a face where its pose puts them."""

    def __init__(self, image: Image.Image, shape: FaceShape, pose: Pose) -> None:
        self._pen = ImageDraw.Draw(image, "RGBA")
        self._shape, self._pose, self._side = shape, pose, image.width

    def _pixels(self, points: np.ndarray, relief: float) -> list[tuple[float, float]]:
        half_width = self._shape.half_width
        pixels = self._pose.project(points, half_width, relief, self._side)
        return [(x, y) for x, y in pixels.tolist()]

    def fill(
        self, points: np.ndarray, colour: Colour, alpha: float = 1.0, relief: float = 0.0
    ) -> None:
        self._pen.polygon(self._pixels(points, relief), fill=(*colour, round(255 * alpha)))

    def line(
        self,
        points: np.ndarray,
        colour: Colour,
        width: float,
        alpha: float = 1.0,
        relief: float = 0.0,
    ) -> None:
        pixels = max(1, round(width * self._pose.size * self._side))
        ink = (*colour, round(255 * alpha))
        self._pen.line(self._pixels(points, relief), fill=ink, width=pixels, joint="curve")

    def disc(self, centre: np.ndarray, radius: float, colour: Colour, alpha: float = 1.0) -> None:
        ((x, y),) = self._pixels(centre[None], 0.0)
        pixels = radius * self._pose.size * self._side
        box = (x - pixels, y - pixels, x + pixels, y + pixels)
        self._pen.ellipse(box, fill=(*colour, round(255 * alpha)))


def draw_face(
    geometry: dict[str, float],
    appearance: Appearance,
    scene: Scene,
    pose: Pose,
    expression: Expression,
    freckle_rng: np.random.Generator,
) -> Image.Image:
    """Draw a face, 112 by 112 pixels, evenly lit.

    Arguments
    ---------
    geometry: measures of ``face_geometry``.
    appearance, scene: of the session.
    pose, expression: of the moment.
    freckle_rng: places the freckles; give the same for all pictures of a person.
    """
    image = scene.backdrop.copy()
    shape = FaceShape(geometry, expression)
    canvas = _Canvas(image, shape, pose)
    _draw_body(canvas, shape, appearance, scene)
    canvas.fill(shape.head(), appearance.skin)
    _draw_skin(canvas, shape, appearance, freckle_rng)
    _draw_beard(canvas, shape, appearance)
    _draw_eyes(canvas, shape, appearance)
    _draw_nose(canvas, shape, appearance)
    _draw_mouth(canvas, shape, appearance)
    if appearance.hair_length > 0.08:
        canvas.fill(front_hair(shape, appearance), appearance.hair, relief=0.06)
    if appearance.glasses:
        _draw_glasses(canvas, shape, appearance)
    small = image.reduce(_SUPERSAMPLING)
    return _shade(small, shape, pose)


def _draw_body(canvas: _Canvas, shape: FaceShape, appearance: Appearance, scene: Scene) -> None:
    if appearance.hair_length > 0.08:
        canvas.fill(back_hair(shape, appearance), shaded(appearance.hair, 0.8), relief=-0.3)
    canvas.fill(shape.neck(), shaded(appearance.skin, 0.82), relief=-0.3)
    shoulders = np.array([(-2.2, 1.9), (-1.5, 1.4), (-0.5, 1.22), (0, 1.36), (0.5, 1.22)])
    shoulders = np.concatenate([shoulders, [(1.5, 1.4), (2.2, 1.9)]])
    canvas.fill(shoulders, scene.clothes, relief=-0.3)
    for ear_side in (-1, 1):
        canvas.fill(shape.ear(ear_side), shaded(appearance.skin, 0.92), relief=-0.1)


def _draw_skin(
    canvas: _Canvas, shape: FaceShape, appearance: Appearance, rng: np.random.Generator
) -> None:
    for cheek_side in (-1, 1):
        centre = np.array([cheek_side * 0.42, 0.25])
        for radius in (0.24, 0.18, 0.12):
            canvas.disc(centre, radius, appearance.cheeks, 0.25)
    spots = rng.uniform((-0.5, -0.05), (0.5, 0.4), (40, 2))
    for spot in spots[: round(40 * appearance.freckles)]:
        canvas.disc(spot, 0.016, shaded(appearance.skin, 0.72), 0.7)
    strength = 0.75 * appearance.wrinkles
    if strength < 0.05:
        return
    crease = shaded(appearance.skin, 0.68)
    across = np.linspace(-0.34, 0.34, 9)
    for height in (-0.5, -0.6, -0.7):
        wave = np.stack([across, height + 0.12 * across**2], axis=1)
        canvas.line(wave, crease, 0.014, strength)
    for side in (-1, 1):
        fold = np.array([(shape.nose_half_width + 0.03, shape.nose_y - 0.02)])
        fold = np.append(fold, [(shape.mouth_half_width + 0.07, shape.mouth_y + 0.06)], axis=0)
        canvas.line(fold * (side, 1), crease, 0.022, strength)
        for turn in (-0.06, 0.0, 0.06):
            corner = shape.eye_x + shape.eye_half_width
            foot = np.array([(corner + 0.03, -0.06 + turn / 2), (corner + 0.12, -0.06 + 2 * turn)])
            canvas.line(foot * (side, 1), crease, 0.014, strength)
        bag = np.linspace(-1, 1, 7)
        under_eye = np.stack([shape.eye_x + 0.12 * bag, 0.08 - 0.04 * bag**2], axis=1)
        canvas.line(under_eye * (side, 1), crease, 0.018, strength)


def _draw_beard(canvas: _Canvas, shape: FaceShape, appearance: Appearance) -> None:
    if appearance.beard > 0:
        density = 0.35 + 0.6 * appearance.beard
        colour = shaded(appearance.hair, 0.85)
        canvas.fill(beard(shape, appearance), colour, density, relief=0.03)
        canvas.fill(moustache(shape), colour, density, relief=0.06)


def _draw_eyes(canvas: _Canvas, shape: FaceShape, appearance: Appearance) -> None:
    lid = shaded(appearance.skin, 0.45)
    brow_colour = shaded(appearance.hair, 0.7)
    for side in (-1, 1):
        upper, lower = shape.lids(side)
        canvas.fill(between(upper, lower), (240, 238, 235))
        if shape.expression.eye_open > 0.25:
            centre = shape.iris_centre(side)
            canvas.disc(centre, 0.066, appearance.eyes)
            canvas.disc(centre, 0.03, (15, 12, 12))
            canvas.disc(centre + np.array([0.02, -0.025]), 0.013, (250, 250, 250))
        # The iris is wider than the opening between the lids: they cover the rest of it.
        above, below = upper - np.array([0, 0.055]), lower + np.array([0, 0.05])
        canvas.fill(between(above, upper), shaded(appearance.skin, 0.93))
        canvas.fill(between(lower, below), shaded(appearance.skin, 0.97))
        canvas.line(upper, lid, 0.026)
        canvas.line(lower, lid, 0.012, 0.5)
        canvas.fill(shape.brow(side), brow_colour, 0.9, relief=0.05)


def _draw_nose(canvas: _Canvas, shape: FaceShape, appearance: Appearance) -> None:
    shadow = shaded(appearance.skin, 0.72)
    for side in (-1, 1):
        canvas.line(shape.nose_side(side), shadow, 0.028, 0.65, relief=0.14)
        canvas.fill(shape.nostril(side), _DARK, 0.75, relief=0.16)
    tip = np.array([0.0, shape.nose_y - 0.08])
    ridge = np.array([(0.0, -0.1), tip])
    canvas.line(ridge, shaded(appearance.skin, 1.12), 0.06, 0.5, relief=0.22)


def _draw_mouth(canvas: _Canvas, shape: FaceShape, appearance: Appearance) -> None:
    skin = np.array(appearance.skin)
    red, green, blue = (0.62 * skin + 0.38 * np.array([170, 50, 60])).astype(int).tolist()
    canvas.fill(shape.lips(), (red, green, blue), relief=0.05)
    canvas.fill(shape.mouth_opening(), _DARK, relief=0.05)
    if shape.expression.mouth_open > 0.12:
        teeth = shape.mouth_opening(share=0.5) * (0.85, 1)
        canvas.fill(teeth, (232, 228, 220), 0.95, relief=0.05)


def _draw_glasses(canvas: _Canvas, shape: FaceShape, appearance: Appearance) -> None:
    angle = np.linspace(0, 2 * np.pi, 33)
    squareness = 0.75 - 0.25 * appearance.glasses_shape
    width, height = 0.24, 0.17 + 0.035 * appearance.glasses_shape
    rim = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    rim = np.sign(rim) * np.abs(rim) ** squareness * (width, height)
    for side in (-1, 1):
        centre = np.array([side * max(shape.eye_x, 0.27), -0.06])
        canvas.fill(centre + rim, (225, 235, 240), 0.18, relief=0.12)
        canvas.line(centre + rim, _DARK, 0.035, relief=0.12)
        hinge = centre + np.array([side * width, -0.04])
        temple = np.array([hinge, (side * shape.half_width, -0.08)])
        canvas.line(temple, _DARK, 0.03, relief=0.08)
    bridge = max(shape.eye_x, 0.27) - width
    canvas.line(np.array([(-bridge, -0.08), (bridge, -0.08)]), _DARK, 0.035, relief=0.14)


def _shade(image: Image.Image, shape: FaceShape, pose: Pose) -> Image.Image:
    """Darken what lies deep or turned away: sockets, sides, under nose, lips and chin."""
    shadows = Image.new("L", image.size, 0)
    pen = ImageDraw.Draw(shadows)

    def spot(x: float, y: float, width: float, height: float, depth: int) -> None:
        angle = np.linspace(0, 2 * np.pi, 16, endpoint=False)
        ellipse = np.stack([x + width * np.cos(angle), y + height * np.sin(angle)], axis=1)
        pixels = pose.project(ellipse, shape.half_width, 0.0, image.width)
        pen.polygon([(column, row) for column, row in pixels.tolist()], fill=depth)

    for side in (-1, 1):
        spot(side * shape.eye_x, -0.12, 0.24, 0.14, 45)
        spot(side * 0.98 * shape.half_width, 0.2, 0.12, 0.7, 60)
    spot(0, shape.nose_y + 0.09, 0.16, 0.06, 55)
    spot(0, shape.mouth_y + 0.17, 0.16, 0.05, 40)
    spot(0, shape.chin_y + 0.2, 0.6, 0.17, 80)
    softened = np.asarray(shadows.filter(ImageFilter.GaussianBlur(2.5)), dtype=np.float32)
    darkening = 1 - softened[:, :, None] / 255
    return Image.fromarray((np.asarray(image) * darkening).astype(np.uint8))
