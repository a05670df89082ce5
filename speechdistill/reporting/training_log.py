"""Errors in training and on dev items by epoch, as a student's log has them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.files import require
from speechdistill.training.training_log import TRAIN_LOG


@dataclass(frozen=True)
class LoggedErrors:
    """What one student reached after each epoch.

    Attributes
    ----------
    epochs: their numbers, shape ``(epochs,)``.
    train, dev: errors (EERs of trials, say) among what was trained on and on dev, fractions.
    best: position of the epoch of lowest dev error, which is that of the student's checkpoint.

    Example
    -------
    >>> import tempfile
    >>> student = Path(tempfile.mkdtemp())
    >>> _ = (student / "train_log.tsv").write_text(
    ...     "epoch\\tdev_eer\\ttrain_eer\\n1\\t0.2\\t0.1\\n2\\t0.3\\t0\\n"
    ... )
    >>> log = LoggedErrors.read(student)
    >>> float(log.dev[log.best]), log.train.tolist()
    (0.2, [0.1, 0.0])
    """

    epochs: np.ndarray
    train: np.ndarray
    dev: np.ndarray

    @classmethod
    def read(cls, student: Path, error: str = "eer") -> "LoggedErrors":
        """Read the log of a student, which calls the error so.

        Raises
        ------
        InputError: the student is not trained, or its log is broken.
        """
        path = require(student / TRAIN_LOG, made_by="training the student")
        try:
            log = np.atleast_1d(np.genfromtxt(path, names=True, delimiter="\t"))
            found = cls(log["epoch"], log[f"train_{error}"], log[f"dev_{error}"])
            found.best  # noqa: B018 (a log without an epoch has none)
            return found
        except (ValueError, TypeError, IndexError) as broken:
            raise InputError(f"{path} is broken ({broken}): train the student again") from broken

    @property
    def best(self) -> int:
        return int(np.argmin(self.dev))
