"""A table of utterances, for any corpus: CSV or TSV with a header."""

from collections.abc import Sequence
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.columns_of_table import header_of, read_rows
from speechdistill.corpora.corpus import Corpus, TestList
from speechdistill.corpora.layout import ANY_TRIAL_LISTS, visible_files
from speechdistill.corpora.listed import ListedUtterances, located
from speechdistill.corpora.sentences import GENDERS
from speechdistill.storage.text_lines import SPACE

FORM = "a .csv or .tsv with the columns path, speaker[, id, session, sex, text, image]"
SUFFIXES = (".csv", ".tsv")
NEEDED = {"path", "speaker"}


def detect(path: Path) -> bool:
    """Whether it is such a table, or a folder with one."""
    return bool(_tables(path))


def read(paths: Sequence[Path]) -> Corpus:
    """Read tables; an utterance without ``id`` is called by its path, without extension."""
    listed = ListedUtterances()
    tables: list[Path] = []
    trials: list[TestList] = []
    for path in paths:
        found = _tables(path)
        if len(found) != 1:
            if found:
                names = ", ".join(table.name for table in found)
                raise InputError(
                    f"{len(found)} tables of utterances in {path} ({names}): give one of them"
                )
            raise InputError(f"no table of utterances in {path}: give {FORM}")
        tables += found
        _read_table(found[0], listed)
        folder = found[0].parent
        trials += [
            TestList(folder / name) for name in ANY_TRIAL_LISTS if (folder / name).is_file()
        ][:1]
    return listed.corpus(tables, paths[0], trials=trials)


def sex_of(text: str, where: str) -> str | None:
    """Return ``m``, ``f``, or None for what is empty or neither.

    Raises
    ------
    InputError: it is one of the numbers that some tables have, which say nothing.
    """
    if text.isdigit():
        raise InputError(f"{where} says {text} of the sex: give m or f")
    return GENDERS.get(text.lower())


def _tables(path: Path) -> list[Path]:
    found = [path] if path.is_file() else []
    if path.is_dir():
        found = [path / entry.name for entry in visible_files(path, SUFFIXES)]
    return [
        each
        for each in found
        if each.name.lower().endswith(SUFFIXES) and set(header_of(each)) >= NEEDED
    ]


def _read_table(table: Path, listed: ListedUtterances) -> None:
    for where, row in read_rows(table):
        if not row["path"]:
            raise InputError(f"{where} has no path: complete it")
        given = row.get("id", "")
        name = given or row["path"].removeprefix("./").lstrip("/")
        image = row.get("image", "")
        listed.add(
            where,
            name,
            located(row["path"], table),
            row["speaker"],
            row.get("session") or None,
            sex_of(row.get("sex") or row.get("gender") or "", where),
            row.get("text", "").strip(SPACE),
            image=located(image, table) if image else None,
        )
