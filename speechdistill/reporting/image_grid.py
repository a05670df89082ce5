"""What the rows of an image ablation reach under every condition, by number of training images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from speechdistill.corpora.images.draw_grid import draw_folder
from speechdistill.errors import InputError
from speechdistill.parallel import parallel_map
from speechdistill.reporting.image_evaluation import ERROR, ImageEvaluation
from speechdistill.students.predictions import PREDICTIONS
from speechdistill.verification.replicated import Change, Replicated, relative_change
from speechdistill.verification.seed_bootstrap import mean_over_conditions, mean_over_seeds


@dataclass(frozen=True)
class ImageGrid:
    """Errors of rows by condition and number of images; means over seeds.

    Attributes
    ----------
    rows: in the order of the report, the baseline first.
    conditions, sizes: of the training sets.
    seeds: those wanted.
    finished: (condition, size, row) -> the seeds of the students that are finished.
    metrics: (condition, size, row) -> metric -> mean over seeds; absent without such a student.
    """

    rows: Sequence[str]
    conditions: Sequence[str]
    sizes: Sequence[int]
    seeds: Sequence[int]
    finished: Mapping[tuple[str, int, str], Sequence[int]]
    metrics: Mapping[tuple[str, int, str], Mapping[str, Replicated]]

    @property
    def baseline(self) -> str:
        return self.rows[0]

    @property
    def has_trials(self) -> bool:
        return any(len(found) > 1 for found in self.metrics.values())

    @property
    def unfinished(self) -> list[str]:
        """Lines on cells that lack students."""
        return [
            f"{condition}, {size} images per class, {row}: without seed "
            f"{', '.join(str(seed) for seed in self.seeds if seed not in finished)}"
            for (condition, size, row), finished in self.finished.items()
            if len(finished) < len(self.seeds)
        ]

    def mean(
        self, condition: str, row: str, sizes: Sequence[int] | None = None, metric: str = ERROR
    ) -> Replicated | None:
        """Average a row's metric over some sizes (all by default); None if one is missing."""
        keys = [(condition, size, row) for size in sizes or self.sizes]
        if any(key not in self.metrics for key in keys):
            return None
        return mean_over_conditions([self.metrics[key][metric] for key in keys])

    def change(
        self,
        condition: str,
        row: str,
        against: str,
        sizes: Sequence[int] | None = None,
        metric: str = ERROR,
    ) -> Change | None:
        """Return the relative change of the mean metric from one row to another."""
        before = self.mean(condition, against, sizes, metric)
        after = self.mean(condition, row, sizes, metric)
        return None if before is None or after is None else relative_change(before, after)


def evaluate_image_grid(
    evaluation: ImageEvaluation,
    cells: Path,
    rows: Sequence[str],
    conditions: Sequence[str],
    sizes: Sequence[int],
    seeds: Sequence[int],
    jobs: int = 1,
) -> ImageGrid:
    """Evaluate the finished students ``<cells>/<row>/<condition>/<size>/seed<N>``.

    Arguments
    ---------
    evaluation: what they are tested on, all on the same.
    cells: folder of the students.
    rows: in the order of the report, the baseline first.
    conditions, sizes: of the training sets.
    seeds: of the students.
    jobs: number of processes.

    Raises
    ------
    InputError: no student of the baseline is finished, or a file is broken.
    """
    folders = {
        (condition, size, row): _finished(cells / row, condition, size, seeds)
        for condition in conditions
        for size in sizes
        for row in rows
    }
    if not any(folders[key] for key in folders if key[2] == rows[0]):
        raise InputError(f"no student of {rows[0]} is finished in {cells}: train and test it")
    students = [folder for of_seed in folders.values() for folder in of_seed.values()]
    evaluated = tqdm(parallel_map(evaluation.of, students, jobs), "bootstrap", len(students))
    found = dict(zip(students, evaluated, strict=True))
    metrics = {}
    for key, of_seed in folders.items():
        if of_seed:
            names = found[next(iter(of_seed.values()))]
            metrics[key] = {
                name: mean_over_seeds(
                    {seed: found[folder][name] for seed, folder in of_seed.items()},
                    evaluation.images.seed,
                )
                for name in names
            }
    finished = {key: list(of_seed) for key, of_seed in folders.items()}
    return ImageGrid(rows, conditions, sizes, seeds, finished, metrics)


def _finished(row: Path, condition: str, size: int, seeds: Sequence[int]) -> dict[int, Path]:
    folders = {seed: draw_folder(row, condition, size, seed) for seed in seeds}
    return {seed: path for seed, path in folders.items() if (path / PREDICTIONS).exists()}
