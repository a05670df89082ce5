"""Lhotse cuts of utterances, with a text of who speaks, as JSON."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from speechdistill.base.errors import InputError
from speechdistill.corpora.audio_sources import refused_audio
from speechdistill.corpora.integrity import AudioHeader
from speechdistill.corpora.utterances import Utterance

if TYPE_CHECKING:
    from lhotse import MonoCut


def cut_record(
    utterance: Utterance,
    header: AudioHeader,
    audio: Path,
    gender: str | None,
    text: str | None,
) -> dict[str, Any]:
    """Return what a Lhotse manifest holds of the cut of an utterance.

    Made as it is written, without building Lhotse's objects, which take most of the time.

    Arguments
    ---------
    utterance: gives id, speaker and session.
    header: length and rate of the file.
    audio: the file to read: the utterance's own, or what was decoded from it.
    gender: "m", "f", or None.
    text: a description of the speaker or a transcript, or None.

    Example
    -------
    >>> from lhotse import MonoCut
    >>> path = Path("/wav/id10001/a_video/00001.wav")
    >>> utterance = Utterance("id10001/a_video/00001", path, "id10001", "a_video")
    >>> header = AudioHeader(sample_rate=16000, frames=48000)
    >>> cut = MonoCut.from_dict(cut_record(utterance, header, path, "f", None))
    >>> cut.id, cut.duration, cut.supervisions[0].speaker, cut.session
    ('id10001/a_video/00001', 3.0, 'id10001', 'a_video')
    """
    name, recording = utterance.id, utterance.recording or utterance.id
    end = header.duration if utterance.end is None else utterance.end
    duration = end - utterance.start
    supervision: dict[str, Any] = {
        "id": name,
        "recording_id": recording,
        "start": 0.0,
        "duration": duration,
        "channel": 0,
    }
    if text is not None:
        supervision["text"] = text
    supervision["speaker"] = utterance.speaker
    if gender is not None:
        supervision["gender"] = gender
    return {
        "id": name,
        "start": utterance.start,
        "duration": duration,
        "channel": 0,
        "supervisions": [supervision],
        "recording": {
            "id": recording,
            "sources": [{"type": "file", "channels": [0], "source": str(audio)}],
            "sampling_rate": header.sample_rate,
            "num_samples": header.frames,
            "duration": header.duration,
            "channel_ids": [0],
        },
        "custom": {"session": utterance.session},
        "type": "MonoCut",
    }


def cut_of(record: dict[str, Any], name: str) -> "MonoCut":
    """Make the Lhotse cut of a record, which is used up.

    Arguments
    ---------
    record: a parsed line of a manifest.
    name: what errors call the manifest: its path.

    Raises
    ------
    InputError: it is no cut of one channel of one recording, or its audio is more than a file
        (:func:`~.audio_sources.refused_audio`).
    """
    check_kind(record, name)
    if (refused := refused_audio(record)) is not None:
        raise InputError(
            f"{name}: the cut {record.get('id')} has {refused}: nothing is run or fetched; write "
            "the audio to files"
        )
    # Records are written in many processes, and would import Lhotse and PyTorch for this alone.
    from lhotse import MonoCut

    del record["type"]
    return MonoCut.from_dict(record)


def check_kind(record: Any, name: str) -> None:
    """Raise an InputError unless a line of a manifest is a cut of one channel of one recording."""
    kind = record.get("type", "no cut") if isinstance(record, dict) else "no cut"
    if kind != "MonoCut":
        raise InputError(
            f"{name} is broken: a line holds {kind!s}, not a MonoCut: write cuts of one "
            "channel of one recording each"
        )
