"""What a manifest may say of where audio lies: files, never what would be run or fetched."""

import re
from collections.abc import Iterator
from typing import Any

# Lhotse hands these to a shell, .sph as it is, .opus in quotes.
_FOR_A_SHELL = re.compile(r".*[^\w./+=@,:-].*\.sph|.*'.*\.opus", re.IGNORECASE | re.DOTALL)


def refused_audio(record: Any) -> str | None:
    """Say what of a record of a Lhotse manifest would be run or fetched; None if nothing.

    Lhotse runs the sources of type ``command`` by a shell and fetches those of type ``url`` when
    audio is read, wherever in a record they stand: in tracks, transforms or fields of one's own.

    Example
    -------
    >>> file = {"type": "file", "channels": [0], "source": "a.wav"}
    >>> command = {"type": "command", "channels": [0], "source": "touch a"}
    >>> refused_audio({"id": "a", "recording": {"sources": [file]}})
    >>> refused_audio({"id": "a", "recording": {"sources": [file, command]}})
    "audio of type command: 'touch a'"
    """
    for source in _sources(record):
        if not isinstance(source, dict) or source.get("type") != "file":
            kind = source.get("type") if isinstance(source, dict) else None
            what = source.get("source") if isinstance(source, dict) else source
            return f"audio of type {kind}: {str(what)[:100]!a}"
        if not isinstance(source.get("source"), str):
            return "audio without the path of a file"
        if goes_to_a_shell(source["source"]):
            return f"audio whose name a shell would read: {source['source'][:100]!a}"
    return None


def goes_to_a_shell(path: str) -> bool:
    """Whether Lhotse gives a path to a shell that could take it for more than one word.

    Example
    -------
    >>> [goes_to_a_shell(name) for name in ("a b.wav", "a;b.sph", "/c/a_1.sph")]
    [False, True, False]
    """
    return path[-5:].lower().endswith((".sph", ".opus")) and bool(_FOR_A_SHELL.fullmatch(path))


def _sources(record: Any) -> Iterator[Any]:
    """Give all that stands below a key ``sources``, at any depth."""
    waiting = [record]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            found = part.get("sources")
            yield from found if isinstance(found, list) else [found] if "sources" in part else []
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
