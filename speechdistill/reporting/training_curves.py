"""EER on training and dev trials by epoch: whether a student over-fits."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speechdistill.errors import InputError
from speechdistill.files import require
from speechdistill.reporting.cells import Cells
from speechdistill.training.training_log import TRAIN_LOG


@dataclass(frozen=True)
class TrainingCurves:
    """What the students of one row reached after each epoch.

    Attributes
    ----------
    epochs: shape ``(epochs,)``: those that all students have.
    train, dev: EER, a fraction, of shape ``(students, epochs)``.
    """

    epochs: np.ndarray
    train: np.ndarray
    dev: np.ndarray


def training_curves(cells: Cells) -> dict[str, TrainingCurves]:
    """Read the logs of all finished students, row by row.

    Raises
    ------
    InputError: a log is missing or has no columns ``epoch``, ``train_eer`` and ``dev_eer``.
    """
    return {
        row: _row_curves({seed: read_training_log(path) for seed, path in students.items()})
        for row, students in cells.finished.items()
        if students
    }


def read_training_log(student: Path) -> np.ndarray:
    """Return epoch, EER on training trials and on dev trials, shape ``(epochs, 3)``.

    Example
    -------
    >>> import tempfile
    >>> student = Path(tempfile.mkdtemp())
    >>> _ = (student / "train_log.tsv").write_text("epoch\\tdev_eer\\ttrain_eer\\n1\\t0.2\\t0.1\\n")
    >>> read_training_log(student)
    array([[1. , 0.1, 0.2]])
    """
    path = require(student / TRAIN_LOG, made_by="training the student")
    header, *lines = path.read_text(encoding="utf-8").splitlines() or [""]
    try:
        columns = [header.split("\t").index(name) for name in ("epoch", "train_eer", "dev_eer")]
        cells = [line.split("\t") for line in lines]
        return np.array([[float(row[column]) for column in columns] for row in cells])
    except (ValueError, IndexError) as error:
        raise InputError(f"{path} is not a training log ({error}): train the student") from error


def _row_curves(logs: Mapping[int, np.ndarray]) -> TrainingCurves:
    n_epochs = min(map(len, logs.values()))
    stacked = np.stack([log[:n_epochs] for log in logs.values()])
    return TrainingCurves(stacked[0, :, 0], stacked[:, :, 1], stacked[:, :, 2])
