"""What was measured of a student's exported forms, as it is kept beside them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.storage.files import require
from speechdistill.storage.places import EXPORT_REPORT, Stage

INT8_COSTS = "EER of float32 and int8"


@dataclass(frozen=True)
class ExportedForm:
    """One form of a student.

    Attributes
    ----------
    name: of its file or folder.
    loader: what loads it.
    size: of all its files, in bytes.
    cosines: seconds -> the least cosine with the student's embeddings, alone and in a batch.
    real_time_factor: seconds of one embedding of 10 s, per second.
    """

    name: str
    loader: str
    size: int
    cosines: Mapping[int, float]
    real_time_factor: float


@dataclass(frozen=True)
class ExportRecord:
    """All forms of a student.

    Attributes
    ----------
    name: the student's.
    forms: what it was exported in.
    int8_costs: trial list -> both EERs and their difference, in words.
    machine: on which the times were taken.
    made_from: the student's settings and checkpoints.

    Example
    -------
    >>> import tempfile
    >>> form = ExportedForm("model", "speechdistill", 10**6, {1: 1.0, 10: 0.99999}, 0.01)
    >>> record = ExportRecord("student", [form], {}, "a laptop, threads: 1", {"settings": "0f3a"})
    >>> record.save(folder := Path(tempfile.mkdtemp()))
    >>> ExportRecord.load(folder) == record
    True
    """

    name: str
    forms: Sequence[ExportedForm]
    int8_costs: Mapping[str, str]
    machine: str
    made_from: Mapping[str, object]

    def save(self, folder: Path) -> None:
        """Write ``report.json`` into the folder of the forms."""
        report = {
            "name": self.name,
            "forms": [asdict(form) for form in self.forms],
            INT8_COSTS: dict(self.int8_costs),
            "machine": self.machine,
            "made from": dict(self.made_from),
        }
        text = json.dumps(report, indent=1) + "\n"
        (folder / EXPORT_REPORT).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "ExportRecord":
        """Read it.

        Raises
        ------
        InputError: it is missing or broken.
        """
        path = require(folder / EXPORT_REPORT, made_by=Stage.EXPORT)
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                str(found["name"]),
                [_form(**form) for form in found["forms"]],
                {str(trials): str(cost) for trials, cost in found[INT8_COSTS].items()},
                str(found["machine"]),
                dict(found["made from"]),
            )
        except PermissionError:  # it may be whole
            raise
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"{path} is broken ({error}): run {Stage.EXPORT} again") from error


def _form(
    name: str, loader: str, size: int, cosines: Mapping[str, float], real_time_factor: float
) -> ExportedForm:
    by_seconds = {int(seconds): float(cosine) for seconds, cosine in cosines.items()}
    return ExportedForm(str(name), str(loader), int(size), by_seconds, float(real_time_factor))
