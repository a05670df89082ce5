"""Image files as they are to be seen: the one place where they are opened."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from PIL import Image, ImageOps

BROKEN_EXIF = (SyntaxError, ValueError, TypeError, struct.error)


@contextmanager
def open_upright(path: str | Path, least_side: int | None = None) -> Iterator[Image.Image]:
    """Open an image file, turned and mirrored as its EXIF orientation says; broken EXIF says
    nothing.

    Arguments
    ---------
    path: of any format that Pillow knows.
    least_side: in pixels; a JPEG may be decoded smaller than it is, down to about this.

    Raises
    ------
    OSError, SyntaxError, ValueError, Image.DecompressionBombError: it cannot be decoded.

    Example
    -------
    >>> import tempfile
    >>> path, turned = Path(tempfile.mkdtemp()) / "a.jpg", Image.Exif()
    >>> turned[0x0112] = 6  # by a quarter, as a phone held upright writes it
    >>> Image.new("RGB", (30, 20)).save(path, exif=turned)
    >>> with Image.open(path) as stored, open_upright(path) as seen:
    ...     stored.size, seen.size
    ((30, 20), (20, 30))
    """
    with Image.open(path) as image:
        if least_side is not None:
            image.draft("RGB", (least_side, least_side))
        image.load()
        with suppress(*BROKEN_EXIF):
            ImageOps.exif_transpose(image, in_place=True)
        yield image
