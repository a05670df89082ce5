"""Lhotse cuts of whole utterances, with the faces and the text of who speaks."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lhotse import CutSet, MonoCut, Recording, SupervisionSegment
from lhotse.audio import AudioSource

from speechdistill.corpora.faces import FaceImage
from speechdistill.corpora.integrity import AudioHeader
from speechdistill.corpora.utterances import Utterance
from speechdistill.errors import InputError
from speechdistill.files import require, written_whole

CUTS = "cuts.jsonl.gz"


def utterance_cut(
    utterance: Utterance,
    header: AudioHeader,
    audio: Path,
    gender: str | None,
    text: str | None,
    faces: Iterable[FaceImage],
) -> MonoCut:
    """Make the cut of a whole utterance.

    Arguments
    ---------
    utterance: gives id, speaker and session.
    header: length and rate of the audio.
    audio: the file to read: the utterance's own, or what was decoded from it.
    gender: "m", "f", or None.
    text: a description of the speaker or a transcript, or None.
    faces: images of the speaker, best first; in ``cut.custom["faces"]`` as paths.

    Example
    -------
    >>> utterance = Utterance("id10001/a_video/00001", Path("/wav/id10001/a_video/00001.wav"))
    >>> header = AudioHeader(sample_rate=16000, frames=48000)
    >>> cut = utterance_cut(utterance, header, utterance.path, "f", None, faces=[])
    >>> cut.id, cut.duration, cut.supervisions[0].speaker, cut.session
    ('id10001/a_video/00001', 3.0, 'id10001', 'a_video')
    """
    recording = Recording(
        id=utterance.id,
        sources=[AudioSource(type="file", channels=[0], source=str(audio))],
        sampling_rate=header.sample_rate,
        num_samples=header.frames,
        duration=header.duration,
    )
    supervision = SupervisionSegment(
        id=utterance.id,
        recording_id=utterance.id,
        start=0.0,
        duration=header.duration,
        text=text,
        speaker=utterance.speaker,
        gender=gender,
    )
    return MonoCut(
        id=utterance.id,
        start=0.0,
        duration=header.duration,
        channel=0,
        recording=recording,
        supervisions=[supervision],
        custom={"session": utterance.session, "faces": [face.path for face in faces]},
    )


@contextmanager
def cut_writer(folder: Path) -> Iterator[Callable[[MonoCut], None]]:
    """Give a function that appends a cut to ``<folder>/cuts.jsonl.gz``.

    The file appears when the block ends well; no cut is kept in memory.
    """
    with (
        written_whole(folder / CUTS) as partial,
        CutSet.open_writer(partial, overwrite=True) as writer,
    ):
        yield writer.write


def iterate_cuts(folder: Path) -> Iterator[MonoCut]:
    """Read ``<folder>/cuts.jsonl.gz``, one cut at a time.

    Raises
    ------
    InputError: the file is missing or broken.
    """
    path = require(folder / CUTS, made_by="stage 1")
    try:
        yield from CutSet.from_jsonl_lazy(path)
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise InputError(f"{path} is broken ({error}): run stage 1 again") from error


def load_cuts(folder: Path) -> CutSet:
    """Read all of ``<folder>/cuts.jsonl.gz`` into memory.

    Raises
    ------
    InputError: the file is missing, broken or without cuts.
    """
    cuts = CutSet.from_cuts(iterate_cuts(folder)).to_eager()
    if len(cuts) == 0:
        raise InputError(f"{folder / CUTS} holds no cuts: run stage 1 again")
    return cuts
