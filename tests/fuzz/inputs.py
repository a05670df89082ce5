"""Inputs of the evaluation, whole and spoilt, as Hypothesis draws them."""

import io
import itertools
from pathlib import Path

import kaldiio
import numpy as np
from hypothesis import strategies as st

# Letters that break what splits, decodes or compares carelessly.
CHARACTERS = "abz019./-_|é\u00a0\u2028\x85\u3000ß"
NAMES = st.text(CHARACTERS, min_size=1, max_size=6).filter(lambda name: name not in (".", ".."))
SUFFIXES = st.sampled_from(["", ".wav", ".flac", ".WAV"])
GAPS = st.sampled_from([" ", "\t", "  ", " \t"])
ENDS = st.sampled_from(["\n", "\r\n", " \n", "\n\n"])
MARKS = st.sampled_from([b"", b"\xef\xbb\xbf"])
LABELS = st.sampled_from([("1", "0"), ("target", "nontarget"), ("tgt", "imp"), ("true", "false")])
DAMAGE = st.lists(
    st.tuples(
        st.sampled_from(["cut", "put", "drop", "flip", "again"]),
        st.integers(0, 1 << 16),
        st.sampled_from(
            [b"\xff", b"\n", b" ", b"\0", b"nan", b"1", b"|", b"\r", b"\xe2\x80\xa8", b"PKL", b"["]
        ),
    ),
    max_size=3,
)
NUMBERS = st.sampled_from([0.0, 1.0, -2.5, 3e4, 1e-30, 1e20, np.nan, np.inf])
KINDS = st.sampled_from(["f2", "f4", "f8", ">f4", "i1", "i8", "u1", "?", "c8", "U2"])


def spoilt(data: bytes, damage: list[tuple[str, int, bytes]]) -> bytes:
    """Cut, insert, leave out, change or repeat bytes at the places given."""
    for what, number, piece in damage:
        at = number % (len(data) + 1)
        if what == "cut":
            data = data[:at]
        elif what == "put":
            data = data[:at] + piece + data[at:]
        elif what == "drop":
            data = data[:at] + data[at + 1 :]
        elif what == "flip" and at < len(data):
            data = data[:at] + bytes([data[at] ^ (1 + number % 255)]) + data[at + 1 :]
        else:
            data += data[at:]
    return data


def stem(name: str) -> str:
    """Return a name without an extension of audio, as everything here compares names."""
    for suffix in (".wav", ".flac"):
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


@st.composite
def unique_names(draw, at_least: int = 2) -> list[str]:
    """Draw names that differ, extensions apart."""
    names = draw(st.lists(NAMES, min_size=at_least, max_size=6, unique_by=stem))
    return [name for name in names if stem(name) == name] or ["a", "b"]


@st.composite
def lines_of(draw, rows: list[list[str]]) -> bytes:
    """Write rows with any gaps, ends of lines and byte-order mark."""
    lines = [draw(GAPS).join(row) + draw(ENDS) for row in rows]
    return draw(MARKS) + "".join(lines).encode()


@st.composite
def trials(draw) -> tuple[bytes, list[tuple[str, str, int]]]:
    """Draw a labelled list as bytes, and its trials by id, each once."""
    names = draw(unique_names())
    pairs = draw(st.lists(st.sampled_from(list(itertools.product(names, names))), max_size=8))
    words = draw(LABELS)
    is_first = draw(st.booleans()) and words[0] == "1"
    found: dict[tuple[str, str], int] = {}
    rows = []
    for number, (enrol, test) in enumerate([(names[0], names[0]), (names[0], names[-1]), *pairs]):
        unordered = found.get((test, enrol), found.get((enrol, test), number % 2))
        label = found.setdefault((enrol, test), unordered)
        row = [enrol + draw(SUFFIXES), test + draw(SUFFIXES)]
        rows.append([words[1 - label], *row] if is_first else [*row, words[1 - label]])
    return draw(lines_of(rows)), [(*pair, label) for pair, label in found.items()]


def write_vectors(folder: Path, form: str, ids: list[str], rows: np.ndarray) -> tuple[Path, bytes]:
    """Write embeddings in a form; return the path to load, and what may be spoilt of it."""
    path = folder / f"v.{form}"
    if form == "npy":
        (folder / "v.ids").write_text("".join(f"{name}\n" for name in ids), encoding="utf-8")
        np.save(path, rows)
    elif form == "npz":
        buffer = io.BytesIO()
        np.savez(buffer, ids=np.array(ids), vectors=rows)
        path.write_bytes(buffer.getvalue())
    else:
        rows = rows if rows.dtype.kind in "fiu" else np.ones(rows.shape)
        arrays = dict(zip(ids, rows.astype("f8" if rows.dtype.kind == "f" else "f4"), strict=True))
        kaldiio.save_ark(str(folder / "v.ark"), arrays, scp=str(folder / "v.scp"))
    return path, path.read_bytes()
