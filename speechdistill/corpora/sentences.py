"""Sentences on speakers, made from what tables say of them."""

from collections.abc import Mapping
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.columns_of_table import header_of, read_rows
from speechdistill.corpora.metadata import HEADERS, Speaker, load_speakers, load_text

NOUNS = {"m": "man", "f": "woman", None: "person"}
PRONOUNS = {"m": "his", "f": "her", None: "their"}
GENDERS = {
    **{"m": "m", "male": "m", "masculine": "m", "male_masculine": "m"},
    **{"f": "f", "female": "f", "feminine": "f", "female_feminine": "f"},
}
COUNTRIES_WITH_ARTICLE = ("UK", "USA", "United", "Netherlands", "Philippines", "Bahamas")
# Common Voice's decades, as a sentence has them.
DECADES = {"fourties": "forties"}
SEX, PLACES = ("gender", "sex"), ("nationality", "country")
OFFICIAL = ("voxceleb1 id", "voxceleb2 id")
KEYS = ("id", "speaker", "client_id", "utterance")


def describe(speaker: Speaker) -> str | None:
    """Say in a sentence what is known of a speaker; None if that is nothing.

    Example
    -------
    >>> describe(Speaker("id10001", "f", nationality="UK"))
    'A woman from the UK.'
    >>> describe(Speaker("id00012", "m"))
    'A man.'
    """
    facts = {"nationality": speaker.nationality} if speaker.nationality else {}
    return describe_facts(speaker.gender, facts)


def describe_facts(gender: str | None, facts: Mapping[str, str]) -> str | None:
    """Say in a sentence what the columns of a table say of somebody; None if that is nothing.

    Example
    -------
    >>> describe_facts("f", {"age": "twenties", "accent": "England English"})
    'A woman in her twenties, accent: England English.'
    >>> describe_facts(None, {"age": "34", "profession": "baker"})
    'A person aged 34, profession: baker.'
    """
    if gender is None and not any(facts.values()):
        return None
    sentence = f"A {NOUNS[gender]}"
    rest = []
    for column, value in facts.items():
        value = value.replace("_", " ").strip()
        if not value:
            continue
        if column in PLACES:
            article = "the " if value.startswith(COUNTRIES_WITH_ARTICLE) else ""
            sentence += f" from {article}{value}"
        elif column == "age" and value.endswith(("teens", "ties")):
            sentence += f" in {PRONOUNS[gender]} {DECADES.get(value, value)}"
        elif column == "age":
            sentence += f" aged {value}"
        else:
            rest.append(f"{column}: {value}")
    return ", ".join([sentence, *rest]) + "."


def holds_facts(table: Path) -> bool:
    """Whether a table has columns of facts; one of sentences has lines ``id<TAB>sentence``.

    Example
    -------
    >>> holds_facts(Path("nothing"))
    False
    """
    names = header_of(table)
    if any(name.startswith(OFFICIAL) for name in names):
        return True
    return bool(names) and names[0] in KEYS and tuple(names) not in HEADERS


def load_sentences(table: Path, option: str = "--text") -> dict[str, str]:
    """Read texts by the id of a speaker, an utterance or an image.

    A table is lines ``id<TAB>sentence``; or VoxCeleb's ``vox1_meta.csv``; or any table with a
    header that begins with ``id`` (or ``speaker``, ``client_id``, ``utterance``): what its other
    columns say becomes a sentence, which begins with gender (or sex), nationality (or country) and
    age.

    Arguments
    ---------
    table: the file.
    option: names it on the command line, for messages.

    Raises
    ------
    InputError: it is missing or malformed, or says two things of one id.

    Example
    -------
    >>> import tempfile
    >>> table = Path(tempfile.mkdtemp()) / "people.tsv"
    >>> _ = table.write_text("id\\tage\\tsex\\tpitch\\nanna\\tthirties\\tf\\tlow\\n")
    >>> load_sentences(table)
    {'anna': 'A woman in her thirties, pitch: low.'}
    """
    if not table.is_file():
        raise InputError(f"no file {table}: give lines `id<TAB>sentence` with {option}")
    if not holds_facts(table):
        return load_text(table)
    if any(name.startswith(OFFICIAL) for name in header_of(table)):
        described = {name: describe(speaker) for name, speaker in load_speakers([table]).items()}
        return {name: text for name, text in described.items() if text is not None}
    return _of_columns(table)


def _of_columns(table: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    key = header_of(table)[0]
    for where, row in read_rows(table):
        name = row.pop(key)
        sex = next((row.pop(column) for column in SEX if column in row), "")
        text = describe_facts(GENDERS.get(sex.lower()), row)
        if not name:
            raise InputError(f"{where} has no id in its first column: complete it")
        if text is not None and texts.setdefault(name, text) != text:
            raise InputError(
                f"{where} says {text!r} of {name}, an earlier line {texts[name]!r}: keep one"
            )
    return texts
