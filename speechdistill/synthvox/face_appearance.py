"""Colours, hair, glasses and beard: what a face shows besides its shape."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr, ndtri

from speechdistill.synthvox.traits import Person

Colour = tuple[int, int, int]

_SKINS = ((248, 220, 200), (236, 192, 160), (205, 150, 112), (150, 100, 70), (92, 60, 44))
_HAIRS = ((228, 200, 140), (170, 125, 75), (105, 70, 45), (55, 38, 28), (24, 20, 18))
_RED_HAIR = (165, 70, 30)
_GREY_HAIR = (205, 205, 208)
_EYES = ((120, 165, 195), (110, 140, 100), (125, 95, 55), (70, 45, 28), (40, 26, 18))
SHARE_WITH_GLASSES = 0.3
SHARE_WITH_BEARD = 0.25


@dataclass(frozen=True)
class Appearance:
    """How a face looks on the days of one session.

    Arguments
    ---------
    skin, hair, eyes, cheeks: colours.
    hair_length: 0 for none, 0.5 to the jaw, 1 far below the shoulders.
    hair_volume, hair_parting, fringe: from -1 to 1, around an average head of hair.
    beard: 0 for none to 1 for a full one.
    glasses: whether they are worn.
    glasses_shape: from -1 (narrow) to 1 (round).
    freckles: 0 to 1.
    wrinkles: 0 to 1.
    """

    skin: Colour
    hair: Colour
    eyes: Colour
    cheeks: Colour
    hair_length: float
    hair_volume: float
    hair_parting: float
    fringe: float
    beard: float
    glasses: bool
    glasses_shape: float
    freckles: float
    wrinkles: float


def appearance_of(person: Person, apparent_age: float, rng: np.random.Generator) -> Appearance:
    """Return the appearance of a person in a session.

    All but grey hair and wrinkles comes from traits of the face alone.

    Arguments
    ---------
    person: who.
    apparent_age: the measure of the face's geometry of that name.
    rng: the session's: the style of hair and beard varies, glasses are left off now and then.
    """
    own = person.face_only
    day = dict(
        zip(("length", "volume", "parting", "fringe", "beard"), rng.normal(0, 0.2, 5), strict=True)
    )
    skin = _along(_SKINS, float(ndtr(own["skin_darkness"])))
    warmth = np.array([3.0, 0.0, -6.0]) * np.tanh(own["skin_warmth"])
    hair = _along(_HAIRS, float(ndtr(own["hair_darkness"] + 0.4)))
    hair = _mixed(hair, _RED_HAIR, 0.7 * float(expit(4 * (own["hair_redness"] - 1.2))))
    hair = _mixed(hair, _GREY_HAIR, 0.9 * float(expit(3 * (apparent_age - 0.9))))
    beard_latent = own["beard"] + day["beard"] - _upper_quantile(SHARE_WITH_BEARD)
    return Appearance(
        skin=_whole_colour(np.array(skin) + warmth),
        hair=hair,
        eyes=_along(_EYES, float(ndtr(own["eye_darkness"]))),
        cheeks=_mixed(skin, (200, 70, 70), 0.12 + 0.1 * float(np.tanh(own["cheek_colour"]))),
        hair_length=float(ndtr(own["hair_length"] + 0.3 * day["length"])),
        hair_volume=float(np.tanh(own["hair_volume"] + day["volume"])),
        hair_parting=float(np.tanh(own["hair_parting"] + day["parting"])),
        fringe=float(np.tanh(own["fringe"] + day["fringe"])),
        beard=float(np.clip(beard_latent + 0.2, 0, 1)) if beard_latent > 0 else 0.0,
        glasses=own["glasses"] > _upper_quantile(SHARE_WITH_GLASSES) and rng.random() < 0.85,
        glasses_shape=float(np.tanh(own["glasses_shape"])),
        freckles=float(expit(3 * (own["freckles"] - 1.3))),
        wrinkles=float(expit(2.5 * (apparent_age - 0.4))),
    )


def _upper_quantile(share: float) -> float:
    return float(ndtri(1 - share))


def _along(colours: tuple[Colour, ...], position: float) -> Colour:
    place = position * (len(colours) - 1)
    first = min(int(place), len(colours) - 2)
    return _mixed(colours[first], colours[first + 1], place - first)


def _mixed(first: Colour, second: Colour, share_of_second: float) -> Colour:
    return _whole_colour(
        np.array(first) * (1 - share_of_second) + np.array(second) * share_of_second
    )


def _whole_colour(colour: np.ndarray) -> Colour:
    red, green, blue = np.clip(np.round(colour), 0, 255).astype(int).tolist()
    return red, green, blue


def shaded(colour: Colour, factor: float) -> Colour:
    """Return a darker (factor below 1) or lighter colour.

    Example
    -------
    >>> shaded((200, 100, 50), 0.5)
    (100, 50, 25)
    """
    return _whole_colour(np.array(colour) * factor)
