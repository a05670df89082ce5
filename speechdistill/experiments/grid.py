"""Which students an experiment has, and where they lie: rows by training sets by seeds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from speechdistill.base.errors import InputError

Finished = Mapping[tuple[str, str], Mapping[int, Path]]


@dataclass(frozen=True)
class Grid:
    """Students ``<folder>/<row>/<training set>/seed<N>``; one without name has no folder.

    Arguments
    ---------
    folder: of all students.
    rows: names, the baseline first.
    seeds: of the students; those of others, from a longer experiment, do not count.
    training_sets: names, each a folder of its own below the row's.

    Raises
    ------
    InputError: a row is named twice.

    Example
    -------
    >>> grid = Grid(Path("cells"), ["none", "soft"], [1, 2], ["clean/5"])
    >>> [student.as_posix() for *_, student in grid.students()][:2]
    ['cells/none/clean/5/seed1', 'cells/soft/clean/5/seed1']
    """

    folder: Path
    rows: Sequence[str]
    seeds: Sequence[int]
    training_sets: Sequence[str] = ("",)

    def __post_init__(self) -> None:
        if len(set(self.rows)) < len(self.rows):
            raise InputError(f"a row is named twice among {', '.join(self.rows)}: name it once")

    @property
    def baseline(self) -> str:
        return self.rows[0]

    def students(self) -> Iterator[tuple[str, str, int, Path]]:
        """Yield row, training set, seed and folder of every student, all rows of a seed first."""
        for seed, name, row in product(self.seeds, self.training_sets, self.rows):
            yield row, name, seed, self.folder / row / name / f"seed{seed}"

    def finished(self, files: Sequence[str]) -> Finished:
        """Return (row, training set) -> seed -> folder of the students that have all the files.

        Raises
        ------
        InputError: no student of the baseline is finished.
        """
        found: dict[tuple[str, str], dict[int, Path]] = {
            key: {} for key in product(self.rows, self.training_sets)
        }
        for row, name, seed, student in self.students():
            if all((student / file).exists() for file in files):
                found[row, name][seed] = student
        if not any(found[self.baseline, name] for name in self.training_sets):
            raise InputError(
                f"no student of the baseline is finished in {self.folder / self.baseline}: train "
                "and test it"
            )
        return found

    def missing(self, finished: Finished) -> list[str]:
        """Return a line for each row and training set that lacks students."""
        lines = []
        for (row, name), students in finished.items():
            if absent := [str(seed) for seed in self.seeds if seed not in students]:
                cell = f"{row}, {name}" if name else row
                share = f"{len(students)} of {len(self.seeds)} students"
                lines.append(f"{cell}: {share}; without seed {', '.join(absent)}")
        return lines
