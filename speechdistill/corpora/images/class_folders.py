"""The images of a folder ``<class>/**/<image>.jpg``, and what is wrong with some."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from speechdistill.base.errors import InputError
from speechdistill.base.parallel import parallel_map
from speechdistill.corpora.colours import in_colours
from speechdistill.corpora.image_manifest import ImageRecord
from speechdistill.corpora.layout import IMAGE_SUFFIXES, visible_files, visible_folders
from speechdistill.corpora.upright import open_upright

NO_SESSION = "-"
FOLDER_SEPARATOR = "~"


@dataclass(frozen=True)
class ClassImages:
    """What a folder of class-named folders holds.

    Arguments
    ---------
    images: class -> its usable images, in order of id. ``person`` is the class, ``session`` the
        folder within it (``-`` right in the class's folder).
    skipped: path and reason of those that cannot be used.
    content: a hash of the paths and bytes of all.
    """

    images: dict[str, list[ImageRecord]]
    skipped: list[tuple[str, str]]
    content: str


def class_name(text: str) -> str:
    """Return a class's name as ids have it: without white space.

    Example
    -------
    >>> class_name("golden retriever")
    'golden_retriever'
    """
    return "_".join(text.split())


def read_class_folders(data: Path, jobs: int = 1) -> ClassImages:
    """List the images of every class and decode each once.

    An image that cannot be decoded, one with the same bytes as another, and one whose name differs
    from another's in suffix or white space alone are skipped: no image can then be in two sets.

    Arguments
    ---------
    data: folder ``<class>/**/<image>`` with ``.jpg``, ``.jpeg`` or ``.png``.
    jobs: number of processes.

    Raises
    ------
    InputError: no folder, fewer than two classes, two classes of one name, or a class without
        a usable image.
    """
    if not data.is_dir():
        raise InputError(f"no folder {data}: give <class>/<image>.jpg with --data")
    listed = [image for folder in visible_folders(data) for image in _images_of(folder)]
    if not listed:
        raise InputError(f"no image in {data}: give <class>/<image>.jpg (or .jpeg, .png)")
    found: dict[str, list[ImageRecord]] = {}
    for folder in visible_folders(data):
        name = class_name(folder.name)
        if name in found:
            raise InputError(f"two classes of {data} are called {name}: rename one")
        found[name] = []
    skipped: list[tuple[str, str]] = []
    path_of_content: dict[str, str] = {}
    names: set[str] = set()
    whole = hashlib.sha256()
    contents = parallel_map(_content, [image.path for image in listed], jobs)
    for image, (digest, fault) in zip(listed, contents, strict=True):
        whole.update(f"{image.path}\0{digest}\0".encode())
        first = path_of_content.get(digest)
        if fault:
            skipped.append((image.path, fault))
        elif first is not None:
            skipped.append((image.path, f"the same bytes as {first}"))
        elif image.id in names:
            skipped.append((image.path, f"another image is called {image.id}"))
        else:
            path_of_content[digest] = image.path
            names.add(image.id)
            found[image.person].append(image)
    empty = [name for name, images in found.items() if not images]
    if empty:
        faults = [fault for path, fault in skipped if f"/{empty[0]}/" in class_name(path)]
        why = faults[0] if faults else "none at all"
        raise InputError(
            f"no usable image of the class {empty[0]} in {data} ({why}): add some, or remove the "
            "folder"
        )
    if len(found) < 2:
        raise InputError(f"{data} has one class: give two folders of images or more")
    return ClassImages(found, skipped, whole.hexdigest())


def _images_of(folder: Path) -> Iterator[ImageRecord]:
    """List a class's images in order of path; none is opened."""
    for place, folders, _ in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inside = Path(place).relative_to(folder).parts
        session = FOLDER_SEPARATOR.join(map(class_name, inside)) or NO_SESSION
        for entry in visible_files(Path(place), IMAGE_SUFFIXES):
            name = class_name(folder.name)
            path = Path(place) / entry.name
            image_id = f"{name}/{session}/{class_name(path.stem)}"
            yield ImageRecord(image_id, str(path.resolve()), name, session)


def _content(path: str) -> tuple[str, str]:
    """Return the hash of a file's bytes, and why it cannot be used, if so."""
    try:
        digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        with open_upright(path) as image:
            in_colours(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        return "", f"unreadable ({type(error).__name__})"
    return digest, ""
