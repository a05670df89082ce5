"""What tables say of utterances and of their speakers: gender, duration, quality, noise, ..."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.text_lines import SPACE, number_of, read_lines, split_words
from speechdistill.verification.trials.trial_list import TrialList, utterance_id


@dataclass(frozen=True)
class UtteranceFacts:
    """Named columns of texts, by utterance or by speaker.

    A trial list's name is looked up without its audio extension and, if it is not there, by its
    first path part: the speaker in VoxCeleb's names.

    Arguments
    ---------
    columns: name of the column, in lower case -> utterance id or speaker -> text.

    Example
    -------
    >>> facts = UtteranceFacts({"gender": {"id1": "m"}, "duration": {"id1/v/1": "4.5"}})
    >>> trials = TrialList(
    ...     ["id1/v/1.wav", "id2/v/1.wav"], np.array([0, 0]), np.array([0, 1]), np.array([1, 0])
    ... )
    >>> facts.texts("gender", trials), facts.numbers("Duration", trials)
    (['m', None], array([4.5, nan]))
    """

    columns: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls, tables: Sequence[Path], maps: Mapping[str, Path]) -> "UtteranceFacts":
        """Read tables and Kaldi's maps; of two that name the same column, both are used.

        Arguments
        ---------
        tables: files with a header, separated by tabs or commas, whose first column is the
            utterance id or the speaker: ``vox1_meta.csv``, or ``quality/speech.tsv``.
        maps: name of the column -> file of lines ``id value``: ``utt2dur``, ``spk2gender``, ...

        Raises
        ------
        InputError: a file is missing, empty or not text, a line has not as many fields as the
            header, or two lines say different things of one id.
        """
        columns: dict[str, dict[str, str]] = {}
        for path in tables:
            (_, first), *lines = _lines(path)
            separator = "," if "," in first else "\t"
            _, *names = (field.strip(SPACE).lower() for field in first.split(separator))
            for number, line in lines:
                key, *values = (field.strip(SPACE) for field in line.split(separator))
                if len(values) != len(names):
                    raise InputError(
                        f"{path}, line {number} has {len(values) + 1} fields, its header "
                        f"{len(names) + 1}: separate fields by tabs, or by commas"
                    )
                for name, value in zip(names, values, strict=True):
                    _note(columns.setdefault(name, {}), key, value, f"{path}, line {number}")
            for name in names:
                columns.setdefault(name, {})
        for name, path in maps.items():
            found = columns.setdefault(name.lower(), {})
            for number, line in _lines(path):
                match split_words(line, most=2):
                    case [key, value]:
                        _note(found, key, value, f"{path}, line {number}")
                    case _:
                        raise InputError(
                            f"{path}, line {number} is {line[:80]!r}: write `id value`"
                        )
        return cls(columns)

    def texts(self, column: str, trials: TrialList) -> list[str | None]:
        """Return the text of each name of a trial list, or None where it is unknown.

        Raises
        ------
        InputError: no table has the column.
        """
        try:
            found = self.columns[column.lower()]
        except KeyError:
            there = ", ".join(self.columns) or "none"
            raise InputError(
                f"nothing says the {column} of utterances (columns: {there}): give a table of it"
            ) from None
        return [found.get(name) or found.get(name.split("/", 1)[0]) or None for name in trials.ids]

    def numbers(self, column: str, trials: TrialList) -> np.ndarray:
        """Return the number of each name of a trial list, NaN where it is unknown.

        Raises
        ------
        InputError: no table has the column, or a text in it is no number.
        """
        texts = self.texts(column, trials)
        try:
            return np.array([np.nan if text is None else number_of(text) for text in texts])
        except ValueError as error:
            raise InputError(f"the column {column} is not of numbers ({error})") from error


def _note(found: dict[str, str], key: str, value: str, where: str) -> None:
    name = utterance_id(key)
    if found.setdefault(name, value) != value:
        raise InputError(
            f"{where} says {value!r} of {name}, an earlier line {found[name]!r}: keep one"
        )


def _lines(path: Path) -> list[tuple[int, str]]:
    """Return the lines that are not blank, with their numbers."""
    read = enumerate(read_lines(path, "table", "a table with a header"), start=1)
    lines = [(number, line) for number, line in read if split_words(line)]
    if not lines:
        raise InputError(f"{path} is empty: give a table with a header")
    return lines
