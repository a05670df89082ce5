"""Students of images: how often they classify wrongly, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import ImageRecord, load_images
from speechdistill.corpora.images.splits import groups_of
from speechdistill.reporting.measure import DevError, Measure, Panel
from speechdistill.reporting.tables import ERROR
from speechdistill.storage.places import IMAGES, TEST, UNSEEN, Stage, trial_list
from speechdistill.students.predictions import PREDICTIONS, UNSEEN_SCORES, Predictions
from speechdistill.verification.intervals.bootstrap import SpeakerBootstrap
from speechdistill.verification.intervals.replicated import Replicated
from speechdistill.verification.metrics import DetCurve
from speechdistill.verification.scoring.score_files import read_scores
from speechdistill.verification.trials.trial_list import TrialList

EER = "EER"


@dataclass(frozen=True)
class ImageBootstrap:
    """Resample the test images; those of a class's session together, since they are alike.

    A replicate samples as many sessions as there are, with replacement; an image of no session is
    one of its own. Samples depend on the seed and the images alone, so that students are compared
    on the same ones.

    Arguments
    ---------
    images: of the test set.
    replicates: how many.
    seed: of the samples.

    Example
    -------
    >>> images = [ImageRecord(f"{n % 2}/-/{n}", "", str(n % 2), "-") for n in range(100)]
    >>> predicted = ["0"] * 10 + [image.person for image in images[10:]]
    >>> ids, classes = [image.id for image in images], [image.person for image in images]
    >>> error = ImageBootstrap(images).error(Predictions(ids, classes, predicted))
    >>> error.value, [round(end, 2) for end in error.interval()]
    (0.05, [0.01, 0.1])
    """

    images: Sequence[ImageRecord]
    replicates: int = 1000
    seed: int = 0

    @cached_property
    def sessions(self) -> list[list[ImageRecord]]:
        """The images of each session."""
        return groups_of(self.images)

    @cached_property
    def sampled_counts(self) -> np.ndarray:
        """How often each replicate samples each session, shape ``(replicates, sessions)``."""
        count = len(self.sessions)
        rng = np.random.default_rng([self.seed, count])
        return rng.multinomial(count, np.full(count, 1 / count), size=self.replicates)

    def error(self, predictions: Predictions) -> Replicated:
        """Return the share of wrongly classified images.

        Raises
        ------
        InputError: an image has no prediction.
        """
        rows = zip(predictions.ids, predictions.classes, predictions.predicted, strict=True)
        is_wrong = {name: truth != predicted for name, truth, predicted in rows}
        missing = next((image.id for image in self.images if image.id not in is_wrong), None)
        if missing is not None:
            raise InputError(f"no prediction for {missing}: run {Stage.EMBEDDINGS} again")
        wrong = np.array([sum(is_wrong[i.id] for i in session) for session in self.sessions])
        total = np.array([len(session) for session in self.sessions])
        replicates = (self.sampled_counts @ wrong) / (self.sampled_counts @ total)
        return Replicated(float(wrong.sum() / total.sum()), replicates)


@dataclass(frozen=True)
class ImageMeasure(Measure):
    """Error rates on test images, and the EER of trials among unseen classes if there are any.

    The replicates of the EER sample the unseen classes, those of the error the test images.

    Arguments
    ---------
    images: bootstrap over the test images.
    trials: among unseen classes; None where there are none.
    conditions: name of training sets -> what was done to their images.
    sizes: of the training sets, images per class; those of a condition are named
        ``<condition>/<size>``.
    """

    images: ImageBootstrap
    trials: TrialList | None
    conditions: Mapping[str, str] = field(default_factory=dict)
    sizes: Sequence[int] = ()

    dev = DevError("error", "error", "images", "image was classified")
    files = (PREDICTIONS,)
    plot_title = "Accuracy by number of training images"
    of_seeds = "; each samples its training images, too"
    plot_name = "ablation_accuracy.png"

    @classmethod
    def load(
        cls,
        data: Path,
        seed: int = 0,
        replicates: int = 1000,
        conditions: Mapping[str, str] | None = None,
        sizes: Sequence[int] = (),
    ) -> "ImageMeasure":
        """Open the test images and the trials of a data folder.

        Raises
        ------
        InputError: there are no test images.
        """
        images = ImageBootstrap(load_images(data / TEST / IMAGES), replicates, seed)
        path = trial_list(data / UNSEEN)
        trials = TrialList.load(path) if path.exists() else None
        return cls(images, trials, conditions or {}, sizes, seed=seed, replicates=replicates)

    @property
    def metrics(self) -> Sequence[str]:
        return (ERROR,) if self.trials is None else (ERROR, EER)

    @property
    def embedded(self) -> Sequence[str]:
        """The sets that a student embeds to be tested."""
        return (TEST,) if self.trials is None else (TEST, UNSEEN)

    def evaluate(self, student: Path, name: str = "") -> dict[str, Replicated]:
        found = {ERROR: self.images.error(Predictions.load(student / PREDICTIONS))}
        if self.trials is not None:
            bootstrap = SpeakerBootstrap.of(self.trials, self.replicates, self.seed)
            scores = read_scores(self.trials, student / UNSEEN_SCORES)
            found |= bootstrap.evaluate(scores, {EER: DetCurve.eer})
        return found

    @property
    def panels(self) -> Sequence[Panel]:
        """One for each condition, from few training images to many."""
        return [
            Panel(
                f"{name}: {about}",
                "training images per class",
                {str(size): f"{name}/{size}" for size in self.sizes},
                "per class",
            )
            for name, about in self.conditions.items()
        ]

    @property
    def facts(self) -> str:
        images = self.images.images
        classes = len({image.person for image in images})
        line = f"{len(images)} test images of {classes} classes"
        if len(self.images.sessions) < len(images):
            line += f", in {len(self.images.sessions)} sessions"
        if self.trials is not None:
            people = len(set(self.trials.speakers.tolist()))
            line += f"; {len(self.trials)} verification trials among {people} other classes"
        return line

    @property
    def intervals(self) -> str:
        """What the intervals are of."""
        return (
            "In brackets: 95 % intervals by bootstrap over the test images, those of a session "
            f"together\n({self.replicates} replicates); of EERs, over the classes of the "
            "trials. Relative changes, of errors, and their\ntwo-sided p-values are paired: both "
            "students on the same replicates."
        )

    @property
    def closing(self) -> str:
        return (
            f"Every figure is a mean over training seeds. {self.intervals} The\nbootstrap samples "
            "training seeds, too, the same for both. The p-values are not corrected for the\n"
            "number of comparisons."
        )
