"""From a corpus folder to manifests, trial lists and a report."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.corpora.added_faces import with_faces
from speechdistill.corpora.corpus import Corpus, TestList
from speechdistill.corpora.metadata import Speaker
from speechdistill.corpora.prepared_folder import (
    look_through,
    prepared_folder,
    real_output,
    report_if_up_to_date,
)
from speechdistill.corpora.registry import AUTO, read_corpus
from speechdistill.corpora.report import CorpusReport
from speechdistill.corpora.set_trials import sample_set_trials
from speechdistill.corpora.set_writer import WrittenSet, write_set
from speechdistill.corpora.skipped import SkippedItems, check_skipped
from speechdistill.corpora.speaker_manifest import SpeakerTask
from speechdistill.corpora.splits import check_disjoint, dev_speakers, training_speakers
from speechdistill.corpora.survey import AUDIO_FILES, FACE_IMAGES, Survey
from speechdistill.corpora.teacher_faces import write_teacher_faces
from speechdistill.corpora.texts_by_speaker import TextsBySpeaker
from speechdistill.corpora.trials_of_test import TestTrials
from speechdistill.storage.places import DEV, SETS, SKIPPED, TEACHER_SET, TEST, TRAIN, trial_list

# Trials among the dev speakers, and among as many training speakers: who over-fits is better there.
DEV_TRIALS = 5000


@dataclass(frozen=True)
class PreparationSettings:
    """What :func:`prepare_corpus` needs to know.

    Arguments
    ---------
    data: corpus folders, or files that list a corpus.
    output: folder to write.
    decoded_audio: where audio that needs ffmpeg is kept after decoding.
    trials: test trial lists; None for the corpus's own.
    teacher_faces: folder ``<person>/[1.6/]<session>/<frame>.jpg`` of people who are not in the
        corpus and train the teacher beside its training speakers; None for nobody.
    text: lines ``id<TAB>sentence``; None for the corpus's own ``speaker_text.tsv``, if any.
    jobs: number of processes.
    seed: of the choice of dev speakers, and of dev and training trials.
    dev_speakers: see :func:`speechdistill.corpora.splits.dev_speakers`.
    drop_trial_speakers: take trial speakers out of training instead of stopping.
    min_duration: in seconds; shorter training and dev utterances are skipped. Test utterances
        have no least duration, since a trial list is to be scored whole.
    skipped_limit: share of audio files, images or trials that may be left out.
    corpus: the kind of corpus, one of :func:`speechdistill.corpora.registry.corpus_kinds`; ``auto``
        to look which it is.
    faces: folder ``<speaker>/[1.6/]<session>/<frame>.jpg`` of the corpus's own speakers, if they
        lie elsewhere.
    join_below: in seconds; training and dev utterances of a session that are shorter are joined.
        None for no utterance.
    """

    data: Sequence[Path]
    output: Path
    decoded_audio: Path
    trials: Sequence[Path] | None = None
    teacher_faces: Path | None = None
    text: Path | None = None
    jobs: int = 1
    seed: int = 0
    dev_speakers: float | None = None
    drop_trial_speakers: bool = False
    min_duration: float = 1.0
    skipped_limit: float = 0.01
    corpus: str = AUTO
    faces: Path | None = None
    join_below: float | None = None


def prepare_corpus(settings: PreparationSettings) -> CorpusReport:
    """Check a corpus and write everything that later stages read of it.

    Below ``output``: ``{train,dev,test}/cuts.jsonl.gz`` and ``images.jsonl.gz``,
    ``dev/trials/dev.txt``, ``train/trials/train.txt``, ``test/trials/<name of each list>``,
    ``skipped.tsv``, ``report.txt`` and ``report.json``. Test utterances are those that the trials
    name; training speakers those of the part "dev", without the ones held out. The folder appears
    when it is whole; if neither settings nor corpus changed since, nothing is done.

    Raises
    ------
    InputError: the corpus is not in the layout, a name cannot be part of an id, a trial speaker
        would train, or more than ``skipped_limit`` of the audio files, images or trials cannot be
        used; ``skipped.tsv`` then lists them.
    """
    settings = replace(settings, output=real_output(settings.output))
    corpus = read_corpus(settings.data, settings.corpus)
    if settings.faces:
        corpus = with_faces(corpus, settings.faces)
    survey = corpus.survey
    trials = TestTrials.load(_test_lists(settings, corpus))
    text_paths = [settings.text] if settings.text else list(corpus.texts)
    texts = TextsBySpeaker.load(text_paths, corpus.by_speaker)
    current = look_through(
        _lasting(settings), corpus, trials.paths, text_paths, settings.teacher_faces
    )
    survey.check(settings.data, settings.skipped_limit)
    speakers = [source.speaker for source in corpus.speakers.values()]
    wanted = corpus.by_speaker(trials.named()) if trials.listed else _sampled(speakers, settings)
    allowed = training_speakers(speakers, wanted, settings.drop_trial_speakers)
    training, dev = dev_speakers(allowed, settings.dev_speakers, settings.seed)
    report = CorpusReport(current)
    if made := report_if_up_to_date(settings.output, current, settings.decoded_audio):
        return made
    write = partial(write_set, jobs=settings.jobs, decoded_audio=settings.decoded_audio)

    def tasks(members: Iterable[Speaker], wanted: Mapping[str, set[str] | None]):
        return [
            SpeakerTask(corpus.speakers[who.id], texts.about(who.id), wanted.get(who.id))
            for who in members
        ]

    skipped = SkippedItems(survey.skipped(AUDIO_FILES) + survey.skipped(FACE_IMAGES))
    with prepared_folder(settings.output, report, skipped) as folder:
        # The test set first: it is small, and most mistakes show there.
        members = [speaker for speaker in speakers if speaker.id in wanted]
        written = {TEST: write(folder / TEST, tasks(members, wanted), min_duration=0.0)}
        skipped.add(written[TEST].skipped)
        limit = settings.skipped_limit
        if not trials.listed:
            _check_any(written[TEST], settings)
        trials.save(folder / TEST, written[TEST], limit, skipped, report, settings.seed)
        for name, members in ((DEV, dev), (TRAIN, training)):
            written[name] = write(
                folder / name,
                tasks(members, {}),
                min_duration=settings.min_duration,
                join_below=settings.join_below,
            )
            skipped.add(written[name].skipped)
            _check_any(written[name], settings)
        # As many training speakers as dev speakers: the two lists' error rates compare.
        compared = _sample_speakers(training, len(dev), settings.seed)
        for name, members in ((DEV, dev), (TRAIN, compared)):
            people = {who.id for who in members}
            sampled = sample_set_trials(written[name], people, DEV_TRIALS, settings.seed)
            sampled.save(trial_list(folder / name))
            report.trials[f"{name}.txt"] = len(sampled)
        if settings.teacher_faces:
            names = {*corpus.face_names, *(speaker.id for speaker in speakers)}
            names |= {speaker.face_name for speaker in speakers if speaker.face_name}
            report.teacher_images, empty = write_teacher_faces(
                folder / TEACHER_SET, settings.teacher_faces, names
            )
            skipped.add(empty)
        if texts_shown := written[TRAIN].texts:
            shown = "; ".join(f"{text!r} ({who})" for text, who in texts_shown.items())
            report.notes.append(f"texts of training speakers, such as {shown}")
        _complete(report, written, settings, survey)
        report.unused_speakers = len(speakers) - sum(
            counts.speakers for counts in report.sets.values()
        )
    return report


def _check_any(written: WrittenSet, settings: PreparationSettings) -> None:
    """Refuse a set of which nothing can be used, before trials are sampled of it."""
    unusable = len(written.skipped_audio)
    if unusable and not written.ids:
        listing = settings.output / SKIPPED
        check_skipped(unusable, unusable, settings.skipped_limit, "audio files", listing)


def _test_lists(settings: PreparationSettings, corpus: Corpus) -> Sequence[TestList]:
    if settings.trials:
        # A list of the user's may name the models of the corpus's own.
        models = {
            name: each for test in corpus.trials for name, each in (test.models or {}).items()
        }
        return [TestList(path, models) for path in settings.trials]
    if corpus.expected_lists and not corpus.trials:
        expected = " or ".join(corpus.expected_lists)
        raise InputError(f"no {expected} in {settings.data[0]}: give a trial list with --trials")
    return corpus.trials


def _sampled(
    speakers: Sequence[Speaker], settings: PreparationSettings
) -> dict[str, set[str] | None]:
    """Choose the test speakers of a corpus without trials: its test part, or a share of all."""
    test = [who for who in speakers if who.part == "test"]
    if not test:
        _, test = dev_speakers(speakers, None, settings.seed)
    return {who.id: None for who in test}


def _lasting(settings: PreparationSettings) -> dict[str, object]:
    """What changes the manifests: not where they go, nor by how many processes."""
    kept = asdict(settings)
    # What is not asked for leaves older fingerprints as they are.
    unasked = {"corpus": AUTO, "faces": None, "join_below": None}
    for name in (
        "output",
        "jobs",
        *(each for each, usual in unasked.items() if kept[each] == usual),
    ):
        del kept[name]
    return kept


def _sample_speakers(speakers: Sequence[Speaker], count: int, seed: int) -> list[Speaker]:
    random = np.random.default_rng([seed, len(speakers)])
    chosen = random.choice(len(speakers), size=min(count, len(speakers)), replace=False)
    return [speakers[index] for index in sorted(chosen.tolist())]


def _complete(
    report: CorpusReport,
    written: Mapping[str, WrittenSet],
    settings: PreparationSettings,
    survey: Survey,
) -> None:
    """Fill in the counts; raise if too much was skipped or a speaker is in two sets."""
    sets = [written[name] for name in SETS]
    report.sets = {name: written[name].report for name in SETS}
    report.shared_speakers = check_disjoint({name: written[name].genders.keys() for name in SETS})
    audio, images = (
        SkippedItems(survey.skipped(AUDIO_FILES)),
        SkippedItems(survey.skipped(FACE_IMAGES)),
    )
    for part in sets:
        audio.add(part.skipped_audio.items)
        images.add(part.skipped_images.items)
    report.skipped_audio, report.skipped_images = audio.reasons, images.reasons
    for skipped, used, what in (
        (audio, sum(part.report.utterances for part in sets), "audio files"),
        (images, sum(part.report.images for part in sets), "face images"),
    ):
        total = len(skipped) + used
        listing = settings.output / SKIPPED
        check_skipped(len(skipped), total, settings.skipped_limit, what, listing)
