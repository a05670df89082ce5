"""Scripts can be started as the documents write them."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is no checkout")
def test_what_names_its_interpreter_is_executable():
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    scripts = [path for name in names.stdout.splitlines() if _is_script(path := ROOT / name)]
    assert len(scripts) > 40
    assert [path for path in scripts if not os.access(path, os.X_OK)] == []


def _is_script(path: Path) -> bool:
    return path.is_file() and path.read_bytes()[:2] == b"#!"
