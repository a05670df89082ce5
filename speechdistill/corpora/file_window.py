"""A part of a file that reads like a file of its own."""

import io
import os
from pathlib import Path


class FileWindow(io.RawIOBase):
    """``size`` bytes of a file from ``offset`` on; only what is asked for is read.

    Arguments
    ---------
    path: the file.
    offset, size: in bytes.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "shard.tar"
    >>> _ = path.write_bytes(b"0123456789")
    >>> window = FileWindow(path, 2, 5)
    >>> window.seek(-2, io.SEEK_END), window.read(10)
    (3, b'56')
    """

    def __init__(self, path: Path, offset: int, size: int) -> None:
        self.path = path
        self.offset = offset
        self.size = size
        self.position = 0
        self.descriptor = os.open(path, os.O_RDONLY)

    def __str__(self) -> str:
        return f"{self.path} at byte {self.offset}"

    def close(self) -> None:
        # Also called by the interpreter, perhaps after __init__ failed.
        if not self.closed and hasattr(self, "descriptor"):
            os.close(self.descriptor)
        super().close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.size}[whence]
        self.position = max(0, start + offset)
        return self.position

    def readinto(self, buffer) -> int:
        wanted = min(len(buffer), max(0, self.size - self.position))
        content = os.pread(self.descriptor, wanted, self.offset + self.position)
        buffer[: len(content)] = content
        self.position += len(content)
        return len(content)
