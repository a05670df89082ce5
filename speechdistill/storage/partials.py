"""Folders of what is being written: their names say who writes; what dead writers left goes."""

import hashlib
import os
import re
import secrets
import shutil
import socket
from pathlib import Path

# host, its fingerprint, process, when that was started, a random token
_NAME = re.compile(r"\.partial-([^-]*)-([0-9a-f]{8})-(\d+)-(\d+)-[0-9a-f]{8}")
LONGEST_HOST = 64


def partial_folder(parent: Path) -> Path:
    """Return a path in ``parent``, used by nobody else, for the folder of what is being written.

    Its name carries the host, the process and when that was started: another host that shares the
    disk cannot tell whether the process runs, and the same number may be given to another process.

    Example
    -------
    >>> is_partial(partial_folder(Path("results")).name)
    True
    """
    host, fingerprint = _host()
    process = os.getpid()
    token = secrets.token_hex(4)
    return parent / f".partial-{host}-{fingerprint}-{process}-{_started(process)}-{token}"


def is_partial(name: str) -> bool:
    """Whether a file or folder of this name is one that is being written, or was left so."""
    return name.startswith(".partial-")


def is_left_behind(name: str) -> bool:
    """Whether a process of this host that is dead was writing in the folder of this name."""
    match = _NAME.fullmatch(name)
    if match is None or (match[1], match[2]) != _host():
        return False
    return not _is_running(int(match[3]), int(match[4]))


def remove_left_behind(folder: Path) -> None:
    """Remove what processes of this host that are dead were writing in ``folder``.

    What another host writes stays, as does what an earlier start of this host left, and whatever
    has a name of another form: nobody knows here whether its writer is alive.
    """
    with os.scandir(folder) as entries:
        left = [entry.name for entry in entries if is_left_behind(entry.name)]
    for name in left:
        remove(folder / name)


def remove(path: Path) -> None:
    """Remove a file or folder, if it is there; somebody else may be removing it, too."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


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
