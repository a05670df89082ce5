"""An experiment's folder as a page needs it: what was reported, and what there is to show of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from speechdistill.models.hyperparameters import recall_settings
from speechdistill.reporting.evaluation import ListResult, evaluate_list
from speechdistill.reporting.page.items import Utterances
from speechdistill.reporting.report_record import ReportRecord
from speechdistill.reporting.scored_trials import ScoredTrials
from speechdistill.storage.places import (
    CUTS,
    EMBEDDINGS,
    REPORT_RECORD,
    SCORES,
    SETTINGS,
    TEST,
    UNSEEN,
    Stage,
    trial_list,
)
from speechdistill.training.training_log import TRAIN_LOG


@dataclass(frozen=True)
class EvaluatedList:
    """A trial list with the systems' scores and what they come to."""

    result: ListResult
    scored: ScoredTrials

    def eer_threshold(self, system: str) -> float:
        """Return the score at which a system misses as many targets as it accepts non-targets."""
        curve = self.result.systems[system].curve
        at = int(np.argmin(np.abs(curve.miss_rates - curve.false_alarm_rates)))
        return float(curve.thresholds[at])


@dataclass(frozen=True)
class Experiment:
    """A finished experiment.

    Arguments
    ---------
    folder: what ``--exp`` names.
    record: of its report.
    """

    folder: Path
    record: ReportRecord

    @classmethod
    def open(cls, folder: Path) -> "Experiment":
        """Read what stage 8 wrote down.

        Raises
        ------
        InputError: it is missing or broken.
        """
        return cls(folder, ReportRecord.load(folder / REPORT_RECORD))

    @property
    def is_of_images(self) -> bool:
        """Whether its students classify images instead of scoring trials."""
        return not self.record.trials

    @cached_property
    def students(self) -> Mapping[str, Path]:
        """System -> folder of its student; scores lie in it, those from elsewhere have none."""
        systems = self.record.systems.items()
        folders = {n: place if self.is_of_images else place.parent for n, place in systems}
        made = (SETTINGS, TRAIN_LOG, EMBEDDINGS)
        return {n: place for n, place in folders.items() if any((place / m).exists() for m in made)}

    @cached_property
    def settings(self) -> Mapping[str, Mapping]:
        """System -> what its student was trained with."""
        return {
            name: recall_settings(place, Stage.STUDENT)
            for name, place in self.students.items()
            if (place / SETTINGS).exists()
        }

    @cached_property
    def lists(self) -> list[EvaluatedList]:
        """The trial lists, evaluated as for RESULTS.md: the same seed, so the same numbers.

        Of students of images, that of unseen classes, if there is one.
        """
        record, found = self.record, []
        folders = record.systems
        paths = list(record.trials)
        if self.is_of_images and record.data is not None:
            folders = {name: place / SCORES for name, place in record.systems.items()}
            paths = [path for path in [trial_list(record.data / UNSEEN)] if path.exists()]
        for path in paths:
            result = evaluate_list(path, folders, record.seed, record.skipped_limit)
            files = {name: folder / f"{path.stem}.txt" for name, folder in folders.items()}
            scored = ScoredTrials.load(path, files, record.skipped_limit)
            found.append(EvaluatedList(result, scored))
        return found

    @cached_property
    def test(self) -> Utterances | None:
        """The test utterances, where there are their manifests."""
        data = self.record.data
        if data is None or not (data / TEST / CUTS).exists():
            return None
        return Utterances.load(data / TEST)
