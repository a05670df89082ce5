"""The recordings of a person: sessions with their rooms, channels and noises."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import gcd

import numpy as np
from scipy.signal import firwin, resample_poly

from speechdistill.base.randomness import generator_for
from speechdistill.signals.babble import babble_noise
from speechdistill.signals.channel import Channel
from speechdistill.signals.level import FULL_SCALE
from speechdistill.signals.noise import NoiseMaker, hum, modulated_noise, pink_noise, white_noise
from speechdistill.signals.statistical_room import StatisticalRoom
from speechdistill.synthvox.espeak import ESPEAK_SAMPLE_RATE, Synthesizer
from speechdistill.synthvox.face_geometry import GEOMETRY_MEASURES
from speechdistill.synthvox.recording import Recording, record
from speechdistill.synthvox.sentences import sample_sentence
from speechdistill.synthvox.traits import Person, sample_person
from speechdistill.synthvox.voice import Voice, voice_of

SAMPLE_RATE = 16000
UP = SAMPLE_RATE // gcd(SAMPLE_RATE, ESPEAK_SAMPLE_RATE)
DOWN = ESPEAK_SAMPLE_RATE // gcd(SAMPLE_RATE, ESPEAK_SAMPLE_RATE)
SHORTEST_SPEECH_S = 2.0
LOWEST_SNR_DB, HIGHEST_SNR_DB = 0.0, 30.0
NOISE_MAKERS: dict[str, NoiseMaker] = {
    "white": white_noise,
    "pink": pink_noise,
    "hum": hum,
    "modulated": modulated_noise,
}
BABBLE = "babble"
NOISE_KINDS = (*NOISE_MAKERS, BABBLE)
STRANGERS_IN_BABBLE = 4
_FIRST_STRANGER = 10**7


@dataclass(frozen=True)
class RecordingSession:
    """What a session's utterances have in common.

    Arguments
    ---------
    room, channel: of the session.
    noise: one of ``NOISE_KINDS``.
    snr_db, level_db: around which the utterances' vary.
    """

    room: StatisticalRoom
    channel: Channel
    noise: str
    snr_db: float
    level_db: float

    @classmethod
    def sample(cls, rng: np.random.Generator) -> "RecordingSession":
        """Sample a session."""
        return cls(
            StatisticalRoom.sample(rng),
            Channel.sample(rng),
            str(rng.choice(NOISE_KINDS)),
            float(rng.uniform(LOWEST_SNR_DB, HIGHEST_SNR_DB)),
            float(rng.uniform(-34, -20)),
        )


@dataclass(frozen=True)
class Utterance:
    """A recording, what is said in it, and the voice it is said with."""

    text: str
    voice: Voice
    recording: Recording


def record_session(
    person: Person,
    session: RecordingSession,
    count: int,
    espeak: Synthesizer,
    seed: int,
    session_number: int,
) -> Iterator[Utterance]:
    """Record one session of a person.

    Arguments
    ---------
    person: who speaks.
    session: where.
    count: number of utterances.
    espeak: freshly started for the person.
    seed: the corpus's.
    session_number: of the person's sessions.
    """
    rng = generator_for(seed, "session", person.number, session_number)
    voice_of_the_day = voice_of(person).varied(rng)
    room_response = session.room.impulse_response(SAMPLE_RATE, rng)
    channel_response = session.channel.impulse_response(SAMPLE_RATE)
    babble_voices = _babble_voices(espeak, rng, seed) if session.noise == BABBLE else []
    for _ in range(count):
        voice = voice_of_the_day.varied(rng, 0.7)
        text, speech = _speak(espeak, voice, rng)
        silences = rng.uniform(0.1, 0.35, 2) * SAMPLE_RATE
        speech = np.pad(speech, tuple(silences.astype(int)))
        if session.noise == BABBLE:
            noise = babble_noise(len(speech), babble_voices, rng)
        else:
            noise = NOISE_MAKERS[session.noise](len(speech), SAMPLE_RATE, rng)
        snr_db = float(np.clip(session.snr_db + rng.normal(0, 3), LOWEST_SNR_DB, HIGHEST_SNR_DB))
        level_db = session.level_db + rng.normal(0, 1.5)
        recording = record(speech, noise, room_response, channel_response, snr_db, level_db)
        yield Utterance(text, voice, recording)


def _speak(espeak: Synthesizer, voice: Voice, rng: np.random.Generator) -> tuple[str, np.ndarray]:
    """Say a sentence, or two if one is too short."""
    text, speech = "", np.empty(0)
    while len(speech) < SHORTEST_SPEECH_S * SAMPLE_RATE:
        text = f"{text} {sample_sentence(rng)}".strip()
        speech = _at_16_khz(espeak.speak(text, voice, int(rng.integers(2**31))))
    return text, speech


def _babble_voices(espeak: Synthesizer, rng: np.random.Generator, seed: int) -> list[np.ndarray]:
    numbers = _FIRST_STRANGER + rng.integers(10**6, size=STRANGERS_IN_BABBLE)
    voices = [voice_of(sample_person(seed, int(number), GEOMETRY_MEASURES)) for number in numbers]
    return [_speak(espeak, voice, rng)[1] for voice in voices]


def _at_16_khz(samples: np.ndarray) -> np.ndarray:
    loud = np.flatnonzero(np.abs(samples) > 30)
    spoken = samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]
    return resample_poly(spoken / FULL_SCALE, UP, DOWN, window=_resampling_filter())


@cache
def _resampling_filter() -> np.ndarray:
    """Compute the low-pass filter that ``resample_poly`` would design for every utterance anew."""
    longest = max(UP, DOWN)
    return firwin(20 * longest + 1, 1 / longest, window=("kaiser", 5.0))
