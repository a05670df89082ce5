"""Names of what is being written, which say who writes it; what dead writers left is removed."""

import hashlib
import os
import re
import secrets
import shutil
import socket
from pathlib import Path

# host, its fingerprint, process, when that was started, a random token, the output's own name
_NAME = re.compile(r"\.partial-([^-]*)-([0-9a-f]{8})-(\d+)-(\d+)-([0-9a-f]{8})-(.+)", re.DOTALL)
LONGEST_NAME = 255  # bytes, of most file systems
LONGEST_HOST = 24


def partial_beside(place: Path) -> Path:
    """Return a path beside ``place``, new and with its suffixes, for what is being written.

    Its name carries the host, the process and when that was started: another host that shares the
    disk cannot tell whether the process runs, and the same number may be given to another process.

    Example
    -------
    >>> partial = partial_beside(Path("results/scores.txt"))
    >>> partial.parent.name, partial.suffix, is_partial(partial.name)
    ('results', '.txt', True)
    """
    host, fingerprint = _host()
    process = os.getpid()
    start = f".partial-{host}-{fingerprint}-{process}-{_started(process)}-{secrets.token_hex(4)}-"
    return place.with_name(start + _kept_name(place.name))


def is_partial(name: str) -> bool:
    """Whether a file or folder of this name is one that is being written, or was left so."""
    return name.startswith(".partial-")


def remove_left_behind(folder: Path, name: str | None = None) -> None:
    """Remove what processes of this host that are dead were writing in ``folder``.

    What another host writes stays, as does what an earlier start of this host left, and whatever
    has a name of another form: nobody knows here whether its writer is alive.

    Arguments
    ---------
    folder: where to look; not in its subfolders.
    name: of the output; None for whatever was being written.
    """
    wanted = None if name is None else _kept_name(name)
    with os.scandir(folder) as entries:
        found = [entry.name for entry in entries if is_left_behind(entry.name)]
    for each in found:
        if wanted is None or _name_of(each) == wanted:
            remove(folder / each)


def is_left_behind(name: str) -> bool:
    """Whether a process of this host that is dead was writing the file or folder of this name."""
    match = _NAME.fullmatch(name)
    if match is None or (match[1], match[2]) != _host():
        return False
    return not _is_running(int(match[3]), int(match[4]))


def _name_of(partial: str) -> str:
    match = _NAME.fullmatch(partial)
    return match[6] if match else ""


def remove(path: Path) -> None:
    """Remove a file or folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _kept_name(name: str) -> str:
    """Cut a long name at its start, so that what stands before it fits: suffixes are kept."""
    room = LONGEST_NAME - len(".partial------") - LONGEST_HOST - 8 - 7 - 20 - 8
    return os.fsencode(name)[-room:].decode("utf-8", "ignore") or name[-1:]


def _host() -> tuple[str, str]:
    """Name this host, and what tells it from others of its name and from its earlier starts."""
    name = socket.gethostname()
    facts = [name]
    for fact in (Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")):
        try:  # Containers of one machine number their processes each for itself.
            facts.append(str(fact.readlink()) if fact.is_symlink() else fact.read_text())
        except OSError:
            continue
    fingerprint = hashlib.sha256("\0".join(facts).encode()).hexdigest()[:8]
    return re.sub(r"[^A-Za-z0-9.]", "_", name)[:LONGEST_HOST], fingerprint


def _started(process: int) -> int:
    """Return when a process was started, in clock ticks since the boot; 0 if nobody says."""
    try:
        # What follows the command's name, which may hold spaces and brackets.
        fields = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
        return int(fields[19])
    except (OSError, IndexError, ValueError):
        return 0


def _is_running(process: int, started: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return _started(process) in (started, 0)
