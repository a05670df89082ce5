"""Quality scores of a whole set."""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
from lhotse import MonoCut
from PIL import Image
from tqdm import tqdm

from speechdistill.corpora.colours import in_colours
from speechdistill.corpora.cut_audio import load_windows
from speechdistill.corpora.image_manifest import ImageRecord, iterate_images
from speechdistill.corpora.json_lines import manifest_lines
from speechdistill.corpora.manifests import iterate_cuts
from speechdistill.corpora.set_sources import set_sources
from speechdistill.corpora.skipped import SkippedItems, check_skipped
from speechdistill.corpora.upright import open_upright
from speechdistill.distributed.processes import is_main, world_size
from speechdistill.distributed.shared_map import shared_map
from speechdistill.quality.image import ImageQuality, measure_image
from speechdistill.quality.speech import SpeechQuality, measure_speech
from speechdistill.quality.table import QualityTable
from speechdistill.signals.sample_faults import fault_of_samples
from speechdistill.storage.files import require, written_whole
from speechdistill.storage.made_from import MADE_FROM, is_made_from, write_record
from speechdistill.storage.places import CONTENT, CUTS, IMAGES, QUALITY, SKIPPED, Stage

logger = logging.getLogger(__name__)

BATCH = 32
FILES = {"speech": "recordings", "image": "images"}

Item = TypeVar("Item", MonoCut, ImageRecord)
Quality = SpeechQuality | ImageQuality
Take = Callable[[bytes | memoryview], object]  # such as the update of a hash


class UnreadableError(ValueError):
    """A file cannot be read; arguments: its path and the reason."""


def compute_quality(folder: Path, jobs: int, skipped_limit: float) -> None:
    """Score every utterance and every image of a set.

    Writes ``<folder>/quality/`` with ``speech.tsv`` and ``image.tsv``
    (:class:`speechdistill.quality.table.QualityTable`), ``skipped.tsv`` with what could not be
    read, and ``content.sha256``, a hash of all samples and pixels that were: what comes of them
    later is as it was if that is, whatever the times of files. The processes of one job share the
    files. Tables made from these manifests and files are kept, unless they have other columns. A
    set of images alone has no ``speech.tsv``.

    Arguments
    ---------
    folder: of a set, with ``cuts.jsonl.gz`` and ``images.jsonl.gz``, or the latter alone.
    jobs: number of processes.
    skipped_limit: the largest share of files that may be unreadable, in [0, 1].

    Raises
    ------
    InputError: a manifest is missing, or too many files are unreadable; ``quality/skipped.tsv``
        then lists them.
    """
    manifests = {"speech": folder / CUTS, "image": folder / IMAGES}
    kinds: dict[str, type[Quality]] = {"speech": SpeechQuality, "image": ImageQuality}
    if not manifests["speech"].exists():
        del kinds["speech"]
    for name in kinds:
        require(manifests[name], made_by=Stage.MANIFESTS)
    output = folder / QUALITY
    sources = set_sources(folder)
    made = {output / f"{name}.tsv": kind for name, kind in kinds.items()}
    if is_made_from(output / MADE_FROM, sources) and all(map(_has_columns, made, made.values())):
        logger.info("%s is up to date: nothing changed since it was made", output)
        return
    found, content = {}, hashlib.sha256()
    if "speech" in kinds:
        bar = _progress(manifests["speech"], folder, "speech")
        cuts = iterate_cuts(folder)
        found["speech"] = _score(measure_cut, SpeechQuality, cuts, jobs, bar, content.update)
    images = iterate_images(manifests["image"])
    bar = _progress(manifests["image"], folder, "images")
    found["image"] = _score(measure_image_file, ImageQuality, images, jobs, bar, content.update)
    skipped = SkippedItems([item for _, unreadable in found.values() for item in unreadable])
    if is_main():
        skipped.save(output / SKIPPED)
    for name, (table, unreadable) in found.items():
        total = len(table) + len(unreadable)
        listing = output / SKIPPED
        check_skipped(len(unreadable), total, skipped_limit, FILES[name], listing)
    if not is_main():
        return
    with written_whole(output, besides=[SKIPPED]) as whole:
        for name, (table, _) in found.items():
            table.save(whole / f"{name}.tsv")
        skipped.save(whole / SKIPPED)
        (whole / CONTENT).write_text(f"{content.hexdigest()}\n")
        write_record(whole / MADE_FROM, sources)
    for name, (table, _) in found.items():
        if len(table):
            quartiles = np.percentile(table.columns["quality"], [25, 50, 75])
            logger.info(
                "%s quality of %d in %s: median %.2f, quartiles %.2f and %.2f",
                *(name, len(table), folder.name, quartiles[1], quartiles[0], quartiles[2]),
            )


def measure_cut(cut: MonoCut, take: Take | None = None) -> SpeechQuality:
    """Read and measure an utterance, one longer than 60 s in windows of equal length.

    ``take`` gets the bytes of its samples.

    Raises
    ------
    UnreadableError: it cannot be decoded, or a sample is not finite or far above full scale.
    """
    path = cut.recording.sources[0].source
    measured: list[SpeechQuality] = []
    windows = load_windows(cut)
    while True:
        try:
            signal = next(windows, None)
        # Lhotse raises what its backends raise, of no common class.
        except Exception as error:
            raise UnreadableError(path, _why_unreadable(path, error)) from error
        if signal is None:
            return SpeechQuality.joined(measured)
        if fault := fault_of_samples(signal):
            raise UnreadableError(path, fault)
        measured.append(measure_speech(signal, cut.sampling_rate))
        if take is not None:
            take(np.ascontiguousarray(signal).data)


def measure_image_file(record: ImageRecord, take: Take | None = None) -> ImageQuality:
    """Open and measure an image; ``take`` gets the bytes of its size and its pixels.

    Raises
    ------
    UnreadableError: it cannot be decoded.
    """
    try:
        with open_upright(record.path) as image:
            if take is not None:
                take(f"{image.size}".encode())
                take(in_colours(image).tobytes())
            return measure_image(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnreadableError(record.path, _why_unreadable(record.path, error)) from error


def _why_unreadable(path: str, error: Exception) -> str:
    return f"unreadable ({type(error).__name__})" if Path(path).exists() else "missing"


def _score(
    measure: Callable[[Item, Take], Quality],
    kind: type[Quality],
    items: Iterable[Item],
    jobs: int,
    progress: tqdm,
    take: Take,
) -> tuple[QualityTable, list[tuple[str, str]]]:
    """Measure ``items``; return their table, and path and reason of those that are unreadable.

    ``take`` gets a hash of each that was read, in order.
    """
    names = list(kind.COLUMNS)
    ids: list[str] = []
    rows: list[list[float]] = []
    unreadable: list[tuple[str, str]] = []
    measure_batch = partial(_measure_batch, measure)
    with progress:
        for batch in shared_map(
            measure_batch,
            _batches(items),
            jobs,
            lambda batch: progress.update(len(batch) * world_size()),
        ):
            for name, outcome, digest in batch:
                if isinstance(outcome, UnreadableError):
                    unreadable.append(outcome.args)
                else:
                    ids.append(name)
                    take(digest)
                    rows.append([getattr(outcome, column) for column in names])
    values = np.array(rows, dtype=float).reshape(-1, len(names))
    return QualityTable(ids, dict(zip(names, values.T, strict=True))), unreadable


def _measure_batch(
    measure: Callable[[Item, Take], Quality], items: Sequence[Item]
) -> list[tuple[str, Quality | UnreadableError, bytes]]:
    outcomes: list[tuple[str, Quality | UnreadableError, bytes]] = []
    for item in items:
        content = hashlib.sha256()
        outcome: Quality | UnreadableError
        try:
            outcome = measure(item, content.update)
        except UnreadableError as error:
            outcome = error
        outcomes.append((item.id, outcome, content.digest()))
    return outcomes


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    remaining = iter(items)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _progress(manifest: Path, folder: Path, what: str) -> tqdm:
    total = sum(1 for _ in manifest_lines(manifest))
    return tqdm(total=total, desc=f"{folder.name} {what}", unit="file", disable=not is_main())


def _has_columns(table: Path, kind: type[Quality]) -> bool:
    if not table.exists():
        return False
    with table.open(encoding="utf-8") as lines:
        return lines.readline().split() == ["id", *kind.COLUMNS]
