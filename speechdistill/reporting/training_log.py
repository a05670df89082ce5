"""What training logged by epoch: errors, losses, terms of distillation."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.files import require
from speechdistill.storage.text_lines import read_lines
from speechdistill.training.training_log import TRAIN_LOG

ACTIVE = "_active"
SIZE = "_effective_sample_size"
GRADIENT = "_gradient"


@dataclass(frozen=True)
class LoggedEpochs:
    """Figures by epoch.

    Attributes
    ----------
    epochs: shape ``(epochs,)``.
    columns: name -> shape ``(epochs,)``, NaN where there is no figure.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / TRAIN_LOG).write_text(
    ...     "epoch\\tdev_eer\\tfeature\\tfeature_active\\n2\\t0.5\\t1\\t1\\n4\\t0.25\\t0.5\\t0.7\\n"
    ... )
    >>> log = LoggedEpochs.read(folder)
    >>> log.terms, log.errors, log.best("eer"), log.dev("eer").tolist()
    (['feature'], ['eer'], 1, [0.5, 0.25])
    """

    epochs: np.ndarray
    columns: Mapping[str, np.ndarray]

    @classmethod
    def read(cls, folder: Path, error: str | None = None) -> "LoggedEpochs":
        """Read the log of a student or a teacher.

        Arguments
        ---------
        folder: of the model.
        error: what the log must have, among training and dev items.

        Raises
        ------
        InputError: it is missing or broken, or lacks the error.
        """
        path = require(folder / TRAIN_LOG, made_by="training")
        header, *rows = [line.split("\t") for line in read_lines(path)] or [[]]
        try:
            figures = np.array([[float(word) for word in row] for row in rows])
            if not rows:
                raise ValueError("no epoch")
            figures[~np.isfinite(figures)] = np.nan
            found = dict(zip(header, figures.reshape(-1, len(header)).T, strict=True))
            log = cls(found.pop("epoch"), found)
            if error is not None:
                log.train(error), log.dev(error)
            return log
        except (ValueError, KeyError, ZeroDivisionError) as broken:
            raise InputError(f"{path} is broken ({broken}): train again") from broken

    @property
    def terms(self) -> list[str]:
        """The names of the terms of distillation."""
        ends = (name.removesuffix(ACTIVE) for name in self.columns if name.endswith(ACTIVE))
        return [name for name in ends if name in self.columns]

    @property
    def errors(self) -> list[str]:
        """What errors on dev items are called: ``eer`` of trials, ``error`` of images."""
        return [name.removeprefix("dev_") for name in self.columns if name.startswith("dev_")]

    def train(self, error: str) -> np.ndarray:
        """An error among what was trained on, a fraction, shape ``(epochs,)``."""
        return self.columns[f"train_{error}"]

    def dev(self, error: str) -> np.ndarray:
        """An error on dev items, a fraction, shape ``(epochs,)``."""
        return self.columns[f"dev_{error}"]

    def best(self, error: str) -> int | None:
        """Position of the epoch of lowest dev error, a student's checkpoint; None without one."""
        dev = self.dev(error)
        return None if np.isnan(dev).all() else int(np.nanargmin(dev))
