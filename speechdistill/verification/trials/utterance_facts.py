"""What tables say of utterances and of their speakers: gender, duration, quality, noise, ..."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
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
            utterance id or the speaker: ``vox1_meta.csv``, or what stage 2 measures.
        maps: name of the column -> file of lines ``id value``: ``utt2dur``, ``spk2gender``, ...

        Raises
        ------
        InputError: a file is missing, empty or not text, or a line has not as many fields as the
            header.
        """
        columns: dict[str, dict[str, str]] = {}
        for path in tables:
            lines = _lines(path)
            separator = "," if "," in lines[0] else "\t"
            header, *rows = ([field.strip() for field in line.split(separator)] for line in lines)
            for number, row in enumerate(rows, start=2):
                if len(row) != len(header):
                    raise InputError(
                        f"{path}, line {number} has {len(row)} fields, its header {len(header)}: "
                        "separate fields by tabs, or by commas"
                    )
            keys = [utterance_id(row[0]) for row in rows]
            for at, name in enumerate(header[1:], start=1):
                values = (row[at] for row in rows)
                columns.setdefault(name.lower(), {}).update(zip(keys, values, strict=True))
        for name, path in maps.items():
            found = columns.setdefault(name.lower(), {})
            for number, line in enumerate(_lines(path), start=1):
                match line.split(maxsplit=1):
                    case [key, value]:
                        found[utterance_id(key)] = value.strip()
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
            return np.array([np.nan if text is None else float(text) for text in texts])
        except ValueError as error:
            raise InputError(f"the column {column} is not of numbers ({error})") from error


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not text: give a table with a header") from error
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise InputError(f"{path} is empty: give a table with a header")
    return lines
