"""The shape of a face as a smooth function of traits, and how much of it the voice shares."""

import numpy as np

from speechdistill.synthvox.traits import Person, weighted_trait

GEOMETRY_WEIGHTS: dict[str, dict[str, float]] = {
    "face_width": {"size": 0.6, "cheeks": 0.5, "masculinity": 0.3},
    "jaw_width": {"jaw": 0.7, "masculinity": 0.6, "size": 0.3},
    "chin_length": {"pharynx": 0.7, "masculinity": 0.4, "jaw": 0.4},
    "chin_width": {"jaw": 0.5, "masculinity": 0.5, "neck": 0.4},
    "cheekbones": {"cheeks": 0.9, "masculinity": -0.3},
    "forehead_height": {"sinus": 0.7, "age": 0.4, "masculinity": 0.2},
    "brow_thickness": {"masculinity": 0.7, "sinus": 0.5},
    "brow_height": {"masculinity": -0.5, "sinus": 0.6, "age": -0.2},
    "eye_size": {"palate": -0.5, "age": -0.5, "masculinity": -0.4},
    "eye_spacing": {"palate": 0.7, "sinus": 0.4},
    "eye_slant": {"palate": 0.5, "lips": -0.6, "cheeks": 0.3},
    "nose_length": {"nose": 0.7, "masculinity": 0.4, "age": 0.3},
    "nose_width": {"nose": 0.7, "pharynx": 0.4, "larynx": 0.3},
    "mouth_width": {"lips": 0.5, "jaw": 0.5, "palate": 0.5},
    "mouth_height": {"larynx": 0.7, "pharynx": 0.4},
    "lip_thickness": {"lips": 0.8, "masculinity": -0.3, "age": -0.4},
    "ear_size": {"age": 0.6, "size": 0.4, "larynx": 0.4},
    "neck_width": {"neck": 0.7, "masculinity": 0.5, "size": 0.4, "larynx": 0.4},
    "apparent_age": {"age": 1.0},
}
GEOMETRY_MEASURES = tuple(GEOMETRY_WEIGHTS)


def face_geometry(person: Person, shared_share: float) -> dict[str, float]:
    """Compute the measures of a person's face, each of mean 0 and variance 1 over people.

    ``measure = sqrt(s) * weighted shared traits + sqrt(1 - s) * face-only trait``, so ``s`` is
    the share of each measure's variance that the voice carries too: at 0 face and voice are
    independent, at 1 the voice's traits determine the face's shape.

    Arguments
    ---------
    person: whose face.
    shared_share: s, from 0 to 1.

    Example
    -------
    >>> from speechdistill.synthvox.traits import sample_person
    >>> person = sample_person(1, 0, GEOMETRY_MEASURES)
    >>> face_geometry(person, 1.0)["apparent_age"] == person.shared["age"]
    True
    """
    shared_weight, own_weight = np.sqrt(shared_share), np.sqrt(1 - shared_share)
    return {
        measure: float(
            shared_weight * weighted_trait(person.shared, weights)
            + own_weight * person.face_only[measure]
        )
        for measure, weights in GEOMETRY_WEIGHTS.items()
    }
