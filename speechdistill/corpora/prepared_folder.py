"""A corpus's folder of manifests: whether it is one and up to date, and how it is written."""

import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.corpus import Corpus
from speechdistill.corpora.fingerprint import fingerprint
from speechdistill.corpora.report import CorpusReport
from speechdistill.corpora.skipped import SkippedItems
from speechdistill.corpora.survey import teacher_faces_to_walk
from speechdistill.storage.files import written_whole
from speechdistill.storage.folder_marks import damaged_files
from speechdistill.storage.places import (
    CUTS,
    ENROLMENT,
    IMAGES,
    SETS,
    SKIPPED,
    TRIALS,
    UTT2SPK,
)

logger = logging.getLogger(__name__)

MADE = (CUTS, IMAGES, f"{TRIALS}/", f"{ENROLMENT}/", UTT2SPK)


def look_through(
    settings: Mapping[str, object],
    corpus: Corpus,
    lists: Iterable[Path],
    texts: Iterable[Path],
    teacher_faces: Path | None = None,
) -> str:
    """Return the fingerprint of all that manifests are made from; the corpus's survey sees it.

    Arguments
    ---------
    settings: names and values of what changes the manifests.
    corpus: its folders are walked.
    lists, texts: trial and enrolment lists, and tables of sentences.
    teacher_faces: folder of people who are not in the corpus.
    """
    folders = list(corpus.folders)
    if teacher_faces:
        folders += teacher_faces_to_walk(teacher_faces, corpus.survey)
    sources = [*corpus.tables, *lists, *texts]
    return fingerprint(settings, sources, folders, corpus.survey.look, corpus.listed)


def real_output(output: Path) -> Path:
    """Follow links, so that what they lead to is replaced, and refuse what is no folder at once."""
    real = Path(os.path.realpath(output))
    if real.is_symlink():
        raise InputError(f"{output} is a link into a loop: give another --output")
    if real.exists() and not real.is_dir():
        raise InputError(f"{output} is a file: give another --output")
    return real if output.is_symlink() else output


def report_if_up_to_date(output: Path, current: str, decoded_audio: Path) -> CorpusReport | None:
    """Return a folder's report if it was made from what has this fingerprint, and is whole.

    Raises
    ------
    InputError: the folder is of something else, which is not going to be replaced.
    """
    try:
        report = CorpusReport.load(output)
    except InputError as error:
        if output.exists() and any(path.name != SKIPPED for path in output.iterdir()):
            raise InputError(
                f"{output} holds something else than manifests: give another --output"
            ) from error
        return None
    decoded = sum(counts.decoded_utterances for counts in report.sets.values())
    has_images = all((output / name / IMAGES).exists() for name in report.sets)
    has_audio = decoded == 0 or decoded_audio.is_dir()
    is_damaged = any(damaged_files(output, _is_manifest))
    if report.fingerprint != current or is_damaged or not has_images or not has_audio:
        return None
    logger.info("%s is up to date: nothing changed since it was made", output)
    return report


def _is_manifest(name: str) -> bool:
    """Whether a file of the folder, as ``test/trials/O.txt``, is none that a later stage adds."""
    return any(name.startswith(f"{part}/{made}") for part in SETS for made in MADE)


@contextmanager
def prepared_folder(output: Path, report: CorpusReport, skipped: SkippedItems) -> Iterator[Path]:
    """Give a folder to write sets to; it becomes ``output``, with what the block put into both.

    If the block ends in an :class:`InputError` the folder is not kept, but the list of ``skipped``
    items is: the user needs it to put the files right.
    """
    try:
        with written_whole(output, besides=[SKIPPED]) as folder:
            yield folder
            skipped.save(folder / SKIPPED)
            report.save(folder)
    except InputError:
        if skipped.items:
            skipped.save(output / SKIPPED)
        raise
    logger.info("%s", report.text().rstrip())
