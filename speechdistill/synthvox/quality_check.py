"""How well the measures of quality rank recordings and images whose true quality is known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from speechdistill.base.errors import InputError
from speechdistill.quality.table import QualityTable
from speechdistill.storage.places import QUALITY, SETS, Stage
from speechdistill.synthvox.truth_tables import UTTERANCES, numbers, read_truth

ALL = "all"
SNR = "snr_db"
ROOM_AND_CHANNEL = ("reverberation_time", "direct_to_reverberant_db", "high_hz")
DEGRADATION = "degradation"
DEGRADATIONS = ("blur", "low_resolution", "darkness", "occlusion")


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's correlation of a measure with the truth.

    Arguments
    ---------
    part: the set (``train``, ``dev``, ``test``), or ``all`` of them.
    measure: a column of the quality table; ``quality`` is the score that weights are made of.
    truth: what it is compared with, and where: ``snr_db`` or ``snr_db, babble``.
    n: number of items.
    value: in [-1, 1]; NaN where either does not vary.
    """

    part: str
    measure: str
    truth: str
    n: int
    value: float


def check_speech(data: Path, truth: Path) -> list[RankCorrelation]:
    """Compare the quality of speech with a synthvox corpus's ``utterances.tsv``.

    Against the true SNR, over all and by kind of noise, and against room and channel.

    Arguments
    ---------
    data: folder of the sets, with ``<set>/quality/speech.tsv``.
    truth: the corpus's ``truth/``.

    Raises
    ------
    InputError: a file is missing or broken, or an utterance is not in the truth.
    """
    path = truth / UTTERANCES
    known = read_truth(path)
    found = []
    for part, table in _with_all(_tables(data, "speech.tsv")).items():
        rows = _rows_of(table, known, path)
        kinds = np.array([row["noise"] for row in rows])
        snrs = numbers(rows, SNR, path)
        subsets = {SNR: np.full(len(rows), True)}
        subsets |= {f"{SNR}, {kind}": kinds == kind for kind in sorted(set(kinds))}
        for name, chosen in subsets.items():
            found += _correlations(part, table, name, snrs, chosen)
        for name in ROOM_AND_CHANNEL:
            found += _correlations(part, table, name, numbers(rows, name, path))
    return found


def check_images(data: Path, truth: Path) -> list[RankCorrelation]:
    """Compare the quality of images with a synthvox corpus's ``images.tsv``.

    Against the degradation as a whole and each kind of it; a good measure falls with them.

    Arguments
    ---------
    data: folder of the sets, with ``<set>/quality/image.tsv``.
    truth: the corpus's ``truth/``.

    Raises
    ------
    InputError: a file is missing or broken, or an image is not in the truth.
    """
    return _check_degradation(_tables(data, "image.tsv"), truth / "images.tsv")


def check_teacher(targets: Path, data: Path, truth: Path) -> list[RankCorrelation]:
    """Compare the quality of a teacher's embeddings with ``images.tsv``, as :func:`check_images`.

    Arguments
    ---------
    targets: the teacher's, with ``quality.tsv``.
    data: folder of the sets, which tells the images of each.
    truth: the corpus's ``truth/``.

    Raises
    ------
    InputError: a file is missing or broken, or an image is not in the truth.
    """
    quality = QualityTable.load(targets / "quality.tsv", made_by=Stage.TARGETS)
    row_of = {name: row for row, name in enumerate(quality.ids)}
    parts = {}
    for part, images in _tables(data, "image.tsv").items():
        rows = [row_of[name] for name in images.ids if name in row_of]
        columns = {name: values[rows] for name, values in quality.columns.items()}
        parts[part] = QualityTable([quality.ids[row] for row in rows], columns)
    return _check_degradation(parts, truth / "images.tsv")


def require_correlation(
    correlations: Iterable[RankCorrelation], truth: str, at_least: float, what: str
) -> None:
    """Raise an InputError if ``quality`` over all sets agrees with ``truth`` less than wanted.

    Only the size of the correlation counts for a degradation, which quality falls with.

    Example
    -------
    >>> found = [RankCorrelation("all", "quality", "snr_db", 90, 0.72)]
    >>> require_correlation(found, "snr_db", 0.8, "quality of speech")
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: quality of speech has a Spearman correlation of 0.720 \
with snr_db over 90 items, 0.8 is wanted: the table above shows where it fails
    """
    (overall,) = (
        found
        for found in correlations
        if (found.part, found.measure, found.truth) == (ALL, "quality", truth)
    )
    agreement = -overall.value if truth == DEGRADATION else overall.value
    if not agreement >= at_least:
        wanted = -at_least if truth == DEGRADATION else at_least
        raise InputError(
            f"{what} has a Spearman correlation of {overall.value:.3f} with {truth} over "
            f"{overall.n} items, {wanted:g} is wanted: the table above shows where it fails"
        )


def _check_degradation(parts: Mapping[str, QualityTable], path: Path) -> list[RankCorrelation]:
    known = read_truth(path)
    found = []
    for part, table in _with_all(parts).items():
        rows = _rows_of(table, known, path)
        for name in (DEGRADATION, *DEGRADATIONS):
            found += _correlations(part, table, name, numbers(rows, name, path))
    return found


def _correlations(
    part: str,
    table: QualityTable,
    name: str,
    truth: np.ndarray,
    chosen: np.ndarray | None = None,
) -> list[RankCorrelation]:
    found = []
    for measure, values in table.columns.items():
        kept = np.isfinite(values) if chosen is None else np.isfinite(values) & chosen
        x, y = values[kept], truth[kept]
        varies = len(x) > 1 and np.ptp(x) > 0 and np.ptp(y) > 0
        value = float(stats.spearmanr(x, y).statistic) if varies else float("nan")
        found.append(RankCorrelation(part, measure, name, len(x), value))
    return found


def _tables(data: Path, name: str) -> dict[str, QualityTable]:
    parts = [part for part in SETS if (data / part).is_dir()]
    if not parts:
        raise InputError(f"{data} has none of {', '.join(SETS)}: {Stage.MANIFESTS} makes them")
    return {part: QualityTable.load(data / part / QUALITY / name) for part in parts}


def _with_all(parts: Mapping[str, QualityTable]) -> dict[str, QualityTable]:
    return {**parts, ALL: QualityTable.joined(list(parts.values()))}


def _rows_of(
    table: QualityTable, known: Mapping[str, dict[str, str]], path: Path
) -> list[dict[str, str]]:
    unknown = next((name for name in table.ids if name not in known), None)
    if unknown is not None:
        raise InputError(f"{unknown} is not in {path}: give the truth of the corpus that it is of")
    return [known[name] for name in table.ids]
