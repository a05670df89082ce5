"""Recordings as users name them: files, folders, lists and wav.scp."""

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.folder_walk import walk
from speechdistill.storage.text_lines import read_lines, split_words

logger = logging.getLogger(__name__)

LISTS = (".txt", ".lst", ".list")
# Of what libsndfile reads, what is usual.
AUDIO = (
    *(".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".au", ".caf"),
    *(".w64", ".rf64", ".sph", ".voc"),
)
# Of what it does not read, what telephones and cameras write.
OTHER_AUDIO = (".m4a", ".mp4", ".aac", ".amr", ".3gp", ".wma", ".webm", ".mov", ".mkv")


def listed_audio(places: Iterable[Path]) -> dict[str, Path]:
    """Return the recordings that are meant, by id.

    - A folder means all audio in it and below; ids are paths within it, without extension.
    - ``X.scp`` has lines ``id path``, as Kaldi's wav.scp; commands in it are refused, not run.
    - ``X.txt``, ``X.lst`` and ``X.list`` have a path per line.
    - All else is a recording itself. Its id, and that of a path in a list, is the path without
      extension.

    Paths in lists are relative to the working folder.

    Raises
    ------
    InputError: a folder or list is empty or broken, two recordings have one id, or an id has white
        space or is no text, which no list of ids can hold.

    Example
    -------
    >>> listed_audio([Path("ann/1.wav"), Path("2.flac")])  # doctest: +ELLIPSIS
    {'ann/1': ...Path('ann/1.wav'), '2': ...Path('2.flac')}
    """
    found: dict[str, Path] = {}
    for name, path in named_audio(places):
        if name.encode("utf-8", "ignore").decode() != name:
            raise InputError(f"{path}: its name is no text in UTF-8: rename it")
        if split_words(name) != [name]:
            raise InputError(
                f"{path}: its name has white space: give it another as a line `id path` of a "
                "file .scp"
            )
        if found.setdefault(name, path) != path:
            raise InputError(
                f"{found[name]} and {path} would both be {name}: give them ids as lines "
                "`id path` of a file .scp"
            )
    return found


def named_audio(places: Iterable[Path]) -> list[tuple[str, Path]]:
    """Return the recordings that are meant, as :func:`listed_audio`, whatever they are called.

    Raises
    ------
    InputError: a folder or list is empty or broken.
    """
    found = [recording for place in places for recording in _recordings_of(place)]
    if not found:
        raise InputError("no recording is listed: give at least one")
    return found


def _recordings_of(place: Path) -> Iterator[tuple[str, Path]]:
    if place.is_dir():
        yield from _of_folder(place)
    elif place.suffix == ".scp":
        yield from _of_scp(place)
    elif place.suffix in LISTS:
        for line in read_lines(place, "list", "a path per line"):
            if line.strip():
                yield _of_file(Path(line.strip()))
    else:
        yield _of_file(place)


def _of_folder(place: Path) -> Iterator[tuple[str, Path]]:
    paths = [Path(entry.path) for folder in walk(place) for entry in folder.files]
    audio = [path for path in paths if path.suffix.lower() in AUDIO]
    others = [path for path in paths if path.suffix.lower() in OTHER_AUDIO]
    advice = "libsndfile does not read such: convert them, such as by ffmpeg, to .wav"
    if not audio and others:
        raise InputError(f"{place} holds no audio but files such as {others[0]}: {advice}")
    if not audio:
        raise InputError(f"{place} holds no audio: it needs files {', '.join(AUDIO)}")
    if others:
        logger.warning("left out: %d files such as %s: %s", len(others), others[0], advice)
    for path in audio:
        yield path.relative_to(place).with_suffix("").as_posix(), path


def _of_scp(path: Path) -> Iterator[tuple[str, Path]]:
    form = "`id path`"
    for number, line in enumerate(read_lines(path, "list", form), start=1):
        match split_words(line, most=2):
            case [name, place] if "|" not in place:
                yield name, Path(place)
            case [_, _]:
                raise InputError(
                    f"{path} names commands (line {number}): run them, and list the files they make"
                )
            case [_]:
                raise InputError(f"{path}, line {number} is {line[:80]!r}: write {form}")


def _of_file(path: Path) -> tuple[str, Path]:
    return path.with_suffix("").as_posix() if path.name else str(path), path
