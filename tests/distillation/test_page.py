"""What the page on distillation names exists, and its YAMLs build."""

import re
from pathlib import Path
from pydoc import locate

import pytest
import torch

from speechdistill.distillation import distances
from speechdistill.distillation.controls import CONTROLS
from speechdistill.distillation.pairing import MODES
from speechdistill.models.hyperparameters import Hyperparameters

PAGE = Path(distances.__file__).parents[1] / "README.md"
TEXT = PAGE.read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def listed_distances() -> set[str]:
    return set(re.findall(r"^\| `([A-Z]\w+)` \|", TEXT, re.MULTILINE))


def distances_in_files() -> set[str]:
    return {
        name
        for path in Path(distances.__file__).parent.glob("*.py")
        for name in re.findall(r"^class (\w+)\(torch\.nn\.Module\)", path.read_text(), re.MULTILINE)
    }


def test_every_distance_is_in_the_table_with_its_level():
    assert listed_distances() == distances_in_files() == set(distances.__all__)
    sections = re.split(r"^\*\*(\w+) level\*\*", TEXT, flags=re.MULTILINE)
    for level, section in zip(sections[1::2], sections[2::2], strict=True):
        for name in re.findall(r"^\| `([A-Z]\w+)` \|", section, re.MULTILINE):
            assert locate(f"{distances.__name__}.{name}").level == level.lower()


def test_every_dotted_name_exists():
    names = set(re.findall(r"speechdistill(?:\.\w+)+", TEXT))
    assert len(names) > 10
    assert [name for name in sorted(names) if locate(name) is None] == []


def test_every_pairing_and_control_is_described():
    assert set(re.findall(r"^\| `(\w+)` \| (?:of|the)", TEXT, re.MULTILINE)) == set(MODES)
    assert set(re.findall(r"^- \*\*(\w+)\*\*: ", TEXT, re.MULTILINE)) == set(CONTROLS) - {"none"}


@pytest.mark.parametrize("text", blocks("yaml"))
def test_yaml_builds_an_objective(text, tmp_path, monkeypatch):
    (own_module,) = blocks("python")
    (tmp_path / "my_distances.py").write_text(own_module)
    monkeypatch.syspath_prepend(tmp_path)
    objective = Hyperparameters(text, PAGE.name).build({}, {})["objective"]
    assert objective.needs_teacher
    for term in objective.terms.values():
        value = term.constraint(torch.eye(3), torch.randn(3, 3))
        assert value.shape == (3,)
