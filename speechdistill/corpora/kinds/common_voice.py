"""Common Voice, one language of it: who speaks is a hash, what is known of them a table."""

from collections.abc import Sequence
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.columns_of_table import header_of, read_rows
from speechdistill.corpora.corpus import Corpus, TestList
from speechdistill.corpora.kinds.table import sex_of
from speechdistill.corpora.layout import ANY_TRIAL_LISTS
from speechdistill.corpora.listed import ListedUtterances, as_stored
from speechdistill.corpora.sentences import describe_facts

FORM = "validated.tsv and clips/*.mp3 (or converted), as a language's folder has them"
TABLE, CLIPS = "validated.tsv", "clips"
NEEDED = {"client_id", "path"}


def detect(path: Path) -> bool:
    """Whether there is validated.tsv with its columns."""
    return set(header_of(path / TABLE)) >= NEEDED


def read(paths: Sequence[Path]) -> Corpus:
    """Read validated.tsv; sentences on age, sex and accent are made for who gave them.

    Where a speaker's rows contradict each other, nothing is known of it. Each clip is a session.
    """
    listed = ListedUtterances()
    tables = [path / TABLE for path in paths]
    trials: list[TestList] = []
    for path, table in zip(paths, tables, strict=True):
        if not detect(path):
            raise InputError(f"no {TABLE} of Common Voice in {path}: expected {FORM}")
        rows = list(read_rows(table))
        facts: dict[str, dict[str, set[str]]] = {}
        for _, row in rows:
            known = facts.setdefault(row["client_id"], {})
            for column in ("age", "gender", "accents", "accent"):
                if row.get(column):
                    known.setdefault(column.removesuffix("s"), set()).add(row[column])
        for where, row in rows:
            known = facts[row["client_id"]]
            sure = {column: min(told) for column, told in known.items() if len(told) == 1}
            gender = sex_of(sure.pop("gender", ""), where)
            listed.add(
                where,
                row["path"],
                str(as_stored(path / CLIPS / row["path"])),
                row["client_id"],
                gender=gender,
                text=describe_facts(gender, sure),
            )
        lists = [path / name for name in ANY_TRIAL_LISTS if (path / name).is_file()]
        trials += [TestList(each) for each in lists[:1]]
    return listed.corpus(tables, paths[0], trials=trials)
