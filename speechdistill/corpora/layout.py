"""Where a folder in VoxCeleb's layout keeps audio, faces, metadata and trials."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.folder_walk import is_folder, leads_back, visible

AUDIO_FOLDERS = ("wav", "flac", "ogg", "opus", "mp3", "aac", "m4a")
# The better copy of an utterance comes first; the last needs ffmpeg.
AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a")
UTTERANCES = "wav/<speaker>/<session>/<utterance>.wav"
FACE_FOLDER = "unzippedFaces"
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png")
TRIAL_LISTS = ("veri_test2.txt", "veri_test.txt")
ANY_TRIAL_LISTS = (*TRIAL_LISTS, "trials", "trials.txt", "trials.lst")


@dataclass(frozen=True)
class CorpusLayout:
    """The parts of one or more corpus folders, each perhaps spread over several places.

    Arguments
    ---------
    speaker_folders: speaker -> folders with ``<session>/<utterance>.<suffix>``.
    face_folders: name of a person's folder (a VGGFace or a VoxCeleb ID) -> its paths.
    metadata: ``vox1_meta.csv`` and ``vox2_meta.csv`` where they exist, perhaps one level down.
    trial_list: the corpus's own list, ``veri_test2.txt`` or else ``veri_test.txt`` for VoxCeleb.
    speaker_text: ``speaker_text.tsv`` where it exists.
    audio_roots, face_roots: the folders that hold the speakers' and the people's folders.
    utterances: where audio is expected, for messages.
    """

    speaker_folders: dict[str, list[Path]]
    face_folders: dict[str, list[Path]]
    metadata: list[Path]
    trial_list: Path | None
    speaker_text: Path | None
    audio_roots: list[Path]
    face_roots: list[Path]
    utterances: str = UTTERANCES


def find_layout(folders: list[Path]) -> CorpusLayout:
    """Find the parts of a corpus in ``folders`` and one level below each.

    Audio lies in ``wav/``, ``flac/``, ``aac/``, ``m4a/`` or the like, faces in
    ``unzippedFaces/``, both right in a folder (``wav/id10001``) or one below (``dev/aac/id00012``,
    ``vox1_test_wav/wav/id10270``): however the official archives were unpacked.

    Raises
    ------
    InputError: a folder is missing or holds no audio folder, its path is no UTF-8, or a speaker's
        folder is a link to another speaker's.

    Example
    -------
    >>> import tempfile
    >>> data = Path(tempfile.mkdtemp()).resolve()
    >>> (data / "dev/aac/id00012/a_video").mkdir(parents=True)
    >>> find_layout([data]).speaker_folders == {"id00012": [data / "dev/aac/id00012"]}
    True
    """
    return layout_of(folders, _official_audio_roots, TRIAL_LISTS, UTTERANCES)


def layout_of(
    folders: Sequence[Path],
    audio_roots_of: Callable[[Path], list[Path]],
    list_names: Sequence[str],
    utterances: str,
) -> CorpusLayout:
    """Find the parts of a corpus whose speakers have folders.

    Arguments
    ---------
    folders: of the corpus.
    audio_roots_of: gives the folders that hold the speakers' folders.
    list_names: names of a trial list, the preferred one first.
    utterances: where audio is expected, for messages.

    Raises
    ------
    InputError: see :func:`find_layout`.
    """
    speakers: dict[str, list[Path]] = {}
    faces: dict[str, list[Path]] = {}
    metadata: list[Path] = []
    trial_lists: list[Path] = []
    texts: list[Path] = []
    audio_roots: list[Path] = []
    face_roots: list[Path] = []
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"no folder {folder}: give a corpus with --data")
        folder = folder.resolve()
        check_path(folder)
        audio = audio_roots_of(folder)
        audio_roots += audio
        _collect(speakers, audio)
        images = find_face_roots(folder)
        face_roots += images
        _collect(faces, images)
        # Where speakers' folders are further down, so may be what is said of them.
        places = [folder, *(visible_folders(folder) if audio != [folder] else [])]
        tables = [path for place in places for path in sorted(place.glob("vox*_meta.csv"))]
        metadata += sorted({path.name: path for path in reversed(tables)}.values())  # of copies one
        # A link to nothing is there, too: it is said when it is read, not passed over.
        named = [place / name for place in places for name in list_names]
        trial_lists += [path for path in named if _stands(path)][:1]
        texts += [path for path in [folder / "speaker_text.tsv"] if _stands(path)]
    _check_one_name_each(speakers)
    return CorpusLayout(
        dict(sorted(speakers.items())),
        faces,
        metadata,
        trial_lists[0] if trial_lists else None,
        texts[0] if texts else None,
        audio_roots,
        face_roots,
        utterances,
    )


def _official_audio_roots(folder: Path) -> list[Path]:
    audio = find_audio_roots(folder)
    if not audio:
        raise InputError(
            f"no audio folder in {folder}: expected {UTTERANCES} "
            f"(or {', '.join(f'{name}/' for name in AUDIO_FOLDERS[1:])}, or one of these one "
            "level below, as in dev/aac/)"
        )
    return audio


def find_audio_roots(folder: Path) -> list[Path]:
    """Return the folders called ``wav``, ``aac`` and the like in a folder and one level below."""
    return _roots(folder, AUDIO_FOLDERS)


def find_face_roots(folder: Path) -> list[Path]:
    """Return the folders called ``unzippedFaces`` in a folder and one level below."""
    return _roots(folder, (FACE_FOLDER,))


def visible_folders(folder: Path) -> list[Path]:
    """The subfolders of ``folder`` in order of name, without hidden ones and links that lead back.

    Raises
    ------
    InputError: the folder cannot be listed.
    """
    folders = [entry for entry in visible(folder) if is_folder(entry)]
    if any(entry.is_symlink() for entry in folders):
        above = (os.path.realpath(folder),)
        folders = [entry for entry in folders if not leads_back(entry, above)]
    return [folder / entry.name for entry in folders]


def visible_files(folder: Path, suffixes: tuple[str, ...]) -> Iterator[os.DirEntry]:
    """The files of ``folder`` with one of the ``suffixes``, in order of name, no hidden ones.

    Links to nothing are among them, folders are not.

    Raises
    ------
    InputError: the folder cannot be listed.
    """
    for entry in visible(folder):
        if entry.name.lower().endswith(suffixes) and not is_folder(entry):
            yield entry


def check_path(path: Path) -> None:
    """Raise an :class:`InputError` if a path cannot be written into a manifest.

    Example
    -------
    >>> check_path(Path("/data/caf" + chr(0xDCE9)))
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: '/data/caf\\udce9' is no UTF-8: rename it (by convmv)
    """
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{str(path)!a} is no UTF-8: rename it (by convmv)") from error


def _stands(path: Path) -> bool:
    return os.path.lexists(path) and not path.is_dir()


def _roots(folder: Path, names: tuple[str, ...]) -> list[Path]:
    places = [folder, *visible_folders(folder)]
    return [place / name for place in places for name in names if (place / name).is_dir()]


def _collect(folders: dict[str, list[Path]], roots: list[Path]) -> None:
    for root in roots:
        for folder in visible_folders(root):
            if folder.name == FACE_FOLDER:
                continue
            folders.setdefault(folder.name, []).append(folder)


def _check_one_name_each(speakers: dict[str, list[Path]]) -> None:
    """One person under two names would be trained on as two, and be in two sets."""
    links = {
        os.path.realpath(folder): name
        for name, folders in speakers.items()
        for folder in folders
        if folder.is_symlink()
    }
    if not links:
        return
    for name, folders in speakers.items():
        for folder in folders:
            other = links.get(os.path.realpath(folder), name)
            if other != name:
                raise InputError(
                    f"{str(folder)!r} is the folder of two speakers, {name!r} and {other!r}: "
                    "remove one link"
                )
