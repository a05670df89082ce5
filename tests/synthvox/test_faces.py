from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from speechdistill.synthvox.face_appearance import appearance_of
from speechdistill.synthvox.face_drawing import IMAGE_SIDE, Scene, draw_face
from speechdistill.synthvox.face_features import Expression, FaceShape
from speechdistill.synthvox.face_geometry import GEOMETRY_MEASURES, face_geometry
from speechdistill.synthvox.face_pose import Pose
from speechdistill.synthvox.photographed_person import photograph_session
from speechdistill.synthvox.traits import FACE_TRAITS
from tests.synthvox.people import people

AHEAD = Pose(yaw=0, pitch=0, roll=0, size=0.36, shift_x=0, shift_y=0)
NEUTRAL = Expression(smile=0, mouth_open=0, brow_raise=0, eye_open=1, gaze=0)
AVERAGE = dict.fromkeys(GEOMETRY_MEASURES, 0.0)


def rng(seed=1) -> np.random.Generator:
    return np.random.default_rng(seed)


def face_of(person, geometry=AVERAGE, pose=AHEAD, expression=NEUTRAL) -> np.ndarray:
    appearance = appearance_of(person, geometry["apparent_age"], rng())
    image = draw_face(geometry, appearance, Scene.sample(rng()), pose, expression, rng())
    return np.asarray(image, dtype=float)


def difference(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.abs(first - second).mean())


def test_a_face_is_a_coloured_square_and_the_same_every_time():
    face = face_of(people(1)[0])
    assert face.shape == (IMAGE_SIDE, IMAGE_SIDE, 3)
    assert np.array_equal(face, face_of(people(1)[0]))


@pytest.mark.parametrize("measure", GEOMETRY_MEASURES)
def test_the_picture_follows_each_measure_smoothly(measure):
    person = replace(people(1)[0], face_only=dict.fromkeys(people(1)[0].face_only, 0.0))
    plain = face_of(person)
    steps = [difference(face_of(person, AVERAGE | {measure: s}), plain) for s in (0.25, 1.0, 2.0)]
    assert 0 < steps[0] < steps[1] < steps[2]
    assert steps[0] < 0.6 * steps[2]


@pytest.mark.parametrize("trait", FACE_TRAITS)
def test_the_picture_shows_each_trait_of_the_face(trait):
    person = people(1)[0]
    person = replace(person, face_only=person.face_only | {"glasses": 2.0})
    low, high = (
        face_of(replace(person, face_only=person.face_only | {trait: value}))
        for value in (-2.5, 2.5)
    )
    assert difference(low, high) > 0.02


def test_hair_skin_glasses_and_beard_do_not_depend_on_the_voice():
    person = people(1)[0]
    other = replace(person, shared=dict.fromkeys(person.shared, 2.0), sex="f", accent="Scottish")
    assert appearance_of(person, 0.3, rng()) == appearance_of(other, 0.3, rng())
    sexes = np.array([p.sex == "m" for p in people(2000)])
    beards = np.array([appearance_of(p, 0.0, rng()).beard > 0 for p in people(2000)])
    assert beards[sexes].mean() == pytest.approx(beards[~sexes].mean(), abs=0.05)


def test_the_old_turn_grey_and_wrinkled():
    person = people(1)[0]
    young, old = (appearance_of(person, age, rng()) for age in (-1.5, 2.0))
    assert old.wrinkles > 0.9 > 0.1 > young.wrinkles
    assert max(old.hair) - min(old.hair) < max(30, max(young.hair) - min(young.hair))


def test_turned_heads_show_one_side():
    shape = FaceShape(AVERAGE, NEUTRAL)
    eyes = np.array([shape.iris_centre(-1), shape.iris_centre(1)])
    nose = np.array([[0.0, shape.nose_y]])

    def nose_between_eyes(yaw: float) -> float:
        pose = replace(AHEAD, yaw=yaw)
        left, right = pose.project(eyes, shape.half_width, 0.0, 112)[:, 0]
        tip = pose.project(nose, shape.half_width, 0.2, 112)[0, 0]
        return (tip - left) / (right - left)

    assert nose_between_eyes(0.0) == pytest.approx(0.5)
    assert nose_between_eyes(-0.3) < 0.4 < 0.6 < nose_between_eyes(0.3)


def test_pictures_of_a_session_differ_and_sessions_too():
    person = people(1)[0]
    first = [shot.image.tobytes() for shot in photograph_session(person, 0.5, 3, 1, 0)]
    again = [shot.image.tobytes() for shot in photograph_session(person, 0.5, 3, 1, 0)]
    second = [shot.image.tobytes() for shot in photograph_session(person, 0.5, 3, 1, 1)]
    assert first == again
    assert len({*first, *second}) == 6


def test_pictures_of_one_person_are_more_alike_than_those_of_others():
    def clean(person) -> np.ndarray:
        return face_of(person, face_geometry(person, 0.5))

    faces = [clean(person) for person in people(12)]
    turned = [
        face_of(p, face_geometry(p, 0.5), replace(AHEAD, yaw=0.1), replace(NEUTRAL, smile=0.5))
        for p in people(12)
    ]
    distances = np.array([[difference(a, b) for b in turned] for a in faces])
    assert (distances.argmin(axis=1) == np.arange(12)).mean() > 0.8


def test_images_are_rgb():
    shot = next(iter(photograph_session(people(1)[0], 0.5, 1, 1, 0)))
    assert isinstance(shot.image, Image.Image)
    assert (shot.image.mode, shot.image.size) == ("RGB", (112, 112))
