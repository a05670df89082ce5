"""Who the people are: latent traits that show in the voice, in the face, or in both."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from speechdistill.base.randomness import generator_for

SHARED_TRAITS = (
    "masculinity",
    "age",
    "size",
    "jaw",
    "palate",
    "lips",
    "nose",
    "pharynx",
    "larynx",
    "cheeks",
    "sinus",
    "neck",
)
VOICE_TRAITS = (
    "breathiness",
    "roughness",
    "tempo",
    "intonation",
    "brightness",
    "rhythm",
    "consonants",
)
FACE_TRAITS = (
    "hair_length",
    "hair_darkness",
    "hair_redness",
    "hair_volume",
    "hair_parting",
    "fringe",
    "skin_darkness",
    "skin_warmth",
    "eye_darkness",
    "glasses",
    "glasses_shape",
    "beard",
    "freckles",
    "cheek_colour",
)
ACCENT_SHARES = {
    "American": 0.28,
    "New York": 0.12,
    "London": 0.15,
    "Scottish": 0.15,
    "Lancashire": 0.1,
    "Midlands": 0.1,
    "Caribbean": 0.1,
}
SEX_DIFFERENCE = 0.9
YOUNGEST, OLDEST = 18, 80


@dataclass(frozen=True)
class Person:
    """One generated person.

    Every trait is a number of mean 0 and variance 1 over people, independent of the others.
    ``masculinity`` is centred at +0.9 for men and -0.9 for women and varies so much within each
    that a few men have less of it than a few women.

    Arguments
    ---------
    number: 0 for the corpus's first person.
    sex: "m" or "f", as the metadata says; only masculinity has an effect.
    accent: a key of ``ACCENT_SHARES``; shows in the voice alone.
    shared: the traits of ``SHARED_TRAITS``, that shape voice and face.
    voice_only: those of ``VOICE_TRAITS``.
    face_only: those of ``FACE_TRAITS`` and one for each measure of the face's geometry.
    """

    number: int
    sex: str
    accent: str
    shared: dict[str, float]
    voice_only: dict[str, float]
    face_only: dict[str, float]

    @property
    def age_in_years(self) -> float:
        """Age between 18 and 80, evenly spread over people."""
        return YOUNGEST + (OLDEST - YOUNGEST) * float(ndtr(self.shared["age"]))


def sample_person(seed: int, number: int, geometry_measures: tuple[str, ...]) -> Person:
    """Sample the traits of person ``number``; the same whatever the number of people.

    Of two consecutive people (0 and 1, 2 and 3, ...) one is a man and one a woman, in random
    order, so that any slice of the corpus is balanced.

    Arguments
    ---------
    seed: the corpus's seed.
    number: of the person, from 0.
    geometry_measures: names of the face's measures, each of which gets a face-only trait.

    Example
    -------
    >>> sorted(sample_person(1, number, ("jaw_width",)).sex for number in (0, 1))
    ['f', 'm']
    """
    rng = generator_for(seed, "traits", number)
    man_is_odd = generator_for(seed, "sexes", number // 2).integers(2)
    sex = "m" if number % 2 == man_is_odd else "f"
    shared = _normal_traits(SHARED_TRAITS, rng)
    spread_within_sex = np.sqrt(1 - SEX_DIFFERENCE**2)
    centre = SEX_DIFFERENCE if sex == "m" else -SEX_DIFFERENCE
    shared["masculinity"] = centre + spread_within_sex * shared["masculinity"]
    voice_only = _normal_traits(VOICE_TRAITS, rng)
    accent = str(rng.choice(list(ACCENT_SHARES), p=list(ACCENT_SHARES.values())))
    face_only = _normal_traits((*FACE_TRAITS, *geometry_measures), rng)
    return Person(number, sex, accent, shared, voice_only, face_only)


def _normal_traits(names: tuple[str, ...], rng: np.random.Generator) -> dict[str, float]:
    return dict(zip(names, rng.standard_normal(len(names)).tolist(), strict=True))


def weighted_trait(traits: dict[str, float], weights: dict[str, float]) -> float:
    """Weigh traits into one of mean 0 and variance 1.

    Example
    -------
    >>> weighted_trait({"jaw": 1.0, "size": 1.0}, {"jaw": 3.0, "size": 4.0})
    1.4
    """
    total = sum(weight * traits[name] for name, weight in weights.items())
    return total / float(np.sqrt(sum(weight**2 for weight in weights.values())))
