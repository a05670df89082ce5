"""The students of an ablation on disk: rows by seeds."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from speechdistill.errors import InputError


@dataclass(frozen=True)
class Cells:
    """Which students of an ablation are finished: those with scores of every set and list.

    Attributes
    ----------
    finished: row -> training seed -> the student's folder.
    unfinished: row -> seeds that another row or a folder of its own shows to be wanted, but that
        are not finished.
    """

    finished: Mapping[str, Mapping[int, Path]]
    unfinished: Mapping[str, Sequence[int]]

    @classmethod
    def find(
        cls,
        folder: Path,
        rows: Sequence[str],
        baseline: str,
        sets: Sequence[str],
        lists: Sequence[str],
    ) -> "Cells":
        """Look below ``folder/<row>/seed<N>/scores/<set>/<list>.txt``.

        Arguments
        ---------
        folder: of the ablation.
        rows: in the order of the report.
        baseline: the row that others are compared with.
        sets: ``test`` and the names of its conditions.
        lists: stems of the trial lists.

        Raises
        ------
        InputError: a row occurs twice, the baseline is not among them, or none of its students is
            finished.
        """
        if baseline not in rows:
            raise InputError(f"the baseline {baseline} is not among the rows {', '.join(rows)}")
        if len(set(rows)) < len(rows):
            raise InputError(f"a row is named twice among {', '.join(rows)}: name it once")
        started = {row: _seed_folders(folder / row) for row in rows}
        scores = [f"scores/{name}/{stem}.txt" for name in sets for stem in lists]
        finished = {
            row: {
                seed: student
                for seed, student in students.items()
                if all((student / score).exists() for score in scores)
            }
            for row, students in started.items()
        }
        if not finished[baseline]:
            raise InputError(
                f"no student of the baseline is finished in {folder / baseline}: train and score it"
            )
        wanted = sorted({seed for students in started.values() for seed in students})
        unfinished = {
            row: [seed for seed in wanted if seed not in finished[row]]
            for row in rows
            if len(finished[row]) < len(wanted)
        }
        return cls(finished, unfinished)


def _seed_folders(row: Path) -> dict[int, Path]:
    found = {
        int(match[1]): path
        for path in row.glob("seed*")
        if (match := re.fullmatch(r"seed(\d+)", path.name))
    }
    return dict(sorted(found.items()))
