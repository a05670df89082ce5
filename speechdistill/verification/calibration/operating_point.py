"""A calibration kept with its model, and what is decided by it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.files import write_text_whole
from speechdistill.storage.places import Stage
from speechdistill.verification.calibration.calibration import Calibration
from speechdistill.verification.metrics.detection_cost import DetectionCost


@dataclass(frozen=True)
class Decision:
    """Whether two voices are taken for one person's.

    Attributes
    ----------
    score: the cosine of their embeddings.
    llr: its natural-log likelihood ratio: same speaker against different speakers.
    threshold: the ratio from which on they are taken for one.
    """

    score: float
    llr: float
    threshold: float

    @property
    def is_same(self) -> bool:
        return self.llr >= self.threshold


@dataclass(frozen=True)
class DevCalibration:
    """A map of a model's cosines to log-likelihood ratios, and the trials that it was fitted on.

    Attributes
    ----------
    score_weight, offset: ``llr = score_weight cosine + offset``.
    corpus: of the trials.
    trials: name of their list; they are those of model selection, never of the test.
    n_trials, n_targets, n_speakers: of the list.
    made_from: contents of the model and of the list.

    Example
    -------
    >>> fitted = DevCalibration(20.0, -8.0, "minivox", "dev.txt", 2836, 709, 12, {})
    >>> decision = fitted.decide(0.5, DetectionCost(p_target=0.05))
    >>> round(decision.llr, 2), round(decision.threshold, 2), decision.is_same
    (2.0, 2.94, False)
    >>> print(fitted)
    fitted on dev.txt of minivox: 2836 trials (709 targets) of 12 speakers
    """

    score_weight: float
    offset: float
    corpus: str
    trials: str
    n_trials: int
    n_targets: int
    n_speakers: int
    made_from: Mapping[str, object]

    def __str__(self) -> str:
        return (
            f"fitted on {self.trials} of {self.corpus}: {self.n_trials} trials "
            f"({self.n_targets} targets) of {self.n_speakers} speakers"
        )

    def decide(self, score: float, cost: DetectionCost) -> Decision:
        """Decide, at the lowest expected cost, whether a cosine is that of one speaker."""
        calibration = Calibration(self.score_weight, np.empty(0), self.offset)
        llr = float(calibration.llrs(np.array([score]))[0])
        return Decision(score, llr, cost.threshold)

    def save(self, path: Path) -> None:
        """Write it as JSON, whole or not at all."""
        write_text_whole(path, json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> "DevCalibration":
        """Read what :meth:`save` wrote.

        Raises
        ------
        InputError: the file is broken.

        Example
        -------
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "calibration.json"
        >>> fitted = DevCalibration(20.0, -8.0, "minivox", "dev.txt", 2836, 709, 12, {})
        >>> fitted.save(path)
        >>> DevCalibration.load(path) == fitted
        True
        """
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            numbers = {name: float(found[name]) for name in ("score_weight", "offset")}
            if not np.isfinite(list(numbers.values())).all():
                raise ValueError("numbers that are not finite")
            if not isinstance(found["made_from"], dict):
                raise ValueError("it does not say what it was made from")
            return cls(**{**found, **numbers})
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            reason = " ".join(str(error).split())[:200]
            raise InputError(
                f"{path} is broken ({reason}): run {Stage.EMBEDDINGS}, or export the model, again"
            ) from error
