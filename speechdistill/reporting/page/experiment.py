"""An experiment's folder as a page needs it: what was reported, and what there is to show of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from speechdistill.models.hyperparameters import recall_settings
from speechdistill.reporting.evaluation import ListResult, evaluate_list
from speechdistill.reporting.page.items import Utterances
from speechdistill.reporting.report_record import ReportRecord
from speechdistill.storage.files import require
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
    trials_of,
)
from speechdistill.training.training_log import TRAIN_LOG
from speechdistill.verification.trials.trial_files import is_labelled


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
        """Read what its report wrote down.

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
    def lists(self) -> list[ListResult]:
        """The trial lists, evaluated as for RESULTS.md: the same seed, so the same numbers.

        Those of further tests come last. Of students of images, that of unseen classes, if there
        is one.
        """
        record, found = self.record, []
        folders = record.systems
        paths = list(record.trials)
        if self.is_of_images and record.data is not None:
            folders = {name: place / SCORES for name, place in record.systems.items()}
            paths = [path for path in [trial_list(record.data / UNSEEN)] if path.exists()]
        listed = [("", path) for path in paths]
        for test, place in record.tests.items():
            own = require(trials_of(place / TEST), made_by=Stage.MANIFESTS)
            listed += [(test, path) for path in sorted(own.iterdir()) if is_labelled(path)]
        for test, path in listed:
            scores = {name: folder / test for name, folder in folders.items()}
            found.append(evaluate_list(path, scores, record.seed, record.skipped_limit, test=test))
        return found

    @cached_property
    def test(self) -> Utterances | None:
        """The test utterances, where there are their manifests."""
        return _utterances(self.record.data)

    @cached_property
    def tested(self) -> Mapping[str, Utterances | None]:
        """Name of a further test, empty for the corpus's own -> its utterances, if known."""
        further = {name: _utterances(place) for name, place in self.record.tests.items()}
        return {"": self.test, **further}


def _utterances(data: Path | None) -> Utterances | None:
    if data is None or not (data / TEST / CUTS).exists():
        return None
    return Utterances.load(data / TEST)
