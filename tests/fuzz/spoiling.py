"""What goes wrong with the files of a corpus: in their bytes, lines, fields and names."""

import json
import re
from collections.abc import Callable

from hypothesis import strategies as st

from tests.fuzz.inputs import spoilt
from tests.fuzz.trees import CONTENTS, ODD

# A tree is its files by name: what each holds, or, as text, what a link leads to.
Tree = dict[str, bytes | str]
NUMBERS = st.integers(0, 1 << 16)
WORDS = [
    *("", ".", "..", "../x", "/", "a/b", "/dev/null", "-", "x |", "http://x/y.wav", "x" * 300),
    *("nan", "inf", "-1", "1e999", "0", "1", "0.05", "m", "f", "other", "dev", "target", '"', "é"),
    *ODD,
]
VALUES = [None, "", "x", "..", -1, 0, 1e308, float("nan"), float("inf"), True, [], {}, [1], 10**30]
FIELDS = re.compile(rb"([ \t,;]+)")


def _lines(data: bytes, change: Callable[[list[bytes]], object]) -> bytes:
    lines = data.split(b"\n")
    change(lines)
    return b"\n".join(lines)


def _drop(data: bytes, one: int, _: int) -> bytes:
    return _lines(data, lambda lines: lines.pop(one % len(lines)))


def _repeat(data: bytes, one: int, other: int) -> bytes:
    return _lines(data, lambda lines: lines.insert(other % len(lines), lines[one % len(lines)]))


def _field(data: bytes, one: int, other: int) -> bytes:
    """Put an odd word, or that of another line, for a field, or leave it out."""
    lines = data.split(b"\n")
    fields = FIELDS.split(lines[one % len(lines)])
    at = other % len(fields) // 2 * 2
    others = FIELDS.split(lines[other % len(lines)])
    odd = [word.encode("utf-8", "surrogateescape") for word in WORDS]
    choices = [*odd, others[min(at, (len(others) - 1) // 2 * 2)]]
    fields[at] = choices[(one + other) % len(choices)]
    lines[one % len(lines)] = b"".join(fields if other % 7 else fields[: max(at - 1, 0)])
    return b"\n".join(lines)


def _value(data: bytes, one: int, other: int) -> bytes:
    """Put an odd value somewhere in a line of JSON, or leave a key out."""
    lines = data.split(b"\n")
    try:
        record = json.loads(lines[one % len(lines)])
    except ValueError:
        return data
    places = list(_places(record)) if isinstance(record, dict | list) else []
    if not places:
        return data
    parent, key = places[other % len(places)]
    if other % 5:
        parent[key] = VALUES[(one + other) % len(VALUES)]
    else:
        del parent[key]
    lines[one % len(lines)] = json.dumps(record).encode()
    return b"\n".join(lines)


def _places(record):
    keys = record if isinstance(record, dict) else range(len(record))
    for key in list(keys):
        yield record, key
        if isinstance(record[key], dict | list):
            yield from _places(record[key])


def _recoded(data: bytes, one: int, _: int) -> bytes:
    encoding = ["utf-16", "latin-1", "cp037"][one % 3]
    return data.decode("utf-8", "replace").encode(encoding, "replace")


# Nothing of these says anything else than the file as it was.
HARMLESS: dict[str, Callable[[bytes], bytes]] = {
    "mark": lambda data: b"\xef\xbb\xbf" + data.removeprefix(b"\xef\xbb\xbf"),
    "windows": lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "no end": lambda data: data.rstrip(b"\r\n"),
    "empty lines": lambda data: data + b"\n\n",
}
SPOILING: dict[str, Callable[[bytes, int, int], bytes]] = {
    "drop": _drop,
    "repeat": _repeat,
    "field": _field,
    "value": _value,
    "recode": _recoded,
    "bytes": lambda data, one, other: spoilt(
        data,
        [(["cut", "put", "drop", "flip", "again"][other % 5], one, b"\xff\0|[\n"[: other % 6])],
    ),
    "odd content": lambda data, one, other: CONTENTS[one % len(CONTENTS)],
}
# The field of a list counts more than a byte of it; audio is spoilt elsewhere, too.
WEIGHED = [*SPOILING, "field", "field", "value", "value", "link", "folder", "rename", "remove"]


@st.composite
def changes(draw) -> tuple[str, list[tuple[str, int, int, int]]]:
    """Draw what is harmless, or up to three changes of a tree: what, which file, and where."""
    if draw(st.booleans()):
        return draw(st.sampled_from(list(HARMLESS))), []
    change = st.tuples(st.sampled_from(WEIGHED), NUMBERS, NUMBERS, NUMBERS)
    return "", draw(st.lists(change, min_size=1, max_size=3))


def is_audio(name: str) -> bool:
    """Whether a file of a tree is no list."""
    return name.endswith((".wav", ".flac", ".mp3", ".png", ".tar"))


def changed(tree: Tree, harmless: str, spoiling: list[tuple[str, int, int, int]]) -> Tree:
    """Return a tree of other lists, and of some other files."""
    found = dict(tree)
    lists = sorted(name for name in tree if not is_audio(name))
    for name in lists:
        content = found[name]
        if harmless and isinstance(content, bytes):
            found[name] = HARMLESS[harmless](content)
    for what, which, one, other in spoiling:
        # A list counts as much as all audio.
        names = lists if lists and which % 4 else sorted(tree)
        name = names[which % len(names)]
        content = found.pop(name, b"")
        if what == "link":
            found[name] = [".", "..", "nowhere", name.rpartition("/")[2], "/dev/null"][one % 5]
        elif what == "folder":
            found[f"{name}/x"] = b""
        elif what == "rename":
            found[f"{name}{WORDS[one % len(WORDS)]}".replace("/", "_")] = content
        elif what != "remove":
            data = content if isinstance(content, bytes) else CONTENTS[one % len(CONTENTS)]
            found[name] = SPOILING[what](data, one, other)
    return found
