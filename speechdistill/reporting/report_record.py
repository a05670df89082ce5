"""What a RESULTS.md was made from, for who shows more of the same results."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.reporting.provenance import Provenance
from speechdistill.storage.files import require, write_text_whole
from speechdistill.storage.places import Stage


@dataclass(frozen=True)
class ReportRecord:
    """The arguments of a report. On disk its paths are seen from the record's own folder.

    Arguments
    ---------
    systems: name -> folder of scores (of trials) or of the student (of images); the baseline first.
    trials: trial lists; none where the students classify images.
    data: folder of the sets; None where nobody said.
    teacher_reports: ``report.json`` of the teachers.
    seed: of the run and of the bootstrap.
    skipped_limit: largest share of trials that may lack a score, in [0, 1].
    provenance: of the run.
    notes: the report's own lines.
    ceiling: the system that knows the speaker labels where the others do not, if one does.
    tests: name of a further test set -> its folder; its scores are in ``<folder>/<name>`` of each
        system.
    trained_on: names the training set in a table of all tests.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> origin = Provenance("./run.sh", "abc1234", "a laptop", "Python 3.12")
    >>> record = ReportRecord({"a": folder / "a"}, [folder / "t.txt"], None, [], 1, 0.01, origin)
    >>> record.save(folder / "results.json")
    >>> ReportRecord.load(folder / "results.json") == record
    True
    """

    systems: Mapping[str, Path]
    trials: Sequence[Path]
    data: Path | None
    teacher_reports: Sequence[Path]
    seed: int
    skipped_limit: float
    provenance: Provenance
    notes: Sequence[str] = ()
    ceiling: str | None = None
    tests: Mapping[str, Path] = field(default_factory=dict)
    trained_on: str = ""

    def save(self, path: Path) -> None:
        """Write it as JSON, whole or not at all."""

        def seen(place: Path) -> str:
            return Path(os.path.relpath(place, path.parent)).as_posix()

        fields = asdict(self) | {
            "systems": {name: seen(place) for name, place in self.systems.items()},
            "trials": [seen(place) for place in self.trials],
            "data": None if self.data is None else seen(self.data),
            "teacher_reports": [seen(place) for place in self.teacher_reports],
            "notes": list(self.notes),
            "tests": {name: seen(place) for name, place in self.tests.items()},
        }
        write_text_whole(path, json.dumps(fields, indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> "ReportRecord":
        """Read a record.

        Raises
        ------
        InputError: it is missing or broken.
        """
        require(path, made_by=Stage.REPORT)
        folder = path.parent
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                {str(name): folder / place for name, place in found["systems"].items()},
                [folder / place for place in found["trials"]],
                None if found["data"] is None else folder / found["data"],
                [folder / place for place in found["teacher_reports"]],
                int(found["seed"]),
                float(found["skipped_limit"]),
                Provenance(**found["provenance"]),
                tuple(str(note) for note in found["notes"]),
                None if found.get("ceiling") is None else str(found["ceiling"]),
                {str(name): folder / place for name, place in found.get("tests", {}).items()},
                str(found.get("trained_on", "")),
            )
        except PermissionError:  # it may be whole
            raise
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"{path} is broken ({error}): run {Stage.REPORT} again") from error
