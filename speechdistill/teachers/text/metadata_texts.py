"""Sentences from what vox1_meta.csv says of a person."""

from collections.abc import Iterable
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.metadata import Speaker, load_speakers

NOUNS = {"m": "man", "f": "woman", None: "person"}
COUNTRIES_WITH_ARTICLE = ("UK", "USA", "United", "Netherlands", "Philippines", "Bahamas")


def metadata_texts(tables: Iterable[Path]) -> dict[str, str]:
    """Describe the speakers of ``vox1_meta.csv`` or ``vox2_meta.csv`` by gender and nationality.

    vox2_meta.csv has no nationality. Speakers of whom neither is known have no text.

    Raises
    ------
    InputError: a table is missing, or not in the official form.
    """
    tables = list(tables)
    for table in tables:
        if not table.is_file():
            raise InputError(f"no file {table}: give the corpus's table with --teacher.texts")
    described = {name: describe(speaker) for name, speaker in load_speakers(tables).items()}
    return {name: text for name, text in described.items() if text is not None}


def describe(speaker: Speaker) -> str | None:
    """Say in a sentence what is known of a speaker; None if that is nothing.

    Example
    -------
    >>> describe(Speaker("id10001", "f", nationality="UK"))
    'A woman from the UK.'
    >>> describe(Speaker("id00012", "m"))
    'A man.'
    """
    if speaker.gender is None and speaker.nationality is None:
        return None
    if speaker.nationality is None:
        return f"A {NOUNS[speaker.gender]}."
    country = speaker.nationality.replace("_", " ")
    article = "the " if country.startswith(COUNTRIES_WITH_ARTICLE) else ""
    return f"A {NOUNS[speaker.gender]} from {article}{country}."
