"""What students of images reach: error rates, and the EER of trials among unseen classes."""

from dataclasses import dataclass
from pathlib import Path

from speechdistill.corpora.faces import FACES, load_faces
from speechdistill.corpora.images.prepare import UNSEEN
from speechdistill.reporting.image_errors import ImageBootstrap
from speechdistill.students.predictions import PREDICTIONS, SCORES, TEST, Predictions
from speechdistill.verification.bootstrap import SpeakerBootstrap
from speechdistill.verification.metrics import DetCurve
from speechdistill.verification.replicated import Replicated
from speechdistill.verification.score_files import read_scores
from speechdistill.verification.trials import TrialList

ERROR = "error"
EER = "EER"


@dataclass(frozen=True)
class ImageEvaluation:
    """Test images and trials, on which students are evaluated by the same bootstrap replicates.

    Attributes
    ----------
    images: bootstrap over the test images.
    trials: among unseen classes; None where there are none.
    """

    images: ImageBootstrap
    trials: TrialList | None

    @classmethod
    def load(cls, data: Path, seed: int, replicates: int = 1000) -> "ImageEvaluation":
        """Open the test images and the trials of a data folder.

        Raises
        ------
        InputError: there are no test images.
        """
        images = ImageBootstrap(load_faces(data / TEST / FACES), replicates, seed)
        trials = data / UNSEEN / "trials" / f"{UNSEEN}.txt"
        return cls(images, TrialList.load(trials) if trials.exists() else None)

    def of(self, student_exp: Path) -> dict[str, Replicated]:
        """Evaluate a student: metric -> value and replicates.

        The replicates of the EER draw the unseen classes, those of the error the test images.

        Raises
        ------
        InputError: stage 7 has not been run, or a file is broken.
        """
        found = {ERROR: self.images.error(Predictions.load(student_exp / PREDICTIONS))}
        if self.trials is not None:
            bootstrap = SpeakerBootstrap.of(self.trials, self.images.replicates, self.images.seed)
            scores = read_scores(self.trials, student_exp / SCORES)
            found |= bootstrap.evaluate(scores, {EER: DetCurve.eer})
        return found

    @property
    def facts(self) -> str:
        """A line on what is tested."""
        images = self.images.images
        classes = len({image.speaker for image in images})
        line = f"{len(images)} test images of {classes} classes"
        if len(self.images.sessions) < len(images):
            line += f", in {len(self.images.sessions)} sessions"
        if self.trials is not None:
            people = len(set(self.trials.speakers.tolist()))
            line += f"; {len(self.trials)} verification trials among {people} other classes"
        return line
