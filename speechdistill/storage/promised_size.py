"""How long an audio file has to be by what its header says: shorter, it was cut."""

import math
import os
import struct
from pathlib import Path
from typing import BinaryIO

# What is written to a pipe has a length that says nothing: none, all that fit, or a number beyond
# 2 GB (sox 0x7ffff000, arecord 0x80000000, ffmpeg 0xffffffff). The file's end is the audio's.
STREAMED_LENGTH = 0x7FFFF000
UNKNOWN = 2**62  # and more: the same, of lengths of 64 bits
W64_RIFF = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"
SPHERE = b"NIST_1A\n"
OGG_PAGE = b"OggS\0"  # a page, and its version
PAGE_HEADER = 27  # bytes, of which the last says how many lengths follow
LARGEST_PAGE = PAGE_HEADER + 255 + 255 * 255


def is_cut_short(path: Path) -> bool:
    """Whether a file of raw samples is shorter than its header says; libsndfile does not tell.

    WAV (RIFF, RF64 and W64), AIFF, AU and SPHERE are looked at, and the last page of Ogg, which
    decoders pass over if it is not whole. Of other forms False: a decoder finds out. Lengths that
    writers to a pipe put there say nothing.

    Raises
    ------
    OSError: the file cannot be opened.

    Example
    -------
    >>> import numpy, soundfile, tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.wav"
    >>> soundfile.write(path, numpy.zeros(800), 8000)
    >>> before = is_cut_short(path)
    >>> os.truncate(path, 1000)
    >>> before, is_cut_short(path)
    (False, True)
    """
    with path.open("rb") as raw:
        size = os.fstat(raw.fileno()).st_size
        start = raw.read(40)
        if len(start) < 40:
            return False  # no samples at all: that is another fault
        return _promised(raw, start, size) > size


def _promised(raw: BinaryIO, start: bytes, size: int) -> int:
    """Return the length in bytes, 0 if it is not said."""
    form = start[:4]
    if form in (b"RIFF", b"RF64"):
        return _end_of_samples(raw, start, size)
    if start[:16] == W64_RIFF:
        return _known(struct.unpack_from("<Q", start, 16)[0])
    if form == b"FORM":
        length = _known(struct.unpack_from(">I", start, 4)[0], STREAMED_LENGTH)
        return length + 8 - length % 2 if length else 0
    if form == b".snd":
        offset, length = struct.unpack_from(">II", start, 4)
        return offset + _known(length, STREAMED_LENGTH)
    if start[:8] == SPHERE:
        return _end_of_sphere(raw)
    if form == OGG_PAGE[:4]:
        return _end_of_last_page(raw, size)
    return 0


def _known(length: int, streamed: int = UNKNOWN) -> int:
    return length if length < streamed else 0


def _end_of_samples(raw: BinaryIO, start: bytes, size: int) -> int:
    """Return where the samples of a WAV end: by their chunk, else by the whole's length."""
    whole = _known(struct.unpack_from("<I", start, 4)[0], STREAMED_LENGTH)
    in_large = 0
    at = 12
    while at + 8 <= size:
        raw.seek(at)
        name, length = struct.unpack("<4sI", raw.read(8))
        if name == b"ds64":
            whole, in_large = map(_known, struct.unpack("<QQ", raw.read(16).ljust(16, b"\0")))
        if name == b"data":
            if samples := _known(length, STREAMED_LENGTH) or in_large:
                return at + 8 + samples
            break
        at += 8 + length + length % 2
    # The last chunk's padding byte is counted, but not every program writes it.
    return whole + 8 - whole % 2 if whole else 0


def _end_of_sphere(raw: BinaryIO) -> int:
    """Return where the samples of NIST's SPHERE end; 0 if they are compressed."""
    raw.seek(8)
    header = _number(raw.readline(16))
    raw.seek(0)
    rows = [line.split() for line in raw.read(header).split(b"\n")]
    fields = {row[0]: row[2] for row in rows if len(row) == 3}
    if b"," in fields.get(b"sample_coding", b""):  # such as pcm,embedded-shorten-v2.00
        return 0
    names = (b"sample_count", b"channel_count", b"sample_n_bytes")
    return header + math.prod(_number(fields.get(name, b"")) for name in names)


def _end_of_last_page(raw: BinaryIO, size: int) -> int:
    """Return where Ogg's last page ends, by the lengths that it begins with (RFC 3533)."""
    raw.seek(start := max(size - LARGEST_PAGE, 0))
    tail = raw.read(LARGEST_PAGE)
    page = tail.rfind(OGG_PAGE)
    if page < 0:
        return 0
    at = page + PAGE_HEADER
    count = tail[at - 1] if at <= len(tail) else 0
    return start + at + count + sum(tail[at : at + count])


def _number(digits: bytes) -> int:
    return int(digits) if digits.strip().isdigit() else 0
