"""Lhotse cuts of utterances, with the faces and the text of who speaks, as JSON."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from speechdistill.corpora.image_manifest import ImageRecord
from speechdistill.corpora.integrity import AudioHeader
from speechdistill.corpora.utterances import Utterance


def cut_record(
    utterance: Utterance,
    header: AudioHeader,
    audio: Path,
    gender: str | None,
    text: str | None,
    faces: Iterable[ImageRecord],
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
    faces: images of the speaker, best first; in ``cut.custom["faces"]`` as paths.

    Example
    -------
    >>> from lhotse import MonoCut
    >>> path = Path("/wav/id10001/a_video/00001.wav")
    >>> utterance = Utterance("id10001/a_video/00001", path, "id10001", "a_video")
    >>> header = AudioHeader(sample_rate=16000, frames=48000)
    >>> cut = MonoCut.from_dict(cut_record(utterance, header, path, "f", None, faces=[]))
    >>> cut.id, cut.duration, cut.supervisions[0].speaker, cut.session
    ('id10001/a_video/00001', 3.0, 'id10001', 'a_video')
    """
    name, recording = utterance.id, utterance.recording or utterance.id
    end = header.duration if utterance.end is None else utterance.end
    duration = end - utterance.start
    supervision = {
        "id": name,
        "recording_id": recording,
        "start": 0.0,
        "duration": duration,
        "channel": 0,
        "text": text,
        "speaker": utterance.speaker,
        "gender": gender,
    }
    return {
        "id": name,
        "start": utterance.start,
        "duration": duration,
        "channel": 0,
        "supervisions": [{key: it for key, it in supervision.items() if it is not None}],
        "recording": {
            "id": recording,
            "sources": [{"type": "file", "channels": [0], "source": str(audio)}],
            "sampling_rate": header.sample_rate,
            "num_samples": header.frames,
            "duration": header.duration,
            "channel_ids": [0],
        },
        "custom": {"session": utterance.session, "faces": [face.path for face in faces]},
        "type": "MonoCut",
    }
