"""Generated people, for tests."""

from functools import cache

from speechdistill.synthvox.face_geometry import GEOMETRY_MEASURES
from speechdistill.synthvox.traits import Person, sample_person


@cache
def people(count: int, seed: int = 5) -> tuple[Person, ...]:
    return tuple(sample_person(seed, number, GEOMETRY_MEASURES) for number in range(count))
