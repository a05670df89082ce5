"""What the corpus's tables say of its speakers."""

import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.columns_of_table import split_lines
from speechdistill.storage.text_lines import read_lines, split_words

logger = logging.getLogger(__name__)

HEADERS = (("id", "text"), ("id", "sentence"))
OFFICIAL_SEPARATORS = (",", "\t")  # vox2_meta.csv has both: its fields end in tabs


@dataclass(frozen=True)
class Speaker:
    """A person of the corpus.

    Arguments
    ---------
    id: the VoxCeleb ID, as the audio folders and the trial lists have it.
    gender: "m", "f", or None where unknown.
    face_name: what the person's folder of face images may be called besides ``id``.
    part: "dev" or "test", or None where no table says.
    nationality: a country, or None where no table says.
    """

    id: str
    gender: str | None = None
    face_name: str | None = None
    part: str | None = None
    nationality: str | None = None


def load_speakers(tables: Iterable[Path]) -> dict[str, Speaker]:
    """Read ``vox1_meta.csv`` (separated by tabs) and ``vox2_meta.csv`` (by commas and tabs).

    Fields may be quoted, as by whoever wrote such a table again.

    Raises
    ------
    InputError: a table cannot be read, is no UTF-8 or lacks the columns of ID, Gender or Set; a
        line lacks a field or names another set than dev and test; two lines contradict each other.

    Example
    -------
    >>> import tempfile
    >>> table = Path(tempfile.mkdtemp()) / "vox2_meta.csv"
    >>> _ = table.write_text("VoxCeleb2 ID ,VGGFace2 ID ,Gender ,Set \\n"
    ...                      "id00012\\t,n000012\\t,m\\t,dev\\n")
    >>> load_speakers([table])["id00012"]
    Speaker(id='id00012', gender='m', face_name='n000012', part='dev', nationality=None)
    """
    speakers: dict[str, Speaker] = {}
    repeated = 0
    for table in tables:
        lines = read_lines(table, "table", "the official table") or [""]
        header, *rows = split_lines(table, lines, OFFICIAL_SEPARATORS)
        id_column, gender_column, part_column = (
            next((at for at, name in enumerate(header) if name.startswith(start)), None)
            for start in ("VoxCeleb", "Gender", "Set")
        )
        if id_column is None or gender_column is None or part_column is None:
            raise InputError(
                f"{table} has the columns {header}: expected `VoxCeleb1 ID`, `VGGFace1 ID`, "
                "`Gender`, `Set`, as in the official table"
            )
        for number, row in enumerate(rows, start=2):
            if not any(row):
                continue
            if len(row) < len(header) or not row[id_column]:
                given = sum(map(bool, row))
                raise InputError(
                    f"{table}, line {number} has {given} of {len(header)} fields: complete it"
                )
            if row[part_column] not in ("dev", "test"):
                raise InputError(
                    f"{table}, line {number} says Set {row[part_column]!r}: give dev or test"
                )
            named = dict(zip(header, row, strict=False))
            speaker = Speaker(
                row[id_column],
                {"m": "m", "f": "f"}.get(row[gender_column].lower()),
                named.get("VGGFace1 ID", named.get("VGGFace2 ID")) or None,
                row[part_column],
                named.get("Nationality") or None,
            )
            if (former := speakers.get(speaker.id)) is not None:
                speaker, repeated = (
                    _merged(former, speaker, f"{table}, line {number}"),
                    repeated + 1,
                )
            speakers[speaker.id] = speaker
    if repeated:
        logger.info("%d lines of the tables of speakers repeat another", repeated)
    return speakers


def _merged(former: Speaker, latter: Speaker, where: str) -> Speaker:
    """Join what two lines say of one speaker."""
    known = asdict(former)
    for name, value in asdict(latter).items():
        if None not in (value, known[name]) and value != known[name]:
            raise InputError(
                f"{where}: {latter.id} has {name.replace('_', ' ')} {value!r}, {known[name]!r} in "
                "a line before: keep the right one"
            )
        known[name] = known[name] if value is None else value
    return Speaker(**known)


def load_text(table: Path | None) -> dict[str, str]:
    """Read lines ``id<TAB>sentence``; an id is a speaker's or an utterance's.

    A first line that says just that, ``id<TAB>text`` or ``id<TAB>sentence``, is a header. Where the
    first line begins with a quotation mark fields are quoted, as in every table that is separated
    by tabs; else a quotation mark is a part of the sentence.

    Raises
    ------
    InputError: the table is missing or no UTF-8, a line has no tab or is quoted wrongly, or an id
        has two sentences.

    Example
    -------
    >>> import tempfile
    >>> table = Path(tempfile.mkdtemp()) / "speaker_text.tsv"
    >>> _ = table.write_text("id10001\\tA man with a deep voice.\\n")
    >>> load_text(table)
    {'id10001': 'A man with a deep voice.'}
    """
    if table is None:
        return {}
    if not table.is_file():
        raise InputError(f"no file {table}: give lines `id<TAB>sentence` with --text")
    texts: dict[str, str] = {}
    repeated = 0
    lines = read_lines(table, "table", "`id<TAB>sentence`")
    for number, (name, *rest) in enumerate(split_lines(table, lines, ("\t",), most=2), start=1):
        sentence = "".join(rest).strip()
        if not split_words(name + sentence) or (number == 1 and (name, sentence) in HEADERS):
            continue
        if not (name and rest):
            raise InputError(f"{table}, line {number}: put a tab between id and sentence")
        if texts.get(name, sentence) != sentence:
            raise InputError(f"{table}, line {number}: {name} has another sentence: keep one")
        repeated += name in texts
        texts[name] = sentence
    if repeated:
        logger.info("%d lines of %s repeat another", repeated, table)
    return texts
