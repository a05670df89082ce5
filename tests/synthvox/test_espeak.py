import sys
from dataclasses import replace

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.synthvox.espeak import ESPEAK_SAMPLE_RATE, synthesizer
from speechdistill.synthvox.voice import ESPEAK_LANGUAGES, voice_of
from tests.synthvox.people import people

TEXT = "The old farmer sold seven green apples near the bridge."


def spoken(*voices, text=TEXT, seed=1) -> list[np.ndarray]:
    with synthesizer() as espeak:
        return [espeak.speak(text, voice, seed) for voice in voices]


def median_pitch(samples: np.ndarray) -> float:
    """From the highest peak of the autocorrelation of each loud frame."""
    shortest, longest = ESPEAK_SAMPLE_RATE // 400, ESPEAK_SAMPLE_RATE // 60
    pitches = []
    for start in range(0, len(samples) - 1024, 512):
        frame = samples[start : start + 1024].astype(float)
        if frame.std() > 1000:
            correlation = np.correlate(frame, frame, "full")[1023:]
            lag = shortest + correlation[shortest:longest].argmax()
            if correlation[lag] > 0.5 * correlation[0]:
                pitches.append(ESPEAK_SAMPLE_RATE / lag)
    return float(np.median(pitches))


def test_samples_do_not_depend_on_what_other_synthesizers_said():
    first, second = (voice_of(person) for person in people(2))
    once = spoken(first, second)
    spoken(second, text="Something else, and rather longer than before!")
    again = spoken(first, second)
    assert all(np.array_equal(a, b) for a, b in zip(once, again, strict=True))


@pytest.mark.parametrize("pitch", [90, 130, 180, 240])
def test_the_pitch_is_the_one_asked_for(pitch):
    steady = replace(voice_of(people(1)[0]), pitch=pitch, roughness=0, breath=0, flutter=0.5)
    assert median_pitch(spoken(steady)[0]) == pytest.approx(pitch, rel=0.1)


def test_rate_formants_and_every_accent_change_the_speech():
    voice = voice_of(people(1)[0])
    faster = replace(voice, words_per_minute=1.3 * voice.words_per_minute)
    longer_tract = replace(voice, formant_frequency=0.9 * voice.formant_frequency)
    plain, quick, deep = spoken(voice, faster, longer_tract)
    assert len(quick) < 0.85 * len(plain)

    def centroid(samples: np.ndarray) -> float:
        power = np.abs(np.fft.rfft(samples.astype(float))) ** 2
        return float((power * np.arange(len(power))).sum() / power.sum()) / len(samples)

    assert centroid(deep) < 0.97 * centroid(plain)
    accents = spoken(*(replace(voice, language=name) for name in ESPEAK_LANGUAGES.values()))
    assert len({samples.tobytes() for samples in accents}) == len(ESPEAK_LANGUAGES)


def test_without_the_extra_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(InputError, match=r"pip install 'speechdistill\[synth\]'"), synthesizer():
        pass
