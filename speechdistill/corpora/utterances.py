"""The utterances of a speaker, found by walking the speaker's folders."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from speechdistill.corpora.layout import AUDIO_SUFFIXES, visible_files, visible_folders
from speechdistill.verification.trials.trial_list import utterance_id


@dataclass(frozen=True, slots=True)
class Utterance:
    """An audio file, or a part of one, and whose it is.

    Arguments
    ---------
    id: one word, without the extension of an audio file: the name in trial lists. It says nothing
        of who speaks.
    path: the file.
    speaker: who speaks; without ``/``.
    session: what utterances have in common that share room, channel and day: a video. Where the
        corpus knows of none, each is a session of its own.
    text: a description of who speaks, or None.
    recording: id of the file where an utterance is a part of it; None for a whole file.
    start, end: of the part, in seconds; an end of None is that of the file.
    member: offset and size in bytes, and suffix, of an audio file inside of ``path``; else None.
    """

    id: str
    path: Path
    speaker: str
    session: str
    text: str | None = None
    recording: str | None = None
    start: float = 0.0
    end: float | None = None
    member: tuple[int, int, str] | None = None


def list_utterances(speaker: str, folders: Iterable[Path]) -> list[Utterance]:
    """List ``<folder>/[<session>/]<utterance>.<suffix>`` of all ``folders`` in order of id.

    The id is ``<speaker>/<session>/<stem of the file>``, or without the session where there is
    none: its own name is then the session. Where an utterance is there in several formats, the
    first of ``AUDIO_SUFFIXES`` is preferred.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp()) / "id10001"
    >>> (folder / "a_video").mkdir(parents=True)
    >>> for name in ("00001.m4a", "00001.wav", "00002.m4a.wav"):
    ...     (folder / "a_video" / name).touch()
    >>> [utterance.path.name for utterance in list_utterances("id10001", [folder])]
    ['00001.wav', '00002.m4a.wav']
    >>> [utterance.id for utterance in list_utterances("id10001", [folder])]
    ['id10001/a_video/00001', 'id10001/a_video/00002']
    """
    found: dict[str, tuple[Path, str]] = {}
    for folder in folders:
        # Utterances that lie right here have no session.
        places = [(f"{speaker}/", folder, "")]
        places += [
            (f"{speaker}/{session.name}/", session, session.name)
            for session in visible_folders(folder)
        ]
        for prefix, place, session in places:
            for entry in visible_files(place, AUDIO_SUFFIXES):
                stem = utterance_id(entry.name)
                name, path = f"{prefix}{stem}", place / entry.name
                if (former := found.get(name)) is None or _rank(path) < _rank(former[0]):
                    found[name] = path, session or stem
    return [
        Utterance(name, path, speaker, session) for name, (path, session) in sorted(found.items())
    ]


def _rank(path: Path) -> int:
    return AUDIO_SUFFIXES.index(path.suffix.lower())
