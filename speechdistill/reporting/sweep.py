"""SWEEP.md: which setting of a student is best on the dev trials."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speechdistill.errors import InputError
from speechdistill.files import require, written_whole
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.tables import markdown_table, mean_and_deviation
from speechdistill.training.training_log import TRAIN_LOG


@dataclass(frozen=True)
class BestEpoch:
    """The epoch of lowest dev error of one student.

    Attributes
    ----------
    epoch: its number.
    dev, train: errors (EERs of trials, say) on dev and among what was trained on, fractions.
    """

    epoch: int
    dev: float
    train: float

    @classmethod
    def of(cls, student_exp: Path, measure: str = "eer") -> "BestEpoch":
        """Read it from a student's training log, which calls the error ``measure``.

        Raises
        ------
        InputError: the student is not trained, or its log is broken.
        """
        path = require(student_exp / TRAIN_LOG, made_by="training")
        try:
            log = np.atleast_1d(np.genfromtxt(path, names=True, delimiter="\t"))
            best = log[int(np.argmin(log[f"dev_{measure}"]))]
            errors = (float(best[f"{name}_{measure}"]) for name in ("dev", "train"))
            return cls(int(best["epoch"]), *errors)
        except ValueError as error:
            raise InputError(f"{path} is broken ({error}): train the student again") from error


def write_sweep(
    path: Path, rows: Mapping[str, Sequence[BestEpoch]], provenance: Provenance
) -> None:
    """Write a table of settings by mean dev EER, whole or not at all.

    Arguments
    ---------
    path: the Markdown file.
    rows: setting -> the best epoch of each of its students, one per seed.
    provenance: of the run.
    """
    with written_whole(path) as partial:
        partial.write_text(
            "# Settings by EER on the dev trials\n\n"
            + sweep_table(rows)
            + "\nEach figure is that of the epoch of lowest dev EER: mean over seeds, +- one "
            "standard deviation.\nNo test trial was scored.\n\n"
            f"```sh\n{provenance.command}\n```\n\n"
            f"- seeds: 1 to {provenance.seed}\n- commit: {provenance.commit}\n"
            f"- machine: {provenance.machine}\n- software: {provenance.software}\n",
            encoding="utf-8",
        )


def sweep_table(rows: Mapping[str, Sequence[BestEpoch]]) -> str:
    """Return a Markdown table of settings, lowest mean dev EER first.

    Example
    -------
    >>> soft = [BestEpoch(5, 0.1, 0.02), BestEpoch(6, 0.11, 0.03)]
    >>> print(sweep_table({"margin 0": [BestEpoch(3, 0.12, 0.01)], "margin 0.4": soft}), end="")
    | setting    | dev EER %     | train EER % | epochs |
    |------------|---------------|-------------|--------|
    | margin 0.4 | 10.50 +- 0.71 | 2.50        | 5, 6   |
    | margin 0   | 12.00         | 1.00        | 3      |
    """
    ordered = sorted(rows.items(), key=lambda item: np.mean([best.dev for best in item[1]]))
    return markdown_table(
        ["setting", "dev EER %", "train EER %", "epochs"],
        [
            [
                name,
                mean_and_deviation([best.dev for best in found]),
                f"{100 * np.mean([best.train for best in found]):.2f}",
                ", ".join(str(best.epoch) for best in found),
            ]
            for name, found in ordered
        ],
    )
