"""A further test set for students of any corpus: ``--test``."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.corpus import Corpus, TestList
from speechdistill.corpora.cut_table import CutTable
from speechdistill.corpora.official_lists import find_list
from speechdistill.corpora.prepared_folder import (
    look_through,
    prepared_folder,
    real_output,
    report_if_up_to_date,
)
from speechdistill.corpora.registry import AUTO, read_corpus
from speechdistill.corpora.report import CorpusReport
from speechdistill.corpora.set_sources import set_sources
from speechdistill.corpora.set_writer import WrittenSet, write_set
from speechdistill.corpora.skipped import SkippedItems, check_skipped
from speechdistill.corpora.speaker_manifest import SpeakerTask
from speechdistill.corpora.survey import AUDIO_FILES
from speechdistill.corpora.trained_on import trained_on
from speechdistill.corpora.trials_of_test import TestTrials
from speechdistill.storage.places import SKIPPED, TEST


@dataclass(frozen=True)
class TestSettings:
    """What :func:`prepare_test_set` needs to know.

    Arguments
    ---------
    data: a folder, or a file that lists a corpus.
    output: folder to write.
    decoded_audio: where audio that is decoded is kept.
    training: the folder of the training set, none of whose files may be tested.
    lists: files of trials, or names: of files in ``data``, of a corpus's own lists, or of
        VoxCeleb's (:mod:`speechdistill.corpora.official_lists`); none for the corpus's own.
    corpus: its kind, or ``auto``.
    jobs: number of processes.
    seed: of trials that are sampled where there is no list.
    skipped_limit: share of audio files or trials that may be left out.
    """

    __test__ = False  # pytest would take it for a test

    data: Path
    output: Path
    decoded_audio: Path
    training: Path
    lists: Sequence[str] = ()
    corpus: str = AUTO
    jobs: int = 1
    seed: int = 0
    skipped_limit: float = 0.01


def prepare_test_set(settings: TestSettings) -> CorpusReport:
    """Write ``test/`` below ``output``, as :func:`prepare_corpus` does, and nothing of training.

    The set has the utterances that the trial lists name, or all if there is no list: then trials
    are sampled. Lists need not say which trials are targets. If nothing changed, nothing is done.

    Raises
    ------
    InputError: there is no corpus of the kind, a list is not there, an utterance is one of the
        training set, or too much cannot be used.
    """
    settings = replace(settings, output=real_output(settings.output))
    corpus = read_corpus([settings.data], settings.corpus)
    trials = TestTrials.load(_lists(settings, corpus), labelled=False)
    kept = {
        "seed": settings.seed,
        "skipped_limit": settings.skipped_limit,
        "training": set_sources(settings.training),
        "lists": list(settings.lists),
    }
    current = look_through(kept, corpus, trials.paths, [])
    corpus.survey.check([settings.data], settings.skipped_limit)
    if made := report_if_up_to_date(settings.output, current, settings.decoded_audio):
        return made
    report = CorpusReport(current)
    wanted = corpus.by_speaker(trials.named()) if trials.listed else None
    tasks = [
        SpeakerTask(source, {}, None if wanted is None else wanted[name], is_seen=False)
        for name, source in corpus.speakers.items()
        if wanted is None or name in wanted
    ]
    skipped = SkippedItems(corpus.survey.skipped(AUDIO_FILES))
    with prepared_folder(settings.output, report, skipped) as folder:
        written = write_set(
            folder / TEST,
            tasks,
            jobs=settings.jobs,
            min_duration=0.0,
            decoded_audio=settings.decoded_audio,
        )
        skipped.add(written.skipped_audio.items)
        if not written.ids:
            raise InputError(_why_none(settings, corpus, trials, written))
        _check_training(folder / TEST, settings, written, report)
        trials.save(folder / TEST, written, settings.skipped_limit, skipped, report, settings.seed)
        report.sets = {TEST: written.report}
        report.skipped_audio = skipped.reasons
        report.unused_speakers = len(corpus.speakers) - written.report.speakers
        count, used = len(written.skipped_audio), written.report.utterances
        listing = settings.output / SKIPPED
        check_skipped(count, count + used, settings.skipped_limit, "audio files", listing)
    return report


def _lists(settings: TestSettings, corpus: Corpus) -> Sequence[TestList]:
    if not settings.lists:
        return corpus.trials
    return [find_list(name, settings.data, corpus) for name in settings.lists]


def _why_none(
    settings: TestSettings, corpus: Corpus, trials: TestTrials, written: WrittenSet
) -> str:
    """Say why there is nothing to test on."""
    if unusable := written.skipped_audio.items:
        (path, reason), *_ = unusable
        return (
            f"none of {len(unusable)} audio files of {settings.data} can be used (first: {path}: "
            f"{reason}): put them right"
        )
    there = next(iter(corpus.speakers.values())).utterances()
    such = f" such as {there[0].id}" if there else ""
    return (
        f"no utterance that {trials.paths[0]} names, such as {min(trials.named())}, is in "
        f"{settings.data}, which has others{such}: give the list that belongs to it"
    )


def _check_training(
    folder: Path, settings: TestSettings, written: WrittenSet, report: CorpusReport
) -> None:
    """Nobody is tested on what was trained on; one name need not be one person in two corpora."""
    training, tested = CutTable.load(settings.training).columns, CutTable.load(folder).columns
    if shared := trained_on(tested, training):
        raise InputError(
            f"{len(shared)} utterances of {settings.data} are in the training set "
            f"(first: {shared[0]}): give another list, or take their speakers out of training "
            "(--drop-trial-speakers)"
        )
    if both := written.genders.keys() & set(training["speaker"]):
        report.notes.append(
            f"{len(both)} speakers have the name of a training speaker ({min(both)}): if they are "
            "the same people, this is no test"
        )
