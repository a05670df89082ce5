"""Who may import whom: the order of CONTRIBUTING's table, which names every package, holds."""

import ast
import re
from functools import cache
from pathlib import Path
from pydoc import locate

import pytest

import speechdistill
from speechdistill.storage import places

LIBRARY = Path(speechdistill.__file__).parent
ROOT = LIBRARY.parent
FRONT_DOOR = ("__init__", "__main__")  # `import speechdistill`, `python -m speechdistill`
PACKAGES = {path.parent.name for path in LIBRARY.glob("*/__init__.py")}


@cache
def arrows() -> list[tuple[Path, str, str]]:
    """Every import of one part of the library by another: file, importing part, imported part."""
    found = []
    for path in sorted(LIBRARY.rglob("*.py")):
        part = path.relative_to(LIBRARY).parts[0].removesuffix(".py")
        if part in FRONT_DOOR:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}: a relative import"
                # `from speechdistill import x` names the part only after `import`.
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            for name in names:
                assert name.split(".")[0] not in ("local", "recipes", "tests"), f"{path}: {name}"
                if name.startswith("speechdistill.") and name.split(".")[1] != part:
                    found.append((path, part, name.split(".")[1]))
    return found


def stated_order() -> list[str]:
    """The packages of CONTRIBUTING's table, from top to bottom."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text[text.index("| package | what it does |") : text.index("`signals`, `distributed`")]
    return re.findall(r"^\| `(\w+)` \| \S", table, re.MULTILINE)


def test_every_import_goes_upwards():
    order = stated_order()
    assert sorted(order) == sorted(PACKAGES)
    found = arrows()
    assert {part for _, part, _ in found} >= PACKAGES - {"base", "distributed", "signals"}
    for path, part, imported in found:
        assert {part, imported} <= PACKAGES, f"{path}: what stands beside the packages"
        assert order.index(imported) < order.index(part), (
            f"{path} imports {imported}: see CONTRIBUTING"
        )


@pytest.mark.parametrize("package", ["signals", "verification", "identity", "distributed"])
def test_what_serves_everybody_stands_on_the_ground_alone(package):
    assert {to for _, part, to in arrows() if part == package} <= {"base", "storage"}


def test_folders_of_an_experiment_are_named_in_one_file():
    """A path is not put together from words that are names there."""
    names = {name for key, name in vars(places).items() if key.isupper() and isinstance(name, str)}
    kept = [LIBRARY / "storage" / "places.py", *LIBRARY.glob("corpora/kinds/*.py")]
    found = []
    for path in {*LIBRARY.rglob("*.py"), *(ROOT / "local").glob("*.py")}.difference(kept):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
                words = [getattr(side, "value", None) for side in (node.left, node.right)]
                found += [f"{path}, line {node.lineno}: {word}" for word in words if word in names]
    # The report of an export is a file of its own folder.
    assert [line for line in found if "export_report" not in line] == []


def test_stages_are_numbered_in_one_file_as_the_recipe_does():
    made_by = {
        places.Stage.CORPUS: "check_data.py",
        places.Stage.MANIFESTS: "prepare_data.py",
        places.Stage.QUALITY: "compute_quality.py",
        places.Stage.TEACHER: "train_teachers",
        places.Stage.TARGETS: "make_targets",
        places.Stage.BASELINE: 'train_student "$baseline_exp"',
        places.Stage.DISTILLED: 'train_student "$distilled_exp"',
        places.Stage.EMBEDDINGS: "extract_embeddings.py",
        places.Stage.REPORT: "report_results.py",
        places.Stage.EXPORT: "speechdistill export",
    }
    script = (ROOT / "recipes" / "voxceleb" / "run.sh").read_text(encoding="utf-8")
    begun = {f"stage {part[0]}": part for part in script.split("\nif begin ")[1:]}
    assert [*begun] == [*made_by]
    assert [stage for stage, command in made_by.items() if command not in begun[stage]] == []
    for path in {*LIBRARY.rglob("*.py"), *(ROOT / "local").glob("*.py")}:
        if path != LIBRARY / "storage" / "places.py":
            numbered = re.findall(r".*\bstages? \d.*", path.read_text(encoding="utf-8"), re.I)
            assert numbered == [], f"{path}: see Stage of speechdistill/storage/places.py"


def test_the_steps_of_contributing_exist():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    walks = text[text.index("**One utterance,") : text.index("**Words.**")]
    names = re.findall(rf"`((?:{'|'.join(PACKAGES)})(?:\.\w+)+)`", walks)
    assert len(names) > 20
    assert [name for name in names if locate(f"speechdistill.{name}") is None] == []
    assert len(re.findall(r"^\d+\. `", walks, re.MULTILINE)) <= 15
