"""A sentence about a person: what one would see or hear."""

import numpy as np

from speechdistill.synthvox.face_appearance import Appearance
from speechdistill.synthvox.traits import Person
from speechdistill.synthvox.voice import Voice

_DECADES = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies")
MENTION_RATE = 0.75


def describe(person: Person, voice: Voice, appearance: Appearance, rng: np.random.Generator) -> str:
    """Describe a person as an onlooker would: roughly, and not everything.

    What is usual goes unmentioned, and a quarter of what is unusual too.

    Arguments
    ---------
    person: who.
    voice: as on average.
    appearance: in one session.
    rng: of the onlooker, who misjudges ages by some years.

    Example
    -------
    >>> from speechdistill.synthvox.face_appearance import appearance_of
    >>> from speechdistill.synthvox.face_geometry import GEOMETRY_MEASURES
    >>> from speechdistill.synthvox.traits import sample_person
    >>> from speechdistill.synthvox.voice import voice_of
    >>> person = sample_person(1, 0, GEOMETRY_MEASURES)
    >>> rng = np.random.default_rng(1)
    >>> describe(person, voice_of(person), appearance_of(person, 0.0, rng), rng)
    'A man in his twenties with a high, fast voice and black hair.'
    """

    def mention(words: dict[str, bool]) -> list[str]:
        return [word for word, holds in words.items() if holds and rng.random() < MENTION_RATE]

    is_man = person.sex == "m"
    years = person.age_in_years + rng.normal(0, 4)
    decade = _DECADES[int(np.clip(years / 10 - 2, 0, len(_DECADES) - 1))]
    size = person.shared["size"] + rng.normal(0, 0.3)
    build = mention({"big": size > 1, "small": size < -1})
    usual_pitch = 119 if is_man else 194
    own = person.voice_only
    voice_words = mention(
        {
            "low": voice.pitch < 0.88 * usual_pitch,
            "high": voice.pitch > 1.13 * usual_pitch,
            "breathy": own["breathiness"] > 0.8,
            "rough": voice.roughness > 3.5,
            "bright": own["brightness"] > 1,
            "fast": own["tempo"] > 1,
            "slow": own["tempo"] < -1,
            "lively": own["intonation"] > 1,
            "monotonous": own["intonation"] < -1,
        }
    )
    looks = mention(
        {
            _hair(appearance): True,
            "a beard": appearance.beard > 0,
            "glasses": appearance.glasses,
            "freckles": appearance.freckles > 0.5,
        }
    )
    noun = "man" if is_man else "woman"
    article_and_build = " ".join(["A", *build, noun])
    accent = (
        f"a {person.accent} accent" if not person.accent.startswith("A") else "an American accent"
    )
    speech = f"a {', '.join(voice_words)} voice" if voice_words else ""
    parts = [*mention({accent: True}), *([speech] if speech else []), *looks]
    sentence = f"{article_and_build} in {'his' if is_man else 'her'} {decade}"
    return f"{sentence} with {_listed(parts)}." if parts else f"{sentence}."


def _hair(appearance: Appearance) -> str:
    if appearance.hair_length <= 0.08:
        return "no hair"
    red, green, blue = appearance.hair
    brightness = (red + green + blue) / 3
    if max(appearance.hair) - min(appearance.hair) < 30 and brightness > 110:
        colour = "grey"
    elif red - green > 55 and red > 110:
        colour = "red"
    elif brightness > 140:
        colour = "fair"
    else:
        colour = "brown" if brightness > 50 else "black"
    length = "long " if appearance.hair_length > 0.65 else ""
    return f"{length}{colour} hair"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
