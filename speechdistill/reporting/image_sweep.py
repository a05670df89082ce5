"""SWEEP.md of an image ablation: which setting is best on the dev images."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from speechdistill.files import written_whole
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.tables import markdown_table, mean_and_deviation


def image_sweep_table(errors: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    """Return settings by mean dev error, lowest first.

    Arguments
    ---------
    errors: setting -> training set (condition and size) -> dev errors, one per seed.

    Example
    -------
    >>> errors = {"hard": {"clean 5": [0.2, 0.3]}, "soft": {"clean 5": [0.1, 0.2]}}
    >>> print(image_sweep_table(errors), end="")
    | dev error % | clean 5       | mean  |
    |-------------|---------------|-------|
    | soft        | 15.00 +- 7.07 | 15.00 |
    | hard        | 25.00 +- 7.07 | 25.00 |
    """
    means = {
        setting: float(np.mean([np.mean(found) for found in of_set.values()]))
        for setting, of_set in errors.items()
    }
    header = ["dev error %", *next(iter(errors.values())), "mean"]
    return markdown_table(
        header,
        [
            [
                setting,
                *map(mean_and_deviation, errors[setting].values()),
                f"{100 * means[setting]:.2f}",
            ]
            for setting in sorted(means, key=lambda setting: means[setting])
        ],
    )


def write_image_sweep(
    path: Path, errors: Mapping[str, Mapping[str, Sequence[float]]], provenance: Provenance
) -> None:
    """Write the table of settings, whole or not at all."""
    with written_whole(path) as partial:
        partial.write_text(
            f"# Settings by error on the dev images\n\n{image_sweep_table(errors)}\n"
            "Each figure is that of the epoch of lowest dev error: mean over seeds, +- one "
            "standard deviation.\nNo test image was classified.\n\n"
            f"```sh\n{provenance.command}\n```\n\n"
            f"- seeds: 1 to {provenance.seed}\n- commit: {provenance.commit}\n"
            f"- machine: {provenance.machine}\n- software: {provenance.software}\n",
            encoding="utf-8",
        )
