"""One person of the corpus on disk: recordings, pictures and the truth about them."""

import json
import string
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scipy.io import wavfile

from speechdistill.base.randomness import generator_for
from speechdistill.storage.files import write_text_whole, written_whole
from speechdistill.storage.partials import remove_left_behind
from speechdistill.synthvox.description import describe
from speechdistill.synthvox.espeak import synthesizer
from speechdistill.synthvox.face_appearance import appearance_of
from speechdistill.synthvox.face_geometry import GEOMETRY_MEASURES, face_geometry
from speechdistill.synthvox.parameters import CorpusParameters
from speechdistill.synthvox.photographed_person import photograph_session
from speechdistill.synthvox.recorded_person import (
    SAMPLE_RATE,
    RecordingSession,
    record_session,
)
from speechdistill.synthvox.traits import Person, sample_person
from speechdistill.synthvox.voice import voice_of

TEACHER_FACES = "teacherFaces"
JPEG_QUALITY = 85
FRAMES_PER_SECOND = 25
# Far from the speakers' numbers, so that more speakers leave these people as they are.
FIRST_FACE_PERSON = 10**6
_SESSION_CHARACTERS = string.ascii_letters + string.digits

Rows = list[dict[str, Any]]


def speaker_id(number: int) -> str:
    """Return the VoxCeleb ID of a person.

    Example
    -------
    >>> speaker_id(0)
    'id10001'
    """
    return f"id{10001 + number}"


def face_name(number: int) -> str:
    """Return what takes the place of the VGGFace1 ID, which is a celebrity's name."""
    return f"Person_{number + 1:04d}"


def truth_file(corpus: Path, number: int) -> Path:
    """Where a person's truth waits until the corpus is complete."""
    return corpus / "truth" / "parts" / f"{speaker_id(number)}.json"


def make_person(corpus: Path, parameters: CorpusParameters, number: int) -> None:
    """Write one person's recordings and pictures, and last the truth about them.

    People from ``FIRST_FACE_PERSON`` on have pictures alone, in ``teacherFaces/``.

    What a person is like depends on the seed and the number alone. A person whose truth is
    written already is left as is.

    Arguments
    ---------
    corpus: its folder, one that :func:`~.parameters.claim_folder` took: the proof that it is ours.
    parameters: of the corpus.
    number: of the person, from 0.
    """
    truth_path = truth_file(corpus, number)
    if truth_path.exists():
        return
    person = sample_person(parameters.seed, number, GEOMETRY_MEASURES)
    sessions = session_names(parameters, number)
    speaks = number < FIRST_FACE_PERSON
    utterances: Rows = []
    if speaks:
        with written_whole(corpus / "wav" / speaker_id(number), is_known_ours=True) as folder:
            utterances = _write_recordings(folder, person, sessions, parameters)
    faces = corpus / ("unzippedFaces" if speaks else TEACHER_FACES)
    with written_whole(faces / face_name(number), is_known_ours=True) as folder:
        images = _write_pictures(folder / "1.6", person, sessions, parameters)
    truth = {"person": _about(person, parameters), "utterances": utterances, "images": images}
    write_text_whole(truth_path, json.dumps(truth))


def remove_leftovers(folder: Path) -> None:
    """Remove what dead processes of this host were writing in the folders of a corpus."""
    for part in folder.iterdir():
        if part.is_dir():
            remove_left_behind(part)


def session_names(parameters: CorpusParameters, number: int) -> list[str]:
    """Sample the names of a person's sessions, 11 characters each like those of videos."""
    rng = generator_for(parameters.seed, "session names", number)
    letters = rng.choice(list(_SESSION_CHARACTERS), (parameters.sessions, 11))
    return ["".join(name) for name in letters.tolist()]


def _write_recordings(
    folder: Path, person: Person, sessions: list[str], parameters: CorpusParameters
) -> Rows:
    rows = []
    with synthesizer() as espeak:
        for session_number, name in enumerate(sessions):
            (folder / name).mkdir(parents=True)
            rng = generator_for(parameters.seed, "recording session", person.number, session_number)
            session = RecordingSession.sample(rng)
            utterances = record_session(
                person, session, parameters.utterances, espeak, parameters.seed, session_number
            )
            for number, utterance in enumerate(utterances, start=1):
                samples = utterance.recording.samples
                wavfile.write(folder / name / f"{number:05d}.wav", SAMPLE_RATE, samples)
                rows.append(
                    {
                        "id": f"{speaker_id(person.number)}/{name}/{number:05d}",
                        "snr_db": utterance.recording.snr_db,
                        "noise": session.noise,
                        "reverberation_time": session.room.reverberation_time,
                        "direct_to_reverberant_db": session.room.direct_to_reverberant_db,
                        "channel": session.channel.kind,
                        "low_hz": session.channel.low_hz,
                        "high_hz": session.channel.high_hz,
                        "pitch_hz": utterance.voice.pitch,
                        "duration": len(samples) / SAMPLE_RATE,
                        "text": utterance.text,
                    }
                )
    return rows


def _write_pictures(
    folder: Path, person: Person, sessions: list[str], parameters: CorpusParameters
) -> Rows:
    rows = []
    for session_number, name in enumerate(sessions):
        (folder / name).mkdir(parents=True)
        photographs = photograph_session(
            person, parameters.shared, parameters.images, parameters.seed, session_number
        )
        for number, photograph in enumerate(photographs, start=1):
            frame = f"{number * FRAMES_PER_SECOND:07d}"
            photograph.image.save(folder / name / f"{frame}.jpg", quality=JPEG_QUALITY)
            rows.append(
                {
                    "id": f"{speaker_id(person.number)}/{name}/{frame}",
                    "degradation": photograph.degradation.total,
                    **asdict(photograph.degradation),
                    "yaw": photograph.pose.yaw,
                    "pitch": photograph.pose.pitch,
                    "roll": photograph.pose.roll,
                }
            )
    return rows


def _about(person: Person, parameters: CorpusParameters) -> dict[str, Any]:
    geometry = face_geometry(person, parameters.shared)
    rng = generator_for(parameters.seed, "description", person.number)
    appearance = appearance_of(person, geometry["apparent_age"], rng)
    groups = {
        "shared": person.shared,
        "voice": person.voice_only,
        "face": person.face_only,
        "geometry": geometry,
    }
    return {
        "id": speaker_id(person.number),
        "sex": person.sex,
        "age_in_years": person.age_in_years,
        "accent": person.accent,
        "description": describe(person, voice_of(person), appearance, rng),
        **{f"{group}.{name}": value for group, of in groups.items() for name, value in of.items()},
    }
