"""A training run's table, whatever columns it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
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
    >>> log.terms, log.errors, log.best
    (['feature'], ['eer'], (4, 0.25))
    """

    epochs: np.ndarray
    columns: Mapping[str, np.ndarray]

    @classmethod
    def read(cls, folder: Path) -> "LoggedEpochs":
        """Read the log of a student or a teacher.

        Raises
        ------
        InputError: it is missing or broken.
        """
        path = folder / TRAIN_LOG
        header, *rows = [line.split("\t") for line in read_lines(path)] or [[]]
        try:
            figures = np.array([[float(word) for word in row] for row in rows])
            if not rows:
                raise ValueError("no epoch")
            figures[~np.isfinite(figures)] = np.nan
            found = dict(zip(header, figures.reshape(-1, len(header)).T, strict=True))
            return cls(found.pop("epoch"), found)
        except (ValueError, KeyError, ZeroDivisionError) as error:
            raise InputError(f"{path} is broken ({error}): train again") from error

    @property
    def terms(self) -> list[str]:
        """The names of the terms of distillation."""
        ends = (name.removesuffix(ACTIVE) for name in self.columns if name.endswith(ACTIVE))
        return [name for name in ends if name in self.columns]

    @property
    def errors(self) -> list[str]:
        """What errors on dev items are called: ``eer`` of trials, ``error`` of images."""
        return [name.removeprefix("dev_") for name in self.columns if name.startswith("dev_")]

    @property
    def best(self) -> tuple[int, float] | None:
        """The epoch of the lowest first dev error, and that error; None where there is none."""
        errors = self.columns[f"dev_{self.errors[0]}"] if self.errors else np.full(1, np.nan)
        if np.isnan(errors).all():
            return None
        at = int(np.nanargmin(errors))
        return int(self.epochs[at]), float(errors[at])
