"""Utterances that a table lists, wherever their files lie."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.corpus import Corpus, SpeakerSource
from speechdistill.corpora.image_manifest import ImageRecord
from speechdistill.corpora.layout import AUDIO_SUFFIXES
from speechdistill.corpora.metadata import Speaker
from speechdistill.corpora.names import LONGEST_NAME, ODD
from speechdistill.corpora.utterances import Utterance
from speechdistill.storage.files import is_there
from speechdistill.verification.trials.trial_list import utterance_id

IN_ARCHIVE = re.compile(r"\.ark:\d+$")  # ESPnet's audio in Kaldi's archives


@dataclass(frozen=True)
class ListedSpeaker:
    """A speaker's utterances and images, as a table lists them.

    Arguments
    ---------
    speaker: who.
    rows: of utterances: id, path, session, text, recording, start, end and member.
    image_rows: of images: path and session.
    """

    speaker: Speaker
    rows: list[tuple]
    image_rows: dict[str, str]

    def utterances(self) -> list[Utterance]:
        """List the utterances in order of id."""
        return [
            Utterance(name, Path(path), self.speaker.id, *others)
            for name, path, *others in sorted(self.rows, key=itemgetter(0))
        ]

    def images(self) -> tuple[list[ImageRecord], list[tuple[str, str]]]:
        """List the images in order of path, and those that are empty or not there."""
        found: dict[str, ImageRecord] = {}
        skipped = []
        who, gender = self.speaker.id, self.speaker.gender
        for path, session in sorted(self.image_rows.items()):
            place = Path(path)
            if not is_there(place) or not place.is_file() or place.stat().st_size == 0:
                is_empty = is_there(place) and place.is_file()
                skipped.append((path, "empty file" if is_empty else "no such file"))
                continue
            name = f"{who}/{session.replace('/', '-')}/{place.stem}"
            while name in found:  # of one stem in several folders
                name += "'"
            found[name] = ImageRecord(name, path, who, session, gender)
        return list(found.values()), skipped


@dataclass
class ListedUtterances:
    """What a table lists, checked as it is read.

    Example
    -------
    >>> listed = ListedUtterances()
    >>> listed.add("line 1", "a-1.wav", "/audio/1.wav", "a")
    >>> listed.speakers()["a"].utterances()[0].id
    'a-1'
    >>> listed.add("line 2", "a-1.flac", "/audio/2.wav", "a")
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: line 2: the utterance a-1 is there before: keep one
    """

    speaker_of: dict[str, str] = field(default_factory=dict)
    found: dict[str, ListedSpeaker] = field(default_factory=dict)

    def add(
        self,
        where: str,
        name: str,
        path: str,
        speaker: str,
        session: str | None = None,
        gender: str | None = None,
        text: str | None = None,
        recording: str | None = None,
        start: float = 0.0,
        end: float | None = None,
        member: tuple[int, int, str] | None = None,
        image: str | None = None,
    ) -> None:
        """Take an utterance.

        Arguments
        ---------
        where: the table's line, for messages.
        name: the utterance; as its id it loses the extension of an audio file.
        session: None where each utterance is one of its own.
        text, recording, start, end, member: as an :class:`Utterance` has them.
        image: a file that shows the speaker in this session.

        Raises
        ------
        InputError: a name cannot be an id's, the utterance is there already, or the speaker has
            another gender there.
        """
        name = utterance_id(name)
        check_id(where, name)
        if recording is not None:
            check_id(where, recording)
        if not speaker or "/" in speaker or ODD.search(speaker):
            raise InputError(
                f"{where}: the speaker {speaker!r} is empty, or holds white space or /: rename it"
            )
        if session is not None and ODD.search(session):
            raise InputError(f"{where}: the session {session!r} holds white space: rename it")
        if name in self.speaker_of:
            raise InputError(f"{where}: the utterance {name} is there before: keep one")
        self.speaker_of[name] = speaker
        known = self.found.get(speaker)
        if known is None or (known.speaker.gender is None and gender is not None):
            rows, images = (known.rows, known.image_rows) if known else ([], {})
            known = self.found[speaker] = ListedSpeaker(Speaker(speaker, gender), rows, images)
        elif gender not in (None, known.speaker.gender):
            raise InputError(
                f"{where}: {speaker} has gender {gender}, {known.speaker.gender} in a line before: "
                "keep the right one"
            )
        session = session or name
        row = (name, path, session, text or None, recording, start, end, member)
        known.rows.append(row)
        if image:
            known.image_rows.setdefault(image, session)

    def speakers(self) -> dict[str, SpeakerSource]:
        """Return the speakers by name, in order."""
        return dict(sorted(self.found.items()))

    def by_speaker(self, names: Iterable[str]) -> dict[str, set[str]]:
        """Group those of some names that are known, utterances or speakers, by who speaks."""
        groups: dict[str, set[str]] = {}
        for name in names:
            speaker = self.speaker_of.get(name, name if name in self.found else None)
            if speaker is not None:
                groups.setdefault(speaker, set()).add(name)
        return groups

    def __iter__(self) -> Iterator[str]:
        """Give the files, each once."""
        for who in self.found.values():
            yield from dict.fromkeys(row[1] for row in who.rows)
            yield from who.image_rows

    def corpus(self, tables: Iterable[Path], where: object, **offers) -> Corpus:
        """Return the corpus that is listed.

        Arguments
        ---------
        tables: the files that list it.
        where: for messages.
        offers: what else a :class:`speechdistill.corpora.corpus.Corpus` offers.

        Raises
        ------
        InputError: nothing is listed, or nothing of it is there.
        """
        if not self.found:
            raise InputError(f"{where} lists no utterance: complete it")
        paths = {row[1]: None for who in self.found.values() for row in who.rows}
        if not any(is_there(Path(path)) for path in paths):
            raise InputError(
                f"{where} lists {len(paths)} files of which none is there (first: "
                f"{next(iter(paths))[:200]}): complete it, or correct the paths"
            )
        seen = [name for name, who in self.found.items() if who.image_rows]
        return Corpus(
            self.speakers(),
            self.by_speaker,
            tables=list(tables),
            listed=self,
            face_names=seen,
            **offers,
        )


def check_id(where: str, name: str) -> None:
    """Raise an :class:`InputError` if a word cannot be the id of an utterance.

    Ids are words in lists and paths below folders.

    Example
    -------
    >>> check_id("wav.scp, line 3", "a/../b")
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: wav.scp, line 3: 'a/../b' cannot be an utterance's id, \
as it is empty, holds white space, or is no path: rename it
    """
    parts = name.split("/")
    if not name or ODD.search(name) or any(part in ("", ".", "..") for part in parts):
        raise InputError(
            f"{where}: {name!r} cannot be an utterance's id, as it is empty, holds white space, or "
            "is no path: rename it"
        )
    if any(len(part.encode()) > LONGEST_NAME for part in parts):
        raise InputError(
            f"{where}: the utterance {name[:80]!r}... has over {LONGEST_NAME} bytes in a name: "
            "rename it"
        )


def as_stored(path: Path) -> Path:
    """Return the file that a list names, or what it was converted to: the same with another suffix.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "a.wav").touch()
    >>> as_stored(folder / "a.flac").name, as_stored(folder / "b.flac").name
    ('a.wav', 'b.flac')
    """
    stem = path.with_name(utterance_id(path.name))
    converted = (stem.with_name(stem.name + suffix) for suffix in AUDIO_SUFFIXES)
    return next(filter(is_there, [path, *converted]), path)


def located(path: str, table: Path) -> str:
    """Return where a file is that a table names: beside the table, or from the working folder on.

    Raises
    ------
    InputError: the table names a command, standard input, an address or a part of an archive.
    """
    if IN_ARCHIVE.search(path):
        raise InputError(
            f"{table} names a part of an archive ({path[:80]!r}): write the audio to files, and "
            "list them"
        )
    if path.endswith("|") or path.startswith("|") or path == "-" or "://" in path:
        raise InputError(
            f"{table} names a command, standard input or an address ({path[:80]!r}): fetch or make "
            "the files, and list them"
        )
    beside = table.parent / path
    return str(beside if is_there(beside) else Path(path).absolute())
