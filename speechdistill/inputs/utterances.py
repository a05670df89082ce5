"""Utterances as inputs: whole, or a random chunk of each."""

import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import numpy as np
import torch
from lhotse.augmentation import get_or_create_resampler
from lhotse.cut import MonoCut

from speechdistill.base.errors import InputError
from speechdistill.base.one_thread import one_thread
from speechdistill.corpora.cut_audio import SHORTEST_SECONDS, load_cut_audio
from speechdistill.corpora.cut_table import CutTable
from speechdistill.inputs.items import UtteranceItems
from speechdistill.inputs.perceived import How, PerceivedSet, Read
from speechdistill.quality.coverage import check_coverage
from speechdistill.quality.table import QualityTable
from speechdistill.storage.files import require
from speechdistill.storage.places import CUTS, SPEECH_QUALITY, TEST, Stage


class Utterances:
    """The utterances of a set that can be read, as waveforms ``(samples,)``.

    In training utterances shorter than the chunk are repeated until they fill it. Read whole, they
    are repeated likewise up to ``SHORTEST_SECONDS``, the least that encoders take.

    Arguments
    ---------
    sample_rate: in Hz; other rates are resampled.
    chunk_duration: what training hears of each, in seconds.
    """

    kind = "speech"

    def __init__(self, sample_rate: int, chunk_duration: float) -> None:
        self.sample_rate = sample_rate
        self.chunk_duration = chunk_duration

    def prepare(self, data: Path, exp: Path, sets: Sequence[str]) -> None:
        """Utterances are read as they are needed."""

    def perceive(self, data: Path, exp: Path, name: str) -> PerceivedSet:
        """Return the set's utterances.

        Raises
        ------
        InputError: no manifest, or no speech quality.
        """
        return self.perceive_table(*readable_cuts(data / name))

    def perceive_cuts(self, cuts: Sequence[MonoCut], quality: QualityTable) -> PerceivedSet:
        """Return the utterances of Lhotse cuts with one supervision each.

        Example
        -------
        >>> from lhotse.testing.dummies import dummy_cut, dummy_supervision
        >>> cut = dummy_cut(0, duration=1.0, supervisions=[dummy_supervision(0)], with_data=True)
        >>> quality = QualityTable([cut.id], {"quality": np.ones(1)})
        >>> perceived = Utterances(16000, chunk_duration=0.5).perceive_cuts([cut], quality)
        >>> perceived.read(0, np.random.default_rng(0)).shape, perceived.read(0, None).shape
        (torch.Size([8000]), torch.Size([16000]))
        """
        return self.perceive_table(CutTable.of(cuts), quality)

    def perceive_table(self, cuts: CutTable, quality: QualityTable) -> PerceivedSet:
        """Return the utterances of a table of cuts."""
        return PerceivedSet(
            UtteranceItems(cuts),
            self.reader(cuts.cut),
            quality,
            np.maximum(cuts.columns["duration"], SHORTEST_SECONDS),
        )

    def reader(self, cut_of: Callable[[int], MonoCut]) -> Read:
        """Return what reads the waveforms of cuts, given their rows."""
        return partial(_read, cut_of, self.sample_rate, self.chunk_duration)


def clean_set_of(folder: Path) -> Path:
    """Return the folder of the set that a test condition was made from; any other set's own.

    Example
    -------
    >>> clean_set_of(Path("data/test-white-5")).as_posix()
    'data/test'
    """
    return folder.with_name(TEST) if folder.name.startswith(f"{TEST}-") else folder


def readable_cuts(folder: Path) -> tuple[CutTable, QualityTable]:
    """Load a set's cuts without those whose audio cannot be read, and their quality.

    A test condition has the utterances of the test set, whose quality says which are readable.

    Raises
    ------
    InputError: a manifest or the quality is missing or broken, or the quality is not of the whole
        set (:func:`speechdistill.quality.coverage.check_coverage`).
    """
    clean = clean_set_of(folder)
    require(
        folder / CUTS, made_by=Stage.MANIFESTS if clean == folder else "local/make_conditions.py"
    )
    quality = QualityTable.load(clean / SPEECH_QUALITY)
    cuts = CutTable.load(folder)
    is_rated = ~np.isnan(quality.scores_of(cuts.columns["id"]))
    if not is_rated.all():
        whole = cuts if clean == folder else CutTable.load(clean)
        is_known = ~np.isnan(quality.scores_of(whole.columns["id"]))
        paths = (whole.file(row) for row in np.flatnonzero(~is_known).tolist())
        check_coverage(clean / SPEECH_QUALITY, len(whole), paths)
    return cuts.select(is_rated), quality


def _read(
    cut_of: Callable[[int], MonoCut],
    sample_rate: int,
    chunk_duration: float,
    row: int,
    how: How,
) -> torch.Tensor:
    cut = cut_of(row)
    is_short = cut.duration < SHORTEST_SECONDS
    if cut.sampling_rate != sample_rate and not is_short:
        cut = cut.resample(sample_rate)
    offset, duration = 0.0, None
    if isinstance(how, np.random.Generator):
        if cut.duration > chunk_duration:
            offset = how.uniform(0, cut.duration - chunk_duration)
            duration = chunk_duration
    elif how is not None and not is_short:
        start, end = how.samples(cut.num_samples)
        offset, duration = start / sample_rate, (end - start) / sample_rate
    try:
        with one_thread() if cut.recording.transforms else nullcontext():
            signal = load_cut_audio(cut, offset, duration)
            if is_short:
                signal = _lengthened(signal, cut.sampling_rate, sample_rate)
    # Lhotse raises what its backends raise, of no common class.
    except Exception as error:
        source = cut.recording.sources[0].source
        reason = " ".join(str(error).split())[:200]
        if isinstance(source, str) and not Path(source).exists():
            reason = "no such file"
        raise InputError(f"cannot read {source} ({reason}): run {Stage.MANIFESTS} again") from error
    chunk = round(chunk_duration * sample_rate)
    if isinstance(how, np.random.Generator) and len(signal) != chunk:
        signal = np.resize(signal, chunk)
    return torch.from_numpy(signal)


def _lengthened(signal: np.ndarray, rate: int, sample_rate: int) -> np.ndarray:
    """Repeat a signal up to the least length, before a lower rate would leave nothing of it."""
    signal = np.resize(signal, math.ceil(SHORTEST_SECONDS * rate))
    if rate != sample_rate:
        resample = get_or_create_resampler(rate, sample_rate)
        signal = resample(torch.from_numpy(signal)).numpy()
    return np.resize(signal, round(SHORTEST_SECONDS * sample_rate))
