"""Metrics of every row of an ablation under every test condition, over seeds and speakers."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from speechdistill.corpora.conditions.catalogue import CLEAN_SET
from speechdistill.parallel import parallel_map
from speechdistill.reporting.cells import Cells
from speechdistill.reporting.evaluation import METRICS
from speechdistill.reporting.scored_trials import check_missing
from speechdistill.verification.bootstrap import SpeakerBootstrap
from speechdistill.verification.replicated import Change, Replicated, relative_change
from speechdistill.verification.score_files import read_scores
from speechdistill.verification.seed_bootstrap import mean_over_conditions, mean_over_seeds
from speechdistill.verification.trials import TrialList


@dataclass(frozen=True)
class AblationResult:
    """What the rows reach on one trial list; all on the same trials, means over seeds.

    Attributes
    ----------
    path, sha256: of the list's file.
    n_listed: trials in the list; ``n_trials`` of them have a score in every cell.
    n_trials, n_targets, n_speakers: of the trials evaluated.
    replicates, bootstrap_seed: of the bootstrap.
    sets: ``test`` and the names of its conditions.
    baseline: the row that others are compared with.
    metrics: row -> set -> name of ``METRICS`` -> mean over seeds; rows without a finished student
        are absent.
    """

    path: Path
    sha256: str
    n_listed: int
    n_trials: int
    n_targets: int
    n_speakers: int
    replicates: int
    bootstrap_seed: int
    sets: Sequence[str]
    baseline: str
    metrics: Mapping[str, Mapping[str, Mapping[str, Replicated]]]

    def mean(self, row: str, sets: Sequence[str], metric: str = "EER") -> Replicated:
        """Average a row's metric over some sets."""
        return mean_over_conditions([self.metrics[row][name][metric] for name in sets])

    def change(self, row: str, against: str, sets: Sequence[str] = (CLEAN_SET,)) -> Change:
        """Compare the rows' mean EER over some sets: the relative change of the mean."""
        return relative_change(self.mean(against, sets), self.mean(row, sets))


def evaluate_ablation(
    trials_path: Path,
    cells: Cells,
    baseline: str,
    sets: Sequence[str],
    bootstrap_seed: int,
    jobs: int,
    skipped_limit: float = 0.01,
    replicates: int = 1000,
) -> AblationResult:
    """Evaluate all finished students on the trials that all of them scored under all conditions.

    Arguments
    ---------
    trials_path: the trial list, in VoxCeleb form.
    cells: the students.
    baseline: the row that others are compared with.
    sets: ``test`` and the names of its conditions.
    bootstrap_seed: of the draws of speakers and training seeds.
    jobs: number of processes.
    skipped_limit: largest share of trials that may lack a score, in [0, 1].
    replicates: bootstrap replicates.

    Raises
    ------
    InputError: a broken file, or more trials without score than the limit.
    """
    paths = {
        (row, name, seed): student / "scores" / name / f"{trials_path.stem}.txt"
        for row, students in cells.finished.items()
        for name in sets
        for seed, student in students.items()
    }
    listed = _load_trials(trials_path)
    unscored = _unscored(paths.values(), trials_path, jobs)
    check_missing(listed, len(unscored), skipped_limit, "student")
    evaluate = partial(
        _evaluate_scores,
        trials_path=trials_path,
        unscored=unscored,
        replicates=replicates,
        seed=bootstrap_seed,
    )
    progress = tqdm(
        parallel_map(evaluate, paths.values(), jobs), f"bootstrap on {trials_path.name}", len(paths)
    )
    found = dict(zip(paths, progress, strict=True))

    def over_seeds(row: str, name: str, metric: str) -> Replicated:
        by_seed = {seed: found[row, name, seed][metric] for seed in cells.finished[row]}
        return mean_over_seeds(by_seed, bootstrap_seed)

    metrics = {
        row: {name: {metric: over_seeds(row, name, metric) for metric in METRICS} for name in sets}
        for row, students in cells.finished.items()
        if students
    }
    trials = _scored(listed, unscored)
    return AblationResult(
        trials_path,
        hashlib.sha256(trials_path.read_bytes()).hexdigest(),
        len(listed),
        len(trials),
        int(np.count_nonzero(trials.labels == 1)),
        SpeakerBootstrap.of(trials, replicates, bootstrap_seed).n_speakers,
        replicates,
        bootstrap_seed,
        list(sets),
        baseline,
        metrics,
    )


def _unscored(paths: Iterable[Path], trials_path: Path, jobs: int) -> np.ndarray:
    """Return the positions of the trials that some file does not score."""
    find = partial(_unscored_in, trials_path=trials_path)
    return np.unique(np.concatenate(list(parallel_map(find, paths, jobs))))


def _unscored_in(path: Path, trials_path: Path) -> np.ndarray:
    return np.flatnonzero(np.isnan(read_scores(_load_trials(trials_path), path)))


def _evaluate_scores(
    path: Path, trials_path: Path, unscored: np.ndarray, replicates: int, seed: int
) -> dict[str, Replicated]:
    listed = _load_trials(trials_path)
    scores = np.delete(read_scores(listed, path), unscored)
    bootstrap = SpeakerBootstrap.of(_scored(listed, unscored), replicates, seed)
    return bootstrap.evaluate(scores, METRICS)


@lru_cache(maxsize=1)
def _load_trials(path: Path) -> TrialList:
    return TrialList.load(path)


def _scored(trials: TrialList, unscored: np.ndarray) -> TrialList:
    return trials.subset(~np.isin(np.arange(len(trials)), unscored))
