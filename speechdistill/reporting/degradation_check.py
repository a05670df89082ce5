"""Whether measures of image quality see which training images were degraded."""

from pathlib import Path

import numpy as np
from scipy import stats

from speechdistill.base.errors import InputError
from speechdistill.corpora.images.degradation import KINDS
from speechdistill.corpora.images.training_sample import DEGRADATIONS
from speechdistill.quality.table import QualityTable
from speechdistill.reporting.tables import NOTHING, markdown_table
from speechdistill.storage.files import require
from speechdistill.storage.places import IMAGE_QUALITY, TRAIN, Stage
from speechdistill.storage.text_lines import read_lines, split_words


def degradation_table(data: Path) -> str:
    """Return measures by kinds of degradation: Spearman's correlation with its strength.

    Each kind is compared with the images that are as they were, whose strength is 0.

    Arguments
    ---------
    data: folder with ``train/quality/image.tsv`` and ``truth/degradations.tsv``.

    Raises
    ------
    InputError: a file is missing, or no image was degraded.
    """
    measured = QualityTable.load(data / TRAIN / IMAGE_QUALITY)
    lines = read_lines(require(data / DEGRADATIONS, made_by=Stage.MANIFESTS))[1:]
    known = {name: (kind, float(strength)) for name, kind, strength in map(split_words, lines)}
    if not known:
        raise InputError(
            f"{data / DEGRADATIONS} names no image: run {Stage.MANIFESTS} with --degraded"
        )
    kinds = np.array([known.get(name, ("", 0.0))[0] for name in measured.ids])
    strengths = np.array([known.get(name, ("", 0.0))[1] for name in measured.ids])
    chosen = {"all": np.full(len(kinds), True)}
    chosen |= {kind: (kinds == kind) | (kinds == "") for kind in KINDS}
    rows = [
        [measure, *(_correlation(values[part], strengths[part]) for part in chosen.values())]
        for measure, values in measured.columns.items()
    ]
    count = [str(np.count_nonzero(strengths[part])) for part in chosen.values()]
    return markdown_table(["measure", *chosen], [*rows, ["degraded images", *count]])


def _correlation(values: np.ndarray, strengths: np.ndarray) -> str:
    if np.ptp(values) == 0 or np.ptp(strengths) == 0:
        return NOTHING
    return f"{stats.spearmanr(values, strengths).statistic:+.2f}"
