"""Everything that is on disk of one speaker, checked: the unit of parallel work."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from speechdistill.corpora.decoding import decoded
from speechdistill.corpora.faces import list_faces
from speechdistill.corpora.image_manifest import ImageRecord
from speechdistill.corpora.integrity import AudioHeader, UnusableAudioError, inspect_audio
from speechdistill.corpora.metadata import Speaker
from speechdistill.corpora.utterances import Utterance, list_utterances


@dataclass(frozen=True)
class SpeakerFolders:
    """Where a speaker's files are, and which of the utterances are wanted.

    Arguments
    ---------
    speaker: who.
    audio: folders of sessions of utterances.
    faces: folders of sessions of images.
    wanted: utterance ids, or None for all.
    """

    speaker: Speaker
    audio: list[Path]
    faces: list[Path]
    wanted: Collection[str] | None = None


@dataclass
class SpeakerFiles:
    """What of a speaker can serve.

    Arguments
    ---------
    speaker: who.
    utterances: utterance, its header, and the file to read it from.
    faces: images, not opened yet.
    skipped_audio, skipped_images: pairs of path and reason.
    """

    speaker: Speaker
    utterances: list[tuple[Utterance, AudioHeader, Path]] = field(default_factory=list)
    faces: list[ImageRecord] = field(default_factory=list)
    skipped_audio: list[tuple[str, str]] = field(default_factory=list)
    skipped_images: list[tuple[str, str]] = field(default_factory=list)


def inspect_speaker(
    folders: SpeakerFolders, min_duration: float, decoded_audio: Path
) -> SpeakerFiles:
    """List a speaker's files and check every audio file.

    Arguments
    ---------
    folders: where to look.
    min_duration: in seconds; shorter utterances are skipped.
    decoded_audio: folder for what ffmpeg has to decode.
    """
    speaker = folders.speaker
    files = SpeakerFiles(speaker)
    for utterance in list_utterances(speaker.id, folders.audio):
        if folders.wanted is not None and utterance.id not in folders.wanted:
            continue
        try:
            audio = decoded(utterance, decoded_audio)
            files.utterances.append((utterance, inspect_audio(audio, min_duration), audio))
        except UnusableAudioError as error:
            files.skipped_audio.append((str(utterance.path), str(error)))
    files.faces, faulty = list_faces(speaker.id, speaker.gender, folders.faces)
    files.skipped_images = [(str(path), reason) for path, reason in faulty]
    return files
