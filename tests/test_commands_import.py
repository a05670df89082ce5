"""Every name that a command takes from the library is there: recipes would find out after hours."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = [*sorted(ROOT.glob("local/*.py")), *sorted(ROOT.glob("tools/**/*.py"))]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_its_imports_exist(script):
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("speechdistill"):
            module = import_module(node.module)
            for alias in node.names:
                found = getattr(module, alias.name, None)
                assert found is not None or import_module(f"{node.module}.{alias.name}")
