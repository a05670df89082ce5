"""Everything that is on disk of one speaker, checked: the unit of parallel work."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from speechdistill.corpora.corpus import SpeakerSource
from speechdistill.corpora.decoding import decoded
from speechdistill.corpora.image_manifest import ImageRecord
from speechdistill.corpora.integrity import AudioHeader, UnusableAudioError, inspect_audio
from speechdistill.corpora.joined_utterances import join_short
from speechdistill.corpora.metadata import Speaker
from speechdistill.corpora.utterances import Utterance

OVERSHOOT = 0.5  # seconds that a part may go beyond its file's end, as in Kaldi's extract-segments


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
    source: SpeakerSource,
    wanted: Collection[str] | None,
    min_duration: float,
    decoded_audio: Path,
    join_below: float | None = None,
    is_seen: bool = True,
) -> SpeakerFiles:
    """List a speaker's files and check every audio file.

    Arguments
    ---------
    source: where to look.
    wanted: utterance ids, or None for all.
    min_duration: in seconds; shorter utterances are skipped.
    decoded_audio: folder for what ffmpeg has to decode, and for what is joined.
    join_below: in seconds; shorter utterances of a session are joined. None for no utterance.
    is_seen: whether images are listed.
    """
    files = SpeakerFiles(source.speaker)
    least = min_duration if join_below is None else 0.0
    recordings = cache(inspect_audio)  # they have many parts
    for utterance in source.utterances():
        if wanted is not None and utterance.id not in wanted:
            continue
        try:
            audio = decoded(utterance, decoded_audio)
            whole = utterance.recording is None
            header = inspect_audio(audio, least) if whole else recordings(audio)
            files.utterances.append((_within(utterance, header, least), header, audio))
        except UnusableAudioError as error:
            files.skipped_audio.append((str(utterance.path), str(error)))
    if join_below is not None:
        joined, unreadable = join_short(files.utterances, join_below, decoded_audio)
        files.skipped_audio += unreadable
        files.utterances = []
        for utterance, header, audio in joined:
            if header.duration < min_duration:
                why = f"shorter than {min_duration:g} s, and its session has no other to join"
                files.skipped_audio.append((str(utterance.path), why))
            else:
                files.utterances.append((utterance, header, audio))
    if is_seen:
        files.faces, files.skipped_images = source.images()
    return files


def _within(utterance: Utterance, header: AudioHeader, min_duration: float) -> Utterance:
    """Return a part that ends with its file, where it is said to end a little later."""
    if utterance.recording is None:
        return utterance
    end = header.duration if utterance.end is None else utterance.end
    if end > header.duration + OVERSHOOT:
        raise UnusableAudioError(
            f"it lasts {header.duration:g} s, a part of it is said to end at {end:g} s"
        )
    end = min(end, header.duration)
    if end - utterance.start < max(min_duration, 1 / header.sample_rate):
        raise UnusableAudioError(f"shorter than {min_duration:g} s")
    return utterance if end < header.duration else replace(utterance, end=None)
