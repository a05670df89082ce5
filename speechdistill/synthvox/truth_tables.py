"""The tables of a synthvox corpus's ``truth/``, for tests and analysis."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.files import require
from speechdistill.storage.keyed_vectors import KeyedVectors

PEOPLE = "people.tsv"
UTTERANCES = "utterances.tsv"
HEARD = ("shared.", "voice.")


def read_truth(path: Path) -> dict[str, dict[str, str]]:
    """Read a table: id -> column -> text.

    Raises
    ------
    InputError: no such file.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "people.tsv"
    >>> _ = path.write_text("id\\tsex\\nid10001\\tf\\n")
    >>> read_truth(path)["id10001"]["sex"]
    'f'
    """
    require(path, made_by="local/make_synthvox.py")
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row for row in csv.DictReader(lines, delimiter="\t")}


def numbers(rows: Sequence[Mapping[str, str]], name: str, path: Path) -> np.ndarray:
    """Return a column of some rows of a table, float64 of shape ``(len(rows),)``.

    Raises
    ------
    InputError: the column is missing, or not all numbers; ``path`` is named.

    Example
    -------
    >>> numbers([{"snr_db": "1.5"}, {"snr_db": "20"}], "snr_db", Path("utterances.tsv")).tolist()
    [1.5, 20.0]
    """
    try:
        return np.array([float(row[name]) for row in rows])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{path} is broken (column {name}): make the corpus again, with local/make_synthvox.py"
        ) from error


def voice_traits(truth: Path) -> KeyedVectors:
    """Return the numbers that make a voice, per speaker: what an ideal teacher would know.

    Arguments
    ---------
    truth: folder ``truth/`` of a corpus.

    Returns
    -------
    Rows of traits, each of mean 0 and variance 1 over people at large; the accent, which is no
    number, is not among them.

    Raises
    ------
    InputError: a table is missing or broken.

    Example
    -------
    >>> import tempfile
    >>> truth = Path(tempfile.mkdtemp())
    >>> table = "id\\tshared.size\\tvoice.tempo\\tface.beard\\nid10001\\t0.5\\t-1.0\\t2.0\\n"
    >>> _ = (truth / "people.tsv").write_text(table)
    >>> _ = (truth / "utterances.tsv").write_text("id\\nid10001/00001/00001\\n")
    >>> voice_traits(truth)["id10001"].tolist()
    [0.5, -1.0]
    """
    path = truth / PEOPLE
    people = read_truth(path)  # some of whom have faces alone
    names = [name for name in next(iter(people.values()), {}) if name.startswith(HEARD)]
    if not names:
        raise InputError(f"{path} names no trait of a voice: give the truth/ of a synthvox corpus")
    speakers = sorted({name.split("/")[0] for name in read_truth(truth / UTTERANCES)})
    unknown = [name for name in speakers if name not in people]
    if unknown:
        raise InputError(
            f"{path} lacks {unknown[0]}, who speaks: make the corpus again, with "
            "local/make_synthvox.py"
        )
    rows = [people[name] for name in speakers]
    columns = [numbers(rows, name, path) for name in names]
    return KeyedVectors(speakers, np.stack(columns, axis=1))
