"""The utterances of a speaker, found by walking the speaker's folders."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from speechdistill.corpora.layout import AUDIO_SUFFIXES, visible_files, visible_folders
from speechdistill.verification.trials.trial_list import utterance_id


@dataclass(frozen=True)
class Utterance:
    """An audio file and its place in the corpus.

    Arguments
    ---------
    id: ``<speaker>/<session>/<stem of the file>``, or without the session where the corpus has
        none: the name in trial lists without extension. ``1.m4a.wav`` has the stem ``1``.
    path: the file.
    """

    id: str
    path: Path

    @property
    def speaker(self) -> str:
        return self.id.split("/")[0]

    @property
    def session(self) -> str:
        """The video: utterances of one session share room, channel and day.

        Without one, the utterance's own name: each is then a session of its own.
        """
        return self.id.split("/")[1]


def list_utterances(speaker: str, folders: Iterable[Path]) -> list[Utterance]:
    """List ``<folder>/[<session>/]<utterance>.<suffix>`` of all ``folders`` in order of id.

    Where an utterance is there in several formats, the first of ``AUDIO_SUFFIXES`` is preferred.

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
    found: dict[str, Path] = {}
    for folder in folders:
        places = [(speaker, folder)]  # utterances that lie here have no session
        places += [(f"{speaker}/{session.name}", session) for session in visible_folders(folder)]
        for prefix, place in places:
            for entry in visible_files(place, AUDIO_SUFFIXES):
                name = f"{prefix}/{utterance_id(entry.name)}"
                path = place / entry.name
                if (former := found.get(name)) is None or _rank(path) < _rank(former):
                    found[name] = path
    return [Utterance(name, path) for name, path in sorted(found.items())]


def _rank(path: Path) -> int:
    return AUDIO_SUFFIXES.index(path.suffix.lower())
