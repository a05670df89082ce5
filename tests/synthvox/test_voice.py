import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression

from speechdistill.synthvox.traits import ACCENT_SHARES, SHARED_TRAITS, VOICE_TRAITS
from speechdistill.synthvox.voice import ESPEAK_LANGUAGES, Voice, voice_of
from tests.synthvox.people import people

COUNT = 1000


def numbers_of(voice: Voice) -> np.ndarray:
    """A voice as one vector, in logarithms where it has factors."""
    factors = [voice.pitch, voice.pitch_range, voice.words_per_minute, voice.breath]
    factors += [voice.flutter, voice.consonants, *voice.formant_frequency]
    factors += [*voice.formant_height, *voice.formant_width]
    return np.array([*np.log(factors), voice.tilt, voice.roughness, voice.rhythm])


def test_the_voice_carries_every_shared_trait():
    voices = np.array([numbers_of(voice_of(person)) for person in people(COUNT)])
    shared = np.array([list(person.shared.values()) for person in people(COUNT)])
    recovered = LinearRegression().fit(voices, shared).predict(voices)
    explained = 1 - (recovered - shared).var(axis=0) / shared.var(axis=0)
    assert dict(zip(SHARED_TRAITS, explained > 0.8, strict=True)) == dict.fromkeys(
        SHARED_TRAITS, True
    )


@pytest.mark.parametrize("trait", VOICE_TRAITS)
def test_traits_of_the_voice_change_it(trait):
    person = people(1)[0]
    changed = replace(person, voice_only=person.voice_only | {trait: 3.0})
    assert np.abs(numbers_of(voice_of(changed)) - numbers_of(voice_of(person))).max() > 0.05


def test_traits_of_the_face_do_not_change_the_voice():
    person = people(1)[0]
    changed = replace(person, face_only=dict.fromkeys(person.face_only, 3.0))
    assert voice_of(changed).variant_file() == voice_of(person).variant_file()


def test_some_men_speak_higher_than_some_women():
    pitch = {
        sex: [voice_of(person).pitch for person in people(COUNT) if person.sex == sex]
        for sex in "mf"
    }
    assert np.mean(pitch["m"]) == pytest.approx(122, abs=8)
    assert np.mean(pitch["f"]) == pytest.approx(198, abs=12)
    assert max(pitch["m"]) > min(pitch["f"])


def test_every_accent_has_a_language():
    assert set(ESPEAK_LANGUAGES) == set(ACCENT_SHARES)


@given(
    traits=st.lists(st.floats(-6, 6), min_size=len(SHARED_TRAITS), max_size=len(SHARED_TRAITS)),
    own=st.lists(st.floats(-6, 6), min_size=len(VOICE_TRAITS), max_size=len(VOICE_TRAITS)),
    mood=st.integers(0, 1000),
)
def test_voice_files_stay_within_what_espeak_understands(traits, own, mood):
    person = replace(
        people(1)[0],
        shared=dict(zip(SHARED_TRAITS, traits, strict=True)),
        voice_only=dict(zip(VOICE_TRAITS, own, strict=True)),
    )
    text = voice_of(person).varied(np.random.default_rng(mood)).variant_file()
    lines = {line.split()[0]: line.split()[1:] for line in text.splitlines()}
    assert re.fullmatch(r"(\w+( [\w-]+)+\n)+", text)
    assert [line.split()[1] for line in text.splitlines() if line.startswith("formant")] == list(
        "012345678"
    )
    assert 0 <= int(lines["roughness"][0]) <= 7
    assert all(0 <= int(height) <= 255 for height in lines["tone"][1::2])
    assert int(lines["pitch"][0]) < int(lines["pitch"][1])


def test_the_same_person_varies_less_than_people_differ():
    rng = np.random.default_rng(1)
    voices = [voice_of(person) for person in people(COUNT)]
    between = np.log([voice.pitch for voice in voices]).std()
    within = np.log([voices[0].varied(rng).pitch for _ in range(200)]).std()
    assert 0.02 < within < between / 4
