"""The face images of a person, and which of them go with an utterance."""

import gzip
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.json_lines import manifest_lines
from speechdistill.corpora.layout import IMAGE_SUFFIXES, visible_files, visible_folders
from speechdistill.storage.files import written_whole

FACES = "faces.jsonl.gz"
VGGFACE_SCALE_FOLDER = "1.6"


@dataclass(frozen=True)
class FaceImage:
    """An image of a speaker's face.

    Arguments
    ---------
    id: ``<speaker>/<session>/<stem of the file>``.
    path: the image file.
    speaker, session: who, and in which video.
    gender: "m", "f", or None where unknown.
    """

    id: str
    path: str
    speaker: str
    session: str
    gender: str | None = None


def list_faces(
    speaker: str, gender: str | None, folders: Iterable[Path]
) -> tuple[list[FaceImage], list[tuple[Path, str]]]:
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
    found: dict[str, FaceImage] = {}
    skipped = []
    for folder in folders:
        for session in visible_folders(sessions_folder(folder)):
            for entry in visible_files(session, IMAGE_SUFFIXES):
                path = session / entry.name
                name = f"{speaker}/{session.name}/{path.stem}"
                if fault := _fault_of(entry):
                    skipped.append((path, fault))
                else:
                    face = FaceImage(name, str(path), speaker, session.name, gender)
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


def faces_of_utterance(faces: Sequence[FaceImage], session: str, limit: int) -> list[FaceImage]:
    """Choose at most ``limit`` images: the utterance's own video first, then the person's others.

    Where there are more than wanted, they are taken at even distances, so that they spread over
    the video, or over the other videos.

    Example
    -------
    >>> faces = [FaceImage(f"a/{v}/{n}", "", "a", v) for v in "vwx" for n in range(4)]
    >>> [face.id for face in faces_of_utterance(faces, "w", limit=6)]
    ['a/w/0', 'a/w/1', 'a/w/2', 'a/w/3', 'a/v/0', 'a/x/0']
    """
    own = _evenly([face for face in faces if face.session == session], limit)
    others = [face for face in faces if face.session != session]
    return own + _evenly(others, limit - len(own))


def _evenly(faces: list[FaceImage], limit: int) -> list[FaceImage]:
    if len(faces) <= limit:
        return faces
    return [faces[at * len(faces) // limit] for at in range(limit)]


@contextmanager
def face_writer(path: Path) -> Iterator[Callable[[FaceImage], None]]:
    """Give a function that appends an image to ``path``, one JSON per line, compressed.

    The file appears when the block ends well.
    """
    with (
        written_whole(path) as partial,
        gzip.open(partial, "wt", compresslevel=6, encoding="utf-8") as lines,
    ):

        def write(face: FaceImage) -> None:
            lines.write(json.dumps(asdict(face), ensure_ascii=False) + "\n")

        yield write


def save_faces(faces: Iterable[FaceImage], path: Path) -> None:
    """Write all ``faces`` by a :func:`face_writer`."""
    with face_writer(path) as write:
        for face in faces:
            write(face)


def iterate_faces(path: Path) -> Iterator[FaceImage]:
    """Read a file of :func:`save_faces`, one image at a time.

    Raises
    ------
    InputError: the file is missing or broken.
    """
    try:
        for line in manifest_lines(path):
            yield FaceImage(**json.loads(line))
    except InputError:
        raise
    except (ValueError, TypeError) as error:
        raise InputError(f"{path} is broken ({error}): run stage 1 again") from error


def load_faces(path: Path) -> list[FaceImage]:
    """Read all of a file of :func:`save_faces` into memory.

    Raises
    ------
    InputError: the file is missing or broken.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "faces.jsonl.gz"
    >>> save_faces([FaceImage("a/v/1", "/faces/a/v/1.jpg", "a", "v", "f")], path)
    >>> load_faces(path)[0].session
    'v'
    """
    return list(iterate_faces(path))
