"""Further test sets, as the option ``--test NAME=DIR[:LIST]`` names them."""

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

from speechdistill.storage.files import is_there

NAME = r"[A-Za-z0-9_.+-]+"  # as tools/recipe.sh has it
STARTS = re.compile(rf",\s*(?={NAME}=)")
# Sets, and score files of the corpus's own lists, are called so.
RESERVED = re.compile(r"(dev|test|train|teacher)$|test-|[.-]|.*\.txt$")


@dataclass(frozen=True)
class FurtherTest:
    """A further test set.

    Arguments
    ---------
    name: in tables, and of the folder of its embeddings.
    data: a corpus.
    lists: its trial lists; none for the corpus's own.
    """

    name: str
    data: Path
    lists: tuple[str, ...]


def further_tests(text: str) -> list[FurtherTest]:
    """An option's type: ``NAME=DIR[:LIST,LIST2]``, several by comma.

    Example
    -------
    >>> further_tests("vox1=/data/VoxCeleb1:E,H,own=/data/own")[0].lists
    ('E', 'H')
    """
    found = []
    for part in filter(None, map(str.strip, STARTS.split(text))):
        name, equals, value = part.partition("=")
        if not (equals and value and re.fullmatch(NAME, name)):
            raise argparse.ArgumentTypeError(f"{part} is not NAME=DIR or NAME=DIR:LIST")
        if RESERVED.match(name):
            raise argparse.ArgumentTypeError(f"no test can be called {name}: give it another name")
        data, _, lists = (value, "", "") if is_there(Path(value)) else value.partition(":")
        found.append(FurtherTest(name, Path(data), tuple(filter(None, lists.split(",")))))
    if len({test.name for test in found}) < len(found):
        raise argparse.ArgumentTypeError(f"two tests of {text} have one name: rename one")
    return found
