"""How often images are classified wrongly, and how sure that is: bootstrap over test images."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from speechdistill.corpora.faces import FaceImage
from speechdistill.corpora.images.splits import groups_of
from speechdistill.errors import InputError
from speechdistill.students.predictions import Predictions
from speechdistill.verification.replicated import Replicated


@dataclass(frozen=True)
class ImageBootstrap:
    """Resample the test images; those of a class's session together, since they are alike.

    A replicate draws as many sessions as there are, with replacement; an image of no session is
    one of its own. Draws depend on the seed and the images alone, so that students are compared
    on the same ones.

    Arguments
    ---------
    images: of the test set.
    replicates: how many.
    seed: of the draws.

    Example
    -------
    >>> images = [FaceImage(f"{n % 2}/-/{n}", "", str(n % 2), "-") for n in range(100)]
    >>> predicted = ["0"] * 10 + [image.speaker for image in images[10:]]
    >>> ids, classes = [image.id for image in images], [image.speaker for image in images]
    >>> error = ImageBootstrap(images).error(Predictions(ids, classes, predicted))
    >>> error.value, [round(end, 2) for end in error.interval()]
    (0.05, [0.01, 0.1])
    """

    images: Sequence[FaceImage]
    replicates: int = 1000
    seed: int = 0

    @cached_property
    def sessions(self) -> list[list[FaceImage]]:
        """The images of each session."""
        return groups_of(self.images)

    @cached_property
    def draws(self) -> np.ndarray:
        """How often each replicate draws each session, shape ``(replicates, sessions)``."""
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
            raise InputError(f"no prediction for {missing}: run stage 7 again")
        wrong = np.array([sum(is_wrong[i.id] for i in session) for session in self.sessions])
        total = np.array([len(session) for session in self.sessions])
        replicates = (self.draws @ wrong) / (self.draws @ total)
        return Replicated(float(wrong.sum() / total.sum()), replicates)


def accuracy_with_interval(error: Replicated) -> str:
    """Return the accuracy in per cent with its 95 % interval, from an error rate.

    Example
    -------
    >>> accuracy_with_interval(Replicated(0.1, np.array([0.05, 0.12])))
    '90.00 [88.00, 95.00]'
    """
    low, high = error.interval()
    return f"{100 * (1 - error.value):.2f} [{100 * (1 - high):.2f}, {100 * (1 - low):.2f}]"
