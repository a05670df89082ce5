"""The images of a set, each of a person or of a class, as gzipped JSON lines."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.json_lines import manifest_lines, record_writer
from speechdistill.storage.places import Stage


@dataclass(frozen=True)
class ImageRecord:
    """An image of a person, or of a class in a person's place.

    Arguments
    ---------
    id: ``<person>/<session>/<stem of the file>``.
    path: the image file.
    person, session: whose, and in which video or folder.
    gender: "m", "f", or None where unknown.
    """

    id: str
    path: str
    person: str
    session: str
    gender: str | None = None


@contextmanager
def image_writer(path: Path) -> Iterator[Callable[[ImageRecord], None]]:
    """Give a function that appends an image to ``path``, one JSON per line, compressed.

    The file appears when the block ends well.
    """
    with record_writer(path) as write:
        yield lambda image: write(asdict(image))


def save_images(images: Iterable[ImageRecord], path: Path) -> None:
    """Write all ``images`` by an :func:`image_writer`."""
    with image_writer(path) as write:
        for image in images:
            write(image)


def iterate_images(path: Path) -> Iterator[ImageRecord]:
    """Read a file of :func:`save_images`, one image at a time.

    Raises
    ------
    InputError: the file is missing or broken.
    """
    try:
        for line in manifest_lines(path):
            yield ImageRecord(**json.loads(line))
    except InputError:
        raise
    except (ValueError, TypeError) as error:
        raise InputError(f"{path} is broken ({error}): run {Stage.MANIFESTS} again") from error


def load_images(path: Path) -> list[ImageRecord]:
    """Read all of a file of :func:`save_images` into memory.

    Raises
    ------
    InputError: the file is missing or broken.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "images.jsonl.gz"
    >>> save_images([ImageRecord("a/v/1", "/images/a/v/1.jpg", "a", "v", "f")], path)
    >>> load_images(path)[0].session
    'v'
    """
    return list(iterate_images(path))
