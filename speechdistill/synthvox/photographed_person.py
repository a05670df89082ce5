"""The pictures of a person: sessions with their looks, light and background."""

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from speechdistill.base.randomness import generator_for
from speechdistill.synthvox.face_appearance import appearance_of
from speechdistill.synthvox.face_degradation import Degradation, Light
from speechdistill.synthvox.face_drawing import Scene, draw_face
from speechdistill.synthvox.face_features import Expression
from speechdistill.synthvox.face_geometry import face_geometry
from speechdistill.synthvox.face_pose import Pose
from speechdistill.synthvox.traits import Person


@dataclass(frozen=True)
class Photograph:
    """A picture of 112 by 112 pixels, how the face is turned in it, and how it is degraded."""

    image: Image.Image
    pose: Pose
    degradation: Degradation


def photograph_session(
    person: Person, shared_share: float, count: int, seed: int, session_number: int
) -> Iterator[Photograph]:
    """Take the pictures of one session of a person.

    Arguments
    ---------
    person: whose face.
    shared_share: of the face's variance, that the voice carries too.
    count: number of pictures.
    seed: the corpus's.
    session_number: of the person's sessions.
    """
    rng = generator_for(seed, "pictures", person.number, session_number)
    geometry = face_geometry(person, shared_share)
    appearance = appearance_of(person, geometry["apparent_age"], rng)
    scene, light = Scene.sample(rng), Light.sample(rng)
    for _ in range(count):
        pose, expression, degradation = (
            Pose.sample(rng),
            Expression.sample(rng),
            Degradation.sample(rng),
        )
        freckle_rng = generator_for(seed, "freckles", person.number)
        face = draw_face(geometry, appearance, scene, pose, expression, freckle_rng)
        image = degradation.apply(light.shine_on(face), rng)
        yield Photograph(image, pose, degradation)
