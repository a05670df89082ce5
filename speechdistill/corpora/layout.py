"""Where a folder in VoxCeleb's layout keeps audio, faces, metadata and trials."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from speechdistill.base.errors import InputError

AUDIO_FOLDERS = ("wav", "flac", "aac", "m4a")
AUDIO_SUFFIXES = (".wav", ".flac", ".m4a")
FACE_FOLDER = "unzippedFaces"
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png")
TRIAL_LISTS = ("veri_test2.txt", "veri_test.txt")


@dataclass(frozen=True)
class CorpusLayout:
    """The parts of one or more corpus folders, each perhaps spread over several places.

    Arguments
    ---------
    speaker_folders: speaker -> folders with ``<session>/<utterance>.<suffix>``.
    face_folders: name of a person's folder (a VGGFace or a VoxCeleb ID) -> its paths.
    metadata: ``vox1_meta.csv`` and ``vox2_meta.csv`` where they exist.
    trial_list: the corpus's own list, ``veri_test2.txt`` or else ``veri_test.txt``.
    speaker_text: ``speaker_text.tsv`` where it exists.
    """

    speaker_folders: dict[str, list[Path]]
    face_folders: dict[str, list[Path]]
    metadata: list[Path]
    trial_list: Path | None
    speaker_text: Path | None


def find_layout(folders: list[Path]) -> CorpusLayout:
    """Find the parts of a corpus in ``folders`` and one level below each.

    Audio lies in ``wav/``, ``flac/``, ``aac/`` or ``m4a/``, faces in ``unzippedFaces/``, both
    right in a folder (``wav/id10001``) or one below (``dev/aac/id00012``,
    ``vox1_test_wav/wav/id10270``): however the official archives were unpacked.

    Raises
    ------
    InputError: a folder is missing or holds no audio folder.

    Example
    -------
    >>> import tempfile
    >>> data = Path(tempfile.mkdtemp()).resolve()
    >>> (data / "dev/aac/id00012/a_video").mkdir(parents=True)
    >>> find_layout([data]).speaker_folders == {"id00012": [data / "dev/aac/id00012"]}
    True
    """
    speakers: dict[str, list[Path]] = {}
    faces: dict[str, list[Path]] = {}
    metadata: list[Path] = []
    trial_lists: list[Path] = []
    texts: list[Path] = []
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"no folder {folder}: give a corpus in VoxCeleb's layout with --data")
        folder = folder.resolve()
        places = [folder, *visible_folders(folder)]
        audio = [root for place in places for root in _named(place, AUDIO_FOLDERS)]
        if not audio:
            raise InputError(
                f"no audio folder in {folder}: expected wav/<speaker>/<session>/<utterance>.wav "
                "(or flac/, aac/, m4a/, or one of these one level below, as in dev/aac/)"
            )
        _collect(speakers, audio)
        _collect(faces, [root for place in places for root in _named(place, (FACE_FOLDER,))])
        metadata += sorted(folder.glob("vox*_meta.csv"))
        trial_lists += [folder / name for name in TRIAL_LISTS if (folder / name).is_file()][:1]
        texts += [path for path in [folder / "speaker_text.tsv"] if path.is_file()]
    return CorpusLayout(
        dict(sorted(speakers.items())),
        faces,
        metadata,
        trial_lists[0] if trial_lists else None,
        texts[0] if texts else None,
    )


def visible_folders(folder: Path) -> list[Path]:
    """The subfolders of ``folder`` in order of name, hidden ones left out."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if entry.is_dir() and entry.name[0] != "."]
    return [folder / name for name in sorted(names)]


def visible_files(folder: Path, suffixes: tuple[str, ...]) -> Iterator[os.DirEntry]:
    """The files of ``folder`` with one of the ``suffixes``, in order of name, no hidden ones."""
    with os.scandir(folder) as entries:
        found = [
            entry
            for entry in entries
            if entry.name.lower().endswith(suffixes) and entry.name[0] != "."
        ]
    yield from sorted(found, key=lambda entry: entry.name)


def _named(place: Path, names: tuple[str, ...]) -> list[Path]:
    return [place / name for name in names if (place / name).is_dir()]


def _collect(folders: dict[str, list[Path]], roots: list[Path]) -> None:
    for root in roots:
        for folder in visible_folders(root):
            folders.setdefault(folder.name, []).append(folder)
