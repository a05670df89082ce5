"""The face images of a speaker."""

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import ImageRecord
from speechdistill.corpora.layout import IMAGE_SUFFIXES, visible_files, visible_folders
from speechdistill.corpora.metadata import Speaker

VGGFACE_SCALE_FOLDER = "1.6"


def names_of_faces(speaker: Speaker) -> list[str]:
    """Return what a speaker's folder of images may be called."""
    return list(dict.fromkeys([speaker.id, speaker.face_name or speaker.id]))


def check_own_faces(speakers: Iterable[Speaker], folders: Collection[str]) -> None:
    """Refuse two speakers who would have the images of one folder.

    Arguments
    ---------
    speakers: of the corpus.
    folders: the names of the folders of images that there are.

    Raises
    ------
    InputError: the tables give two speakers one folder.

    Example
    -------
    >>> check_own_faces([Speaker("a", face_name="A"), Speaker("b", face_name="A")], [])
    >>> check_own_faces([Speaker("a", face_name="A"), Speaker("b", face_name="A")], ["A"])
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: the speakers a and b both have the faces A: correct the \
table of speakers
    """
    owner: dict[str, str] = {}
    for speaker in speakers:
        for name in names_of_faces(speaker):
            if name in folders and owner.setdefault(name, speaker.id) != speaker.id:
                raise InputError(
                    f"the speakers {owner[name]} and {speaker.id} both have the faces {name}: "
                    "correct the table of speakers"
                )


def list_faces(
    speaker: str, gender: str | None, folders: Iterable[Path]
) -> tuple[list[ImageRecord], list[tuple[Path, str]]]:
    """List ``<folder>/1.6/<session>/<frame>.jpg``, or the same without the level ``1.6``.

    Returns the images in order of id, and path and reason of files that are empty or links to
    nothing. No image is opened.

    Example
    -------
    >>> import tempfile
    >>> session = Path(tempfile.mkdtemp()) / "A_Name" / "1.6" / "a_video"
    >>> session.mkdir(parents=True)
    >>> _ = (session / "0000025.jpg").write_bytes(b"an image")
    >>> faces, skipped = list_faces("id10001", "f", [session.parent.parent])
    >>> faces[0].id
    'id10001/a_video/0000025'
    """
    found: dict[str, ImageRecord] = {}
    skipped = []
    for folder in folders:
        for session in visible_folders(sessions_folder(folder)):
            for entry in visible_files(session, IMAGE_SUFFIXES):
                path = session / entry.name
                name = f"{speaker}/{session.name}/{path.stem}"
                if fault := _fault_of(entry):
                    skipped.append((path, fault))
                else:
                    face = ImageRecord(name, str(path), speaker, session.name, gender)
                    found.setdefault(name, face)
    return sorted(found.values(), key=lambda face: face.id), skipped


def _fault_of(entry: os.DirEntry) -> str | None:
    try:
        return None if entry.stat().st_size else "empty file"
    except OSError as error:
        return f"unreadable ({error.strerror})"


def sessions_folder(person: Path) -> Path:
    """Return where a person's sessions of images are: in the folder ``1.6``, if there is one."""
    scaled = person / VGGFACE_SCALE_FOLDER
    return scaled if scaled.is_dir() else person
