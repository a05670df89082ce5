"""Kaldi's data directory, as Kaldi, WeSpeaker and ESPnet write it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.corpus import Corpus, TestList
from speechdistill.corpora.layout import ANY_TRIAL_LISTS
from speechdistill.corpora.listed import ListedUtterances, located
from speechdistill.corpora.sentences import GENDERS as SEXES
from speechdistill.storage.text_lines import read_lines, split_words
from speechdistill.verification.trials.enrolment import read_enrolment

FORM = "wav.scp, utt2spk, and where there are such segments, spk2gender, utt2session, trials"
SCP, UTT2SPK, SEGMENTS, GENDERS = "wav.scp", "utt2spk", "segments", "spk2gender"
# Kaldi has no file of this name: its corpora do not say what was recorded together.
SESSIONS = "utt2session"
ENROLMENT = "enroll.map"
TEXTS = "speaker_text.tsv"


def detect(path: Path) -> bool:
    """Whether there are wav.scp and utt2spk."""
    return (path / SCP).is_file() and (path / UTT2SPK).is_file()


def read(paths: Sequence[Path]) -> Corpus:
    """Read data directories; the paths in wav.scp are files, no commands.

    With ``segments`` a recording is the session of its utterances, unless ``utt2session`` says
    another. ``trials`` is in any form of a trial list; ``enroll.map`` says what enrols its models.
    """
    listed = ListedUtterances()
    tables: list[Path] = []
    trials: list[TestList] = []
    for path in paths:
        for name in (SCP, UTT2SPK):
            if not (path / name).is_file():
                raise InputError(f"no {name} in {path}: expected {FORM}")
        tables += [each for name in FILES if (each := path / name).is_file()]
        _read_folder(path, listed)
        models = read_enrolment(path / ENROLMENT) if (path / ENROLMENT).is_file() else None
        lists = [path / name for name in ANY_TRIAL_LISTS if (path / name).is_file()][:1]
        trials += [TestList(each, models) for each in lists]
    texts = [path / TEXTS for path in paths if (path / TEXTS).is_file()]
    return listed.corpus(tables, paths[0], trials=trials, texts=texts)


FILES = (SCP, UTT2SPK, SEGMENTS, GENDERS, SESSIONS, ENROLMENT)


def _read_folder(folder: Path, listed: ListedUtterances) -> None:
    files = {name: located(place, folder / SCP) for name, place in _pairs(folder / SCP)}
    speaker_of = dict(_pairs(folder / UTT2SPK))
    gender_of = _optional(folder / GENDERS)
    session_of = _optional(folder / SESSIONS)
    segments = list(_segments(folder / SEGMENTS)) if (folder / SEGMENTS).is_file() else None
    whole: Iterator = ((name, name, None, None) for name in files)
    for name, recording, start, end in segments if segments is not None else whole:
        where = f"{folder / (SCP if segments is None else SEGMENTS)}: {name}"
        if recording not in files:
            raise InputError(f"{where} is a part of {recording}, which {SCP} does not name: add it")
        if name not in speaker_of:
            raise InputError(f"{where} has no speaker in {folder / UTT2SPK}: add one")
        speaker = speaker_of[name]
        told = gender_of.get(speaker)
        gender = None if told is None else SEXES.get(told.lower())
        if told is not None and gender is None:
            raise InputError(f"{folder / GENDERS} says {told!r} of {speaker}: give m or f")
        is_part = start is not None
        listed.add(
            where,
            name,
            files[recording],
            speaker,
            session_of.get(name, recording if is_part else None),
            gender,
            recording=recording if is_part else None,
            start=start or 0.0,
            end=end,
        )


def _optional(path: Path) -> dict[str, str]:
    return dict(_pairs(path)) if path.is_file() else {}


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for number, line in enumerate(read_lines(path, "list", "`id value`"), start=1):
        match split_words(line, most=2):
            case [name, value]:
                if name in seen:
                    raise InputError(f"{path}, line {number}: {name} is there before: keep one")
                seen.add(name)
                yield name, value.strip()
            case [_]:
                raise InputError(f"{path}, line {number} is {line[:80]!r}: write `id value`")


def _segments(path: Path) -> Iterator[tuple[str, str, float, float | None]]:
    form = "`utterance recording start end`, in seconds"
    for number, line in enumerate(read_lines(path, "list", form), start=1):
        match split_words(line):
            case []:
                continue
            case [name, recording, first, last]:
                try:
                    start, end = float(first), float(last)
                except ValueError:
                    start, end = 1.0, 0.0
                if end == -1:  # Kaldi's word for the file's end
                    yield name, recording, start, None
                elif 0 <= start < end:
                    yield name, recording, start, end
                else:
                    raise InputError(f"{path}, line {number} is {line[:80]!r}: write {form}")
            case _:
                raise InputError(f"{path}, line {number} is {line[:80]!r}: write {form}")
