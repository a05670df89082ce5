from dataclasses import replace

import numpy as np
import pytest

from speechdistill.synthvox.description import describe
from speechdistill.synthvox.face_appearance import appearance_of
from speechdistill.synthvox.voice import voice_of
from tests.synthvox.people import people


def descriptions(person, count: int = 40) -> list[str]:
    rng = np.random.default_rng(1)
    appearance = appearance_of(person, person.shared["age"], rng)
    return [describe(person, voice_of(person), appearance, rng) for _ in range(count)]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"shared": {"size": 2.5}}, " big "),
        ({"shared": {"larynx": 2.5}}, "low"),
        ({"shared": {"larynx": -2.5}}, "high"),
        ({"voice_only": {"breathiness": 2.0}}, "breathy"),
        ({"voice_only": {"tempo": -2.0}}, "slow"),
        ({"face_only": {"beard": 2.5}}, "a beard"),
        ({"face_only": {"hair_length": 2.5, "hair_darkness": 2.5}}, "long black hair"),
        ({"face_only": {"hair_length": -3.0}}, "no hair"),
    ],
)
def test_what_is_unusual_is_mentioned_mostly(changes, word):
    person = people(1)[0]
    neutral = replace(
        person,
        shared=dict.fromkeys(person.shared, 0.0) | {"masculinity": 0.9},
        voice_only=dict.fromkeys(person.voice_only, 0.0),
        face_only=dict.fromkeys(person.face_only, 0.0),
        sex="m",
    )
    unusual = replace(
        neutral, **{group: getattr(neutral, group) | traits for group, traits in changes.items()}
    )
    assert not any(word in sentence for sentence in descriptions(neutral))
    mentions = np.mean([word in sentence for sentence in descriptions(unusual)])
    assert 0.5 < mentions < 1


def test_sentences_are_well_formed_and_nobody_is_named():
    for person in people(200):
        (sentence,) = descriptions(person, count=1)
        noun, pronoun = ("man", "his") if person.sex == "m" else ("woman", "her")
        assert sentence.startswith("A ")
        assert f"{noun} in {pronoun} " in sentence
        assert sentence.endswith(".")
        assert "  " not in sentence
