"""The test set under every condition."""

import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from lhotse import MonoCut
from tqdm import tqdm

from speechdistill.base.errors import InputError
from speechdistill.base.parallel import parallel_map
from speechdistill.base.randomness import generator_for
from speechdistill.corpora.conditions.babble import TALKERS, sample_talkers
from speechdistill.corpora.conditions.catalogue import CONDITIONS, CUT_CONDITIONS, NOISE_CONDITIONS
from speechdistill.corpora.conditions.noisy_copies import (
    NoisyUtterance,
    noisy_cut,
    write_noisy_copies,
)
from speechdistill.corpora.conditions.shortening import middle
from speechdistill.corpora.manifests import cut_writer, load_cuts
from speechdistill.corpora.set_sources import set_content
from speechdistill.corpora.skipped import SkippedItems, check_skipped
from speechdistill.storage.files import require, written_whole
from speechdistill.storage.made_from import MADE_FROM, is_made_from, write_record
from speechdistill.storage.partials import is_partial
from speechdistill.storage.places import CUTS, DEV, SKIPPED, TEST, TRAIN, Stage

logger = logging.getLogger(__name__)


def make_conditions(data: Path, seed: int, jobs: int, skipped_limit: float = 0.01) -> None:
    """Write ``data/test-<condition>/cuts.jsonl.gz`` for all conditions, with the test cuts' ids.

    Which there are, ``catalogue.py`` says. Noisy copies are 16-bit FLAC in
    ``test-<condition>/audio/``; utterances that are not longer than a cut stay whole. Those that
    cannot be read or are silent are listed in ``skipped.tsv`` of the conditions that want their
    samples.

    Those who babble are people of the dev set: they are in no test trial, so that nobody is heard
    behind an utterance who is compared with it, and no student was trained on them. Where the dev
    set has fewer than five people, training speakers join them.

    Audio that a killed run left is not made again; if nothing changed, nothing is done.

    Arguments
    ---------
    data: a corpus's manifests.
    seed: of the noise; together with a cut's id it determines the cut's noise.
    jobs: number of processes.
    skipped_limit: the largest share of utterances that may be skipped, in [0, 1].

    Raises
    ------
    InputError: a manifest is missing, fewer than five people can babble, or too much was skipped.
    """
    data = data.absolute()
    cuts = load_cuts(data / TEST)
    sources, pool = _talkers(data)
    folders = [data / condition.set_name for condition in CONDITIONS]
    current = {
        "seed": seed,
        "condition sources": {path.parent.name: set_content(path.parent) for path in sources},
        "folders": [str(folder) for folder in folders],
    }
    is_current = {folder: is_made_from(folder / MADE_FROM, current) for folder in folders}
    if all(is_current[folder] and (folder / CUTS).exists() for folder in folders):
        logger.info("the test conditions in %s are up to date: nothing changed", data)
        return
    for folder in folders:
        if not is_current[folder]:
            _remove(folder)
            with written_whole(folder / MADE_FROM) as record:
                write_record(record, current)
    outcomes = parallel_map(
        partial(write_noisy_copies, data=data, seed=seed), _utterances(cuts, pool, seed), jobs
    )
    skipped = SkippedItems()
    with ExitStack() as stack:
        write = {
            condition: stack.enter_context(cut_writer(data / condition.set_name))
            for condition in CONDITIONS
        }
        progress = tqdm(outcomes, "test conditions", len(cuts), unit="utterance")
        for cut, reason in zip(cuts, progress, strict=True):
            for condition in CUT_CONDITIONS:
                write[condition](middle(cut, condition.level))
            if reason:
                skipped.add([(cut.recording.sources[0].source, reason)])
                continue
            for condition in NOISE_CONDITIONS:
                write[condition](noisy_cut(cut, condition, data))
        for condition in NOISE_CONDITIONS:
            skipped.save(data / condition.set_name / SKIPPED)
        check_skipped(len(skipped), len(cuts), skipped_limit, "utterances", _listing(data))
    _report(cuts, skipped, data)


def _remove(folder: Path) -> None:
    """Remove a condition's folder, which its record, written first, proves to be one."""
    found = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    if MADE_FROM not in found and not all(map(is_partial, found)):
        raise InputError(
            f"{folder} is not empty and no test condition: move it away, and run the stage again"
        )
    for path in folder.iterdir() if folder.is_dir() else ():  # the folder may be a link
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _talkers(data: Path) -> tuple[list[Path], dict[str, list[MonoCut]]]:
    """Return the manifests that conditions are made from, and the utterances of who babbles."""
    sources = [data / TEST / CUTS]
    pool: dict[str, list[MonoCut]] = {}
    for name in (DEV, TRAIN):
        if len(pool) < TALKERS:
            sources.append(require(data / name / CUTS, made_by=Stage.MANIFESTS))
            for cut in load_cuts(data / name):
                pool.setdefault(cut.supervisions[0].speaker, []).append(cut)
    if len(pool) < TALKERS:
        raise InputError(
            f"{data} has {len(pool)} people outside the test set: babble needs {TALKERS}"
        )
    return sources, pool


def _utterances(
    cuts: Sequence[MonoCut], pool: Mapping[str, Sequence[MonoCut]], seed: int
) -> Iterator[NoisyUtterance]:
    for cut in cuts:
        rng = generator_for(seed, "talkers", cut.id)
        yield NoisyUtterance(cut, sample_talkers(pool, cut.supervisions[0].speaker, rng))


def _listing(data: Path) -> Path:
    return data / NOISE_CONDITIONS[0].set_name / SKIPPED


def _report(cuts: Sequence[MonoCut], skipped: SkippedItems, data: Path) -> None:
    for condition in CUT_CONDITIONS:
        whole = sum(cut.duration <= condition.level for cut in cuts)
        if whole:
            logger.info(
                "%s: %d of %d utterances are not longer and stay whole",
                *(condition.set_name, whole, len(cuts)),
            )
    if skipped:
        logger.warning(
            "%d of %d utterances are left out of the noise conditions: see %s",
            *(len(skipped), len(cuts), _listing(data)),
        )
    logger.info("%d utterances under %d conditions in %s", len(cuts), len(CONDITIONS), data)
