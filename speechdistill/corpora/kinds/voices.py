"""The speaker recognition part of the VOiCES challenge of 2019, development or evaluation."""

import re
from collections.abc import Sequence
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.corpus import Corpus, TestList
from speechdistill.corpora.keyed import KeyedFile, corpus_of_key
from speechdistill.storage.text_lines import read_lines, split_words
from speechdistill.verification.trials.trial_list import TrialList, utterance_id

FORM = "sid_dev/ and sid_dev_lists_and_keys/{dev-enroll,dev-trial-keys}.lst, or the same of eval"
PARTS = ("dev", "eval")
SPEAKER = re.compile(r"sp\d+")


def detect(path: Path) -> bool:
    """Whether there is such a folder of lists."""
    return any(_lists(path, part).is_dir() for part in PARTS)


def read(paths: Sequence[Path]) -> Corpus:
    """Read enrolment list and key; the speaker of a file is in its path, or known by the key."""
    (path,) = paths if len(paths) == 1 else [None]
    found = [part for part in PARTS if path is not None and _lists(path, part).is_dir()]
    if path is None or not found:
        raise InputError(f"no VOiCES in {' and '.join(map(str, paths))}: give {FORM}")
    files: dict[str, KeyedFile] = {}
    trials, tables = [], []
    for part in found:
        table = _lists(path, part) / f"{part}-enroll.lst"
        key = table.with_name(f"{part}-trial-keys.lst")
        if missing := [file for file in (table, key) if not file.is_file()]:
            raise InputError(f"there is no {missing[0]}: VOiCES has {FORM}")
        tables.append(table)
        models: dict[str, list[str]] = {}
        for number, line in enumerate(read_lines(table, "enrolment list", "`model file`"), 1):
            match split_words(line):
                case [model, name]:
                    models.setdefault(utterance_id(model), []).append(utterance_id(name))
                    files[utterance_id(name)] = _file(path, name)
                case [_, *_]:
                    raise InputError(f"{table}, line {number} is {line[:80]!r}: write `model file`")
        trials.append(TestList(key, models))
        tested = TrialList.load(key, labelled=False)
        for row in set(tested.test.tolist()):
            files.setdefault(tested.ids[row], _file(path, tested.names[row]))
    return corpus_of_key(files, trials, tables, path)


def _lists(path: Path, part: str) -> Path:
    return path / f"sid_{part}_lists_and_keys"


def _file(path: Path, name: str) -> KeyedFile:
    folder = Path(name).parent.name
    return KeyedFile(path / name, folder if SPEAKER.fullmatch(folder) else None)
