"""A person's voice as a smooth function of traits, in the terms of espeak-ng's voice files."""

from dataclasses import dataclass, replace

import numpy as np

from speechdistill.synthvox.traits import Person

ESPEAK_LANGUAGES = {
    "American": "en-us",
    "New York": "en-us-nyc",
    "London": "en-gb-x-rp",
    "Scottish": "en-gb-scotland",
    "Lancashire": "en-gb-x-gbclan",
    "Midlands": "en-gb-x-gbcwmd",
    "Caribbean": "en-029",
}
FORMANTS = 9
DEFAULT_TONE = {600: 170, 1200: 135, 2000: 110, 3000: 110}


@dataclass(frozen=True)
class Voice:
    """What espeak-ng needs to speak as somebody.

    Arguments
    ---------
    language: espeak-ng's name of a dialect.
    pitch: mean fundamental frequency in Hz.
    pitch_range: of intonation, relative to ``pitch``.
    words_per_minute: speaking rate.
    formant_frequency, formant_height, formant_width: factors on the default voice's formants
        0 to 8, each of shape ``(9,)``; formant 0 is the energy below the first.
    tilt: of the spectrum of voiced sounds in dB per octave above 600 Hz, relative to the default.
    breath: strength of the noise in voiced sounds, 0 or more.
    roughness: creakiness, 0 to 7.
    flutter: unsteadiness of pitch, relative to the default.
    rhythm: lengthening of unstressed syllables in espeak-ng's units.
    consonants: strength of noise in consonants, relative to the default.
    """

    language: str
    pitch: float
    pitch_range: float
    words_per_minute: float
    formant_frequency: np.ndarray
    formant_height: np.ndarray
    formant_width: np.ndarray
    tilt: float
    breath: float
    roughness: float
    flutter: float
    rhythm: float
    consonants: float

    def varied(self, rng: np.random.Generator, amount: float = 1.0) -> "Voice":
        """Return the voice as it is on another day or in another sentence.

        Arguments
        ---------
        rng: where the day's mood comes from.
        amount: of variation; at 1, pitch and rate vary by 4 %, formants by 1 %, tilt by 1 dB.
        """
        pitch, rate, intonation, effort, breath, rough = rng.standard_normal(6) * amount
        shaping = rng.standard_normal(FORMANTS) * amount
        return replace(
            self,
            pitch=self.pitch * np.exp(0.04 * pitch + 0.02 * effort),
            pitch_range=self.pitch_range * np.exp(0.15 * intonation),
            words_per_minute=self.words_per_minute * np.exp(0.04 * rate),
            formant_frequency=self.formant_frequency * np.exp(0.01 * shaping),
            tilt=self.tilt + effort,
            breath=self.breath * np.exp(0.25 * breath),
            roughness=self.roughness + 0.5 * rough,
        )

    def variant_file(self) -> str:
        """Return the text of an espeak-ng voice-variant file.

        Language and rate are not part of such a file; they are chosen when speaking.
        """
        lowest = self.pitch * (1 - 0.65 * self.pitch_range)
        lines = [
            "language variant",
            "name person",
            f"pitch {lowest:.0f} {lowest + self.pitch * self.pitch_range:.0f}",
            f"flutter {_whole(2 * self.flutter, 0, 30)}",
            f"roughness {_whole(self.roughness, 0, 7)}",
            f"consonants {_whole(90 * self.consonants, 40, 160)}"
            f" {_whole(100 * self.consonants, 40, 160)}",
            "stressAdd" + 4 * f" {_whole(self.rhythm, -40, 40)}" + 4 * " 0",
            "tone " + " ".join(f"{hz} {height}" for hz, height in self._tone().items()),
        ]
        if _whole(self.breath, 0, 60):
            strengths = [_whole(self.breath * part, 0, 60) for part in (0.5, 1, 1, 0.8, 0.6, 0.4)]
            lines.append("breath " + " ".join(map(str, strengths)))
        lines += [self._formant_line(number) for number in range(FORMANTS)]
        return "\n".join(lines) + "\n"

    def _tone(self) -> dict[int, int]:
        return {
            hz: _whole(height * 10 ** (self.tilt * np.log2(hz / 600) / 20), 20, 255)
            for hz, height in DEFAULT_TONE.items()
        }

    def _formant_line(self, number: int) -> str:
        # Whole per cents are coarse for a formant: the rest is added in Hz.
        typical_hz = (200, 500, 1500, 2500, 3500, 4500, 5500, 6500, 7500)[number]
        percent = 100 * self.formant_frequency[number]
        rest_hz = round((percent - round(percent)) / 100 * typical_hz)
        height = _whole(100 * self.formant_height[number], 30, 170)
        width = _whole(100 * self.formant_width[number], 50, 200)
        return f"formant {number} {percent:.0f} {height} {width} {rest_hz}"


def _whole(value: float, lowest: int, highest: int) -> int:
    return round(min(max(value, lowest), highest))


def voice_of(person: Person) -> Voice:
    """Return a person's voice, from the shared traits and those of the voice alone.

    A man's voice is on average 0.7 of an octave below a woman's and his formants 13 % lower;
    the bigger person has lower formants, the older one a lower, duller, breathier, slower voice,
    and beyond middle age a rougher and less steady one.

    Example
    -------
    >>> from speechdistill.synthvox.face_geometry import GEOMETRY_MEASURES
    >>> from speechdistill.synthvox.traits import sample_person
    >>> people = [sample_person(1, number, GEOMETRY_MEASURES) for number in range(100)]
    >>> men, women = (
    ...     np.mean([voice_of(person).pitch for person in people if person.sex == sex])
    ...     for sex in "mf"
    ... )
    >>> bool(men < 140 < 170 < women)
    True
    """
    body, own = person.shared, person.voice_only
    old = max(body["age"], 0.0)
    tract = 0.07 - 0.07 * body["masculinity"] - 0.04 * body["size"]
    formant_shifts = np.array(
        [
            tract,
            tract + 0.045 * body["jaw"],
            tract + 0.045 * body["palate"] - 0.02 * body["lips"],
            tract + 0.04 * body["lips"],
            tract + 0.04 * body["pharynx"],
            tract + 0.07 * body["cheeks"],
            tract,
            tract,
            tract,
        ]
    )
    height_shifts = np.zeros(FORMANTS)
    height_shifts[0] = 0.2 * body["larynx"]
    height_shifts[1] = -0.1 * body["nose"]
    height_shifts[2] = 0.12 * body["sinus"]
    height_shifts[3] = -0.12 * body["sinus"]
    width_shifts = np.zeros(FORMANTS)
    width_shifts[1] = 0.2 * body["nose"]
    width_shifts[2] = 0.1 * body["nose"]
    width_shifts[3:6] = -0.25 * body["neck"]
    pitch_shift = (
        -0.27 * body["masculinity"]
        - 0.1 * body["larynx"]
        - 0.03 * body["size"]
        - 0.04 * body["age"]
    )
    return Voice(
        language=ESPEAK_LANGUAGES[person.accent],
        pitch=152.0 * np.exp(pitch_shift),
        pitch_range=0.35 * np.exp(0.3 * own["intonation"]),
        words_per_minute=170 * np.exp(0.09 * own["tempo"] - 0.07 * body["age"]),
        formant_frequency=np.exp(formant_shifts),
        formant_height=np.exp(height_shifts),
        formant_width=np.exp(width_shifts),
        tilt=1.2 * own["brightness"] + 0.8 * body["neck"] - 0.9 * body["age"],
        breath=4.0 * np.exp(0.8 * own["breathiness"] + 0.4 * body["age"]),
        roughness=2 + 1.2 * own["roughness"] + 0.8 * old,
        flutter=np.exp(0.3 * own["roughness"] + 0.5 * old),
        rhythm=10 * own["rhythm"],
        consonants=np.exp(0.15 * own["consonants"]),
    )
