"""From a corpus folder to manifests, trial lists and a report: stages 0 and 1."""

import logging
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.corpora.faces import check_own_faces, names_of_faces
from speechdistill.corpora.fingerprint import fingerprint
from speechdistill.corpora.layout import TRIAL_LISTS, CorpusLayout, find_layout
from speechdistill.corpora.metadata import Speaker, load_speakers, load_text
from speechdistill.corpora.report import CorpusReport
from speechdistill.corpora.set_writer import WrittenSet, write_set
from speechdistill.corpora.skipped import SkippedItems, check_skipped
from speechdistill.corpora.speaker_files import SpeakerFolders
from speechdistill.corpora.splits import check_disjoint, dev_speakers, training_speakers
from speechdistill.corpora.survey import AUDIO_FILES, FACE_IMAGES, Survey, folders_to_walk
from speechdistill.corpora.teacher_faces import write_teacher_faces
from speechdistill.corpora.trial_lists import (
    contradicted,
    kept_name,
    load_trial_lists,
    named_utterances,
    save_known_trials,
)
from speechdistill.corpora.utterances import Utterance
from speechdistill.storage.files import written_whole
from speechdistill.storage.places import (
    IMAGES,
    SETS,
    SKIPPED,
    TEACHER_SET,
    TEST,
    trial_list,
    trials_of,
)
from speechdistill.verification.trials.trial_list import TrialList
from speechdistill.verification.trials.trial_sampling import sample_trials

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PreparationSettings:
    """What :func:`prepare_corpus` needs to know.

    Arguments
    ---------
    data: corpus folders in VoxCeleb's layout.
    output: folder to write.
    decoded_audio: where audio that needs ffmpeg is kept after decoding.
    trials: test trial lists; None for the corpus's own.
    teacher_faces: folder ``<person>/[1.6/]<session>/<frame>.jpg`` of people who are not in the
        corpus and train the teacher beside its training speakers; None for nobody.
    text: lines ``id<TAB>sentence``; None for the corpus's own ``speaker_text.tsv``, if any.
    jobs: number of processes.
    seed: of the choice of dev speakers, and of dev and training trials.
    dev_speakers: see :func:`speechdistill.corpora.splits.dev_speakers`.
    dev_trials: how many trials to sample among the dev speakers, and among as many training
        speakers: the latter show whether a student over-fits.
    drop_trial_speakers: take trial speakers out of training instead of stopping.
    min_duration: in seconds; shorter training and dev utterances are skipped. Test utterances
        have no least duration, since a trial list is to be scored whole.
    faces_per_utterance: how many image paths a cut carries.
    skipped_limit: share of audio files, images or trials that may be left out.
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
    dev_trials: int = 5000
    drop_trial_speakers: bool = False
    min_duration: float = 1.0
    faces_per_utterance: int = 10
    skipped_limit: float = 0.01


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
    settings = replace(settings, output=_real_output(settings.output))
    layout = find_layout(list(settings.data))
    list_paths = _trial_list_paths(settings, layout)
    lists = load_trial_lists(list_paths)
    listed = load_speakers(layout.metadata)
    text_path = settings.text or layout.speaker_text
    texts = load_text(text_path)
    sources = [*layout.metadata, *list_paths, *([text_path] if text_path else [])]
    current, survey = _look_through(settings, layout, sources)
    survey.check(settings.data, settings.skipped_limit)
    speakers = [listed.get(name, Speaker(name)) for name in layout.speaker_folders]
    check_own_faces(speakers, layout.face_folders)
    wanted = named_utterances(lists)
    allowed = training_speakers(speakers, wanted, settings.drop_trial_speakers)
    training, dev = dev_speakers(allowed, settings.dev_speakers, settings.seed)
    report = CorpusReport(current)
    if _is_up_to_date(settings, report.fingerprint):
        logger.info("%s is up to date: nothing changed since it was made", settings.output)
        return CorpusReport.load(settings.output)
    write = partial(
        write_set,
        texts=texts,
        jobs=settings.jobs,
        faces_per_utterance=settings.faces_per_utterance,
        decoded_audio=settings.decoded_audio,
    )
    skipped = SkippedItems(survey.skipped(AUDIO_FILES) + survey.skipped(FACE_IMAGES))
    try:
        with written_whole(settings.output, besides=[SKIPPED]) as folder:
            # The test set first: it is small, and most mistakes show there.
            members = [speaker for speaker in speakers if speaker.id in wanted]
            folders = _folders(layout, members, wanted)
            written = {"test": write(folder / "test", folders, min_duration=0.0)}
            skipped.add(written["test"].skipped)
            known = set(written["test"].ids)
            for trials, path in zip(lists, list_paths, strict=True):
                dropped = save_known_trials(
                    trials, known, trials_of(folder / TEST), settings.skipped_limit, skipped
                )
                report.trials[kept_name(path)] = len(trials) - dropped
                report.dropped_trials[kept_name(path)] = dropped
                report.contradicted_trials[kept_name(path)] = contradicted(trials)
            for name, members in (("dev", dev), ("train", training)):
                folders = _folders(layout, members)
                written[name] = write(folder / name, folders, min_duration=settings.min_duration)
                skipped.add(written[name].skipped)
            # As many training speakers as dev speakers: the two lists' error rates compare.
            compared = _sample_speakers(training, len(dev), settings.seed)
            for name, members in (("dev", dev), ("train", compared)):
                trials = _sample_trials(written[name].ids, members, settings)
                trials.save(trial_list(folder / name))
                report.trials[f"{name}.txt"] = len(trials)
            if settings.teacher_faces:
                names = {*layout.face_folders, *(speaker.id for speaker in speakers)}
                names |= {speaker.face_name for speaker in speakers if speaker.face_name}
                report.teacher_images, empty = write_teacher_faces(
                    folder / TEACHER_SET, settings.teacher_faces, names
                )
                skipped.add(empty)
            _complete(report, written, settings, survey)
            report.unused_speakers = len(speakers) - sum(
                counts.speakers for counts in report.sets.values()
            )
            skipped.save(folder / SKIPPED)
            report.save(folder)
    except InputError:
        # The folder is not kept, but the user needs the list to put the files right.
        if skipped.items:
            skipped.save(settings.output / SKIPPED)
        raise
    logger.info("%s", report.text().rstrip())
    return report


def _trial_list_paths(settings: PreparationSettings, layout: CorpusLayout) -> list[Path]:
    if settings.trials:
        return list(settings.trials)
    if layout.trial_list is None:
        raise InputError(
            f"no {' or '.join(TRIAL_LISTS)} in {settings.data[0]}: give a trial list with --trials"
        )
    return [layout.trial_list]


def _look_through(
    settings: PreparationSettings, layout: CorpusLayout, sources: Iterable[Path]
) -> tuple[str, Survey]:
    """Return the fingerprint of all that the manifests are made from, and what was seen there."""
    # The number of processes changes nothing that is written.
    kept = {
        name: value for name, value in asdict(settings).items() if name not in ("output", "jobs")
    }
    folders, survey = folders_to_walk(layout, settings.teacher_faces)
    return fingerprint(kept, sources, folders, survey.look), survey


def _real_output(output: Path) -> Path:
    """Follow links, so that what they lead to is replaced, and refuse what is no folder at once."""
    real = Path(os.path.realpath(output))
    if real.is_symlink():
        raise InputError(f"{output} is a link into a loop: give another --output")
    if real.exists() and not real.is_dir():
        raise InputError(f"{output} is a file: give another --output")
    return real if output.is_symlink() else output


def _is_up_to_date(settings: PreparationSettings, current: str) -> bool:
    output = settings.output
    try:
        report = CorpusReport.load(output)
    except InputError as error:
        # The folder is going to be replaced: never one that this stage did not make.
        if output.exists() and any(path.name != SKIPPED for path in output.iterdir()):
            raise InputError(
                f"{output} holds something else than manifests: give another --output"
            ) from error
        return False
    decoded = sum(counts.decoded_utterances for counts in report.sets.values())
    has_images = all((output / name / IMAGES).exists() for name in report.sets)
    has_audio = decoded == 0 or settings.decoded_audio.is_dir()
    return report.fingerprint == current and has_images and has_audio


def _folders(
    layout: CorpusLayout,
    speakers: Iterable[Speaker],
    wanted: Mapping[str, Collection[str]] | None = None,
) -> list[SpeakerFolders]:
    return [
        SpeakerFolders(
            speaker,
            layout.speaker_folders[speaker.id],
            [
                folder
                for name in names_of_faces(speaker)
                for folder in layout.face_folders.get(name, [])
            ],
            None if wanted is None else wanted[speaker.id],
        )
        for speaker in speakers
    ]


def _sample_speakers(speakers: Sequence[Speaker], count: int, seed: int) -> list[Speaker]:
    random = np.random.default_rng([seed, len(speakers)])
    chosen = random.choice(len(speakers), size=min(count, len(speakers)), replace=False)
    return [speakers[index] for index in sorted(chosen.tolist())]


def _sample_trials(
    ids: Sequence[str], speakers: Iterable[Speaker], settings: PreparationSettings
) -> TrialList:
    """Sample trials among those of the utterances that the speakers spoke."""
    gender_of = {speaker.id: speaker.gender for speaker in speakers}
    ids = [name for name in ids if name.split("/", 1)[0] in gender_of]
    utterances = [Utterance(name, Path(name)) for name in ids]
    return sample_trials(
        ids=[f"{name}.wav" for name in ids],
        speakers=[utterance.speaker for utterance in utterances],
        sessions=[utterance.session for utterance in utterances],
        genders=[gender_of[utterance.speaker] for utterance in utterances],
        n_trials=settings.dev_trials,
        seed=settings.seed,
    )


def _complete(
    report: CorpusReport,
    written: Mapping[str, WrittenSet],
    settings: PreparationSettings,
    survey: Survey,
) -> None:
    """Fill in the counts; raise if too much was skipped or a speaker is in two sets."""
    sets = [written[name] for name in SETS]
    report.sets = {name: written[name].report for name in SETS}
    report.shared_speakers = check_disjoint({name: written[name].speakers for name in SETS})
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
