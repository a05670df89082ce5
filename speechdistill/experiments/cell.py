"""One student of an experiment: trained, then tested, in a process that does others too."""

import gc
import hashlib
import importlib
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from speechdistill.base.errors import InputError
from speechdistill.corpora.set_sources import set_content
from speechdistill.experiments.workers import run_on_workers
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.label_settings import LabelSettings
from speechdistill.storage.disk_errors import in_one_line
from speechdistill.storage.files import written_whole
from speechdistill.storage.made_from import (
    MADE_FROM,
    content_of,
    is_made_from,
    recorded,
    write_record,
)
from speechdistill.storage.places import MANIFESTS, TEST, student_named

logger = logging.getLogger(__name__)

# What tests a student: functions of its folder, the data and the largest share of items that may
# be unusable. Imported where students are trained: who hands out cells need not wait for torch.
TESTS = {
    "trials": "speechdistill.students.condition_scores:score_conditions",
    "images": "speechdistill.students.classification:apply_student",
}


@dataclass(frozen=True)
class Cell:
    """What a student is made from and tested on; see ``StudentSettings`` of training.

    Arguments
    ---------
    folder: the student's.
    data, student, distill, targets, overrides, seed: of its training.
    test: a name of ``TESTS``, or None to train alone.
    skipped_limit: largest share of items or trials of the test that may be unusable.
    tests: name of a further test set of trials -> its folder. One more does not make the cell
        another: a finished student is tested on it, too.
    """

    folder: Path
    data: Path
    student: Path
    distill: Path
    targets: Sequence[Path]
    overrides: Mapping[str, Any]
    seed: int
    test: str | None
    skipped_limit: float = 0.01
    tests: Mapping[str, Path] = field(default_factory=dict)

    @property
    def marker(self) -> str:
        """The file that says that the cell is finished: ``tested`` or ``trained``."""
        return "tested" if self.test else "trained"

    @property
    def is_finished(self) -> bool:
        return (self.folder / self.marker).exists() and all(
            is_made_from(self.folder / f"tested_{name}", sources)
            for name, sources in self.test_sources().items()
        )

    @property
    def voice(self) -> Path | None:
        """Folder of the student that its own hears with, which may be another cell's."""
        name = self.overrides.get("voice")
        return student_named(name, self.folder, self.student, self.seed) if name else None

    def sources(self) -> dict[str, object]:
        """What it is made from: contents of YAMLs, targets, sets and labels, and its settings."""
        found: dict[str, object] = {
            "student": _text_of(self.student),
            "distill": _text_of(self.distill),
            "targets": {
                folder.parent.name: content_of(folder / MADE_FROM) for folder in self.targets
            },
            "overrides": dict(self.overrides),
            "seed": self.seed,
            "data": {
                folder.name: set_content(folder)
                for folder in sorted(self.data.glob("*"))
                if any((folder / manifest).exists() for manifest in MANIFESTS)
            },
        }
        if self.distill.exists():
            labels = LabelSettings.written(Hyperparameters.read(self.distill), self.overrides)
            if labels.file is not None:
                found["labels"] = content_of(labels.file)
        return found

    def test_sources(self) -> dict[str, dict[str, str]]:
        """What it is tested on beyond its own data: the contents of each further test set."""
        return {name: set_content(place / TEST) for name, place in self.tests.items()}

    def check_sources(self) -> None:
        """Refuse, with an :class:`InputError`, a finished cell made from something else."""
        if not (self.folder / self.marker).exists():
            return
        before, now = recorded(self.folder / self.marker) or {}, self.sources()
        if not is_made_from(self.folder / self.marker, now):
            changed = ", ".join(sorted(key for key in now if before.get(key) != now[key]))
            raise InputError(
                f"{self.folder} was made with other {changed}: give another --exp, or remove it"
            )


def _text_of(yaml: Path) -> str:
    """Return a hash of a YAML with what it includes; that it is missing training says."""
    if not yaml.exists():
        return "missing"
    return hashlib.sha256(Hyperparameters.read(yaml).text.encode()).hexdigest()


def run_cells(
    cells: Iterable[Cell], jobs: int, prepare: Callable[[], None]
) -> Iterator[tuple[Cell, str | None, float]]:
    """Train and test those that are not finished; yield each, what went wrong or None, seconds.

    A finished cell that was made from something else is refused before any work starts. One that
    fails does not keep others from being done. Each has its messages in ``log`` of
    its folder.

    Arguments
    ---------
    cells: in the order in which they are begun; one whose voice is another's student waits for
        it, but not for one that has failed.
    jobs: how many at once.
    prepare: called once in each process: it lets messages be seen.
    """
    cells = list(cells)
    for cell in cells:
        cell.check_sources()
    unfinished = [cell for cell in cells if not cell.is_finished]
    awaited = {_normal(cell.folder) for cell in unfinished}

    def is_ready(cell: Cell) -> bool:
        return cell.voice is None or _normal(cell.voice) not in awaited

    for cell, error, seconds in run_on_workers(_run, unfinished, jobs, prepare, is_ready):
        awaited.discard(_normal(cell.folder))
        yield cell, error, seconds


def _normal(folder: Path) -> Path:
    return Path(os.path.normpath(folder))


def _run(cell: Cell) -> str | None:
    try:
        with _messages_to(cell.folder / "log"), _modules_beside(cell.distill):
            return _attempt(cell)
    except OSError as error:  # not even its log can be written
        return in_one_line(error) or str(error)
    finally:
        gc.collect()  # a Brain and its optimiser are a circle


def _attempt(cell: Cell) -> str | None:
    try:
        made_from: dict[str, Mapping[str, object]]
        made_from = {f"tested_{name}": found for name, found in cell.test_sources().items()}
        made_from[cell.marker] = cell.sources()
        train_and_test(cell)
        for name, sources in made_from.items():
            with written_whole(cell.folder / name) as record:
                write_record(record, sources)
        return None
    except Exception as error:
        line = in_one_line(error)
        logger.error("error: %s", line or error, exc_info=None if line else error)
        return line or f"{type(error).__name__}: {' '.join(str(error).split())}"


def train_and_test(cell: Cell) -> None:
    """Train the student and test it.

    Raises
    ------
    InputError: see ``train_student`` and the test.
    """
    from speechdistill.training.train_student import StudentSettings, train_student

    train_student(
        StudentSettings(
            *(cell.data, cell.student, cell.distill, cell.folder),
            *(cell.targets, cell.overrides, cell.seed),
        )
    )
    if cell.test is not None:
        module, _, name = TESTS[cell.test].partition(":")
        getattr(importlib.import_module(module), name)(cell.folder, cell.data, cell.skipped_limit)
    for name, place in cell.tests.items():
        from speechdistill.students.condition_scores import score_further_test

        score_further_test(cell.folder, name, place, cell.skipped_limit)


@contextmanager
def _messages_to(path: Path) -> Iterator[None]:
    """Send what the process and its children print to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = [os.dup(number) for number in (1, 2)]
    with path.open("wb") as log:
        for number in (1, 2):
            os.dup2(log.fileno(), number)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, before in zip((1, 2), kept, strict=True):
            os.dup2(before, number)
            os.close(before)


@contextmanager
def _modules_beside(yaml: Path) -> Iterator[None]:
    """Let a YAML name modules beside it, then forget them: another row's may have their names."""
    folder = str(yaml.resolve().parent)
    sys.path.append(folder)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(folder)
        for name, module in list(sys.modules.items()):
            # Not by getattr: SpeechBrain has modules that would be imported then.
            file = getattr(module, "__dict__", {}).get("__file__")
            if file and Path(file).parent == Path(folder):
                del sys.modules[name]
