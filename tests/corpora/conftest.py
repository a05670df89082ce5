"""A stand-in for ffmpeg, which few machines that run tests have."""

import pytest

# Copies its input, a WAV under another name, and notes that it was called.
FAKE_FFMPEG = """#!/bin/sh
PATH=/usr/bin:/bin
echo called >> "$(dirname "$0")/calls"
while [ "$1" != -i ]; do shift; done
source=$2
while [ $# -gt 1 ]; do shift; done
[ "$(head -c 4 "$source")" = RIFF ] || { echo "moov atom"; echo "not found"; exit 1; } >&2
exec cp "$source" "$1"
"""


@pytest.fixture
def ffmpeg(tmp_path, monkeypatch):
    """The path of a program ``ffmpeg``, the only one on PATH."""
    program = tmp_path / "bin" / "ffmpeg"
    program.parent.mkdir()
    program.write_text(FAKE_FFMPEG)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    return program
