"""The students of an ablation on disk: rows by seeds."""

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
    unfinished: row -> those of the wanted seeds that are not finished.
    """

    finished: Mapping[str, Mapping[int, Path]]
    unfinished: Mapping[str, Sequence[int]]

    @classmethod
    def find(
        cls,
        folder: Path,
        rows: Sequence[str],
        baseline: str,
        seeds: Sequence[int],
        sets: Sequence[str],
        lists: Sequence[str],
    ) -> "Cells":
        """Look below ``folder/<row>/seed<N>/scores/<set>/<list>.txt``.

        Arguments
        ---------
        folder: of the ablation.
        rows: in the order of the report.
        baseline: the row that others are compared with.
        seeds: those wanted; students of others, from a longer ablation, do not count.
        sets: ``test`` and the names of its conditions.
        lists: stems of the trial lists.

        Raises
        ------
        InputError: a row occurs twice, the baseline is not among them, or none of its students of
            these seeds is finished.
        """
        if baseline not in rows:
            raise InputError(f"the baseline {baseline} is not among the rows {', '.join(rows)}")
        if len(set(rows)) < len(rows):
            raise InputError(f"a row is named twice among {', '.join(rows)}: name it once")
        scores = [f"scores/{name}/{stem}.txt" for name in sets for stem in lists]
        finished = {
            row: {
                seed: student
                for seed in seeds
                for student in [folder / row / f"seed{seed}"]
                if all((student / score).exists() for score in scores)
            }
            for row in rows
        }
        if not finished[baseline]:
            raise InputError(
                f"no student of the baseline is finished in {folder / baseline}: train and score it"
            )
        unfinished = {
            row: [seed for seed in seeds if seed not in finished[row]]
            for row in rows
            if len(finished[row]) < len(seeds)
        }
        return cls(finished, unfinished)
