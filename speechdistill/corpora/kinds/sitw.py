"""Speakers in the Wild: the dev or eval part of sitw_database.v4."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.corpus import Corpus, TestList
from speechdistill.corpora.keyed import KeyedFile, corpus_of_key
from speechdistill.storage.text_lines import read_lines, split_words
from speechdistill.verification.trials.trial_list import TrialList, utterance_id

FORM = "the folder dev or eval, with lists/enroll-core.lst, keys/core-core.lst and audio/"
ENROLMENTS = ("core", "assist")
KEYS = ("core-core", "core-multi", "assist-core", "assist-multi")


def detect(path: Path) -> bool:
    """Whether there are the enrolment list and the key of the core condition."""
    return (path / "lists/enroll-core.lst").is_file() and (path / "keys/core-core.lst").is_file()


def read(paths: Sequence[Path]) -> Corpus:
    """Read the keys that there are, and whom their models are enrolled with.

    A model of an assist condition is enrolled with the annotated part of its recording.
    """
    (path,) = paths if len(paths) == 1 else [None]
    if path is None or not detect(path):
        raise InputError(f"no SITW in {' and '.join(map(str, paths))}: give {FORM}")
    files: dict[str, KeyedFile] = {}
    models: dict[str, dict[str, list[str]]] = {}
    tables = []
    for condition in ENROLMENTS:
        table = path / f"lists/enroll-{condition}.lst"
        if not table.is_file():
            continue
        tables.append(table)
        for model, name, start, end in _enrolled(table):
            recording = utterance_id(name)
            part = recording if end is None else f"{recording}-{start:g}-{end:g}"
            whole = None if end is None else recording
            files.setdefault(part, KeyedFile(path / name, None, whole, start, end))
            models.setdefault(condition, {}).setdefault(model, []).append(part)
    trials = []
    for name in KEYS:
        key = path / f"keys/{name}.lst"
        enrolled = models.get(name.partition("-")[0])
        if not key.is_file() or enrolled is None:
            continue
        trials.append(TestList(key, enrolled))
        tested = TrialList.load(key)
        for row in set(tested.test.tolist()):
            files.setdefault(tested.ids[row], KeyedFile(path / tested.names[row]))
    return corpus_of_key(files, trials, tables, path)


def _enrolled(table: Path) -> Iterator[tuple[str, str, float, float | None]]:
    form = "`model audio/file.flac`, or with start and end in seconds"
    for number, line in enumerate(read_lines(table, "enrolment list", form), start=1):
        words = split_words(line)
        try:
            match words:
                case []:
                    continue
                case [model, name]:
                    yield model, name, 0.0, None
                case [model, name, start, end]:
                    yield model, name, float(start), float(end)
                case _:
                    raise ValueError
        except ValueError as error:
            raise InputError(f"{table}, line {number} is {line[:80]!r}: write {form}") from error
