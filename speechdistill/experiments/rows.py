"""The rows of an ablation: distillation settings by name, from a table of lines."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from speechdistill.base.errors import InputError
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.overrides import overrides_for, overrides_of_words, route_overrides
from speechdistill.storage.text_lines import read_lines

CEILING = "ceiling"  # a row of this name knows what the others may not, such as the speaker labels
FORM = "lines `row YAML [--KEY VALUE ...]`"


@dataclass(frozen=True)
class Row:
    """One setting: its name, which is a folder's too, its distillation YAML, what it overrides.

    Overrides of keys that the distillation's YAML has are values, the others words.
    """

    name: str
    distill: Path
    overrides: Mapping[str, Any] = field(default_factory=dict)

    def overrides_with(self, student: Hyperparameters) -> dict[str, Any]:
        """Return what it overrides, of which the keys of a student's YAML are values as well.

        Raises
        ------
        UnknownOption: a key that neither YAML has.
        InputError: a value that its key cannot have.
        """
        distill = Hyperparameters.read(self.distill)
        route_overrides(self.overrides, [student, distill])
        return {**self.overrides, **overrides_for(self.overrides, student)}


def read_rows(path: Path, recipe: Path, own: Mapping[str, str] | None = None) -> list[Row]:
    """Read a table of rows; empty lines and those that begin with ``#`` do not count.

    Arguments
    ---------
    path: the table: lines ``row YAML [--KEY VALUE ...]``, the first row is the baseline.
    recipe: the folder where YAMLs are looked for that are not there as they are named.
    own: row -> another YAML for it, or for a row more, without overrides.

    Raises
    ------
    InputError: the table or a YAML is missing, a line has another form, a row is named twice, or
        there is none; a value that a key of the row's YAML cannot have.

    Example
    -------
    >>> import tempfile
    >>> recipe = Path(tempfile.mkdtemp())
    >>> _ = (recipe / "soft.yaml").write_text("margin: 0")
    >>> _ = (recipe / "rows.txt").write_text("soft soft.yaml --margin 0.2")
    >>> [(row.name, row.overrides) for row in read_rows(recipe / "rows.txt", recipe)]
    [('soft', {'margin': 0.2})]
    """
    lines = read_lines(path, "rows", "`name YAML --KEY VALUE`")
    rows: dict[str, Row] = {}
    for number, line in enumerate(lines, start=1):
        try:
            name, *rest = shlex.split(line, comments=True) or [""]
            if not name:
                continue
            if name in rows or "/" in name or not rest:
                raise ValueError(f"the row {name} is there already" if name in rows else line)
            found, words = _found(rest[0], name, recipe), overrides_of_words(rest[1:])
        except ValueError as error:
            raise InputError(f"{path}, line {number}: {error}; give {FORM}") from error
        try:
            values = overrides_for(words, Hyperparameters.read(found))
        except InputError as error:
            raise InputError(f"{path}, line {number}: {error}") from error
        rows[name] = Row(name, found, {**words, **values})
    if not rows:
        raise InputError(f"no row in {path}: give {FORM}")
    for name, yaml in (own or {}).items():
        rows[name] = Row(name, _found(yaml, name, recipe))
    return list(rows.values())


def _found(yaml: str, row: str, recipe: Path) -> Path:
    for path in (Path(yaml), recipe / yaml):
        if path.is_file():
            return path
    raise InputError(f"no such YAML: {yaml}, of the row {row}")


def controls_of(rows: Sequence[Row]) -> dict[str, str]:
    """Return row -> the row that differs from it by ``--control shuffled`` alone.

    A row that is a control itself has none.

    Where both hear with another row's student (``--voice``), that of the control may be the control
    of that of the row.

    Example
    -------
    >>> yaml = Path("soft.yaml")
    >>> soft, shuffled = Row("soft", yaml), Row("shuffled", yaml, {"control": "shuffled"})
    >>> controls_of([soft, shuffled, Row("random", yaml, {"control": "random"})])
    {'soft': 'shuffled'}
    >>> again = Row("again", yaml, {"voice": "../../soft/seed{seed}"})
    >>> other = Row("other", yaml, {"voice": "../../shuffled/seed{seed}", "control": "shuffled"})
    >>> controls_of([soft, shuffled, again, other])
    {'soft': 'shuffled', 'again': 'other'}
    """
    found: dict[str, str] = {}
    taught = [row for row in rows if row.overrides.get("control", "none") == "none"]
    for control in rows:
        for row in taught:
            expected = {**row.overrides, "control": "shuffled"}
            name = _heard_row(row)
            if name in found:
                expected["voice"] = row.overrides["voice"].replace(name, found[name])
            allowed = ({**row.overrides, "control": "shuffled"}, expected)
            is_other = row is not control and row.distill == control.distill
            if is_other and control.overrides in allowed:
                found[row.name] = control.name
    return found


def _heard_row(row: Row) -> str:
    """Return the row whose student is the voice of this one's: that of ``../../<row>/seed1``."""
    parts = str(row.overrides.get("voice") or "").split("/")
    return parts[2] if parts[:2] == ["..", ".."] and len(parts) > 2 else ""
