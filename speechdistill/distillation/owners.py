"""Whose each thing is that a teacher saw: its id does not say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.storage.files import written_whole
from speechdistill.storage.places import Stage
from speechdistill.storage.text_lines import read_lines


@dataclass(frozen=True)
class Owners:
    """The person and the session of each of some items.

    Arguments
    ---------
    people: of each item.
    sessions: the video or recording that each comes from; ``-`` for what belongs to a person as a
        whole.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "owners.tsv"
    >>> Owners(["a", "b"], ["v", "-"]).save(path)
    >>> Owners.load(path)
    Owners(people=['a', 'b'], sessions=['v', '-'])
    """

    people: Sequence[str]
    sessions: Sequence[str]

    def __len__(self) -> int:
        return len(self.people)

    def save(self, path: Path) -> None:
        """Write lines ``person<TAB>session``."""
        pairs = zip(self.people, self.sessions, strict=True)
        with written_whole(path) as partial, partial.open("w", encoding="utf-8") as lines:
            lines.writelines(f"{person}\t{session}\n" for person, session in pairs)

    @classmethod
    def load(cls, path: Path) -> "Owners":
        """Read what :meth:`save` wrote.

        Raises
        ------
        InputError: it is missing or broken.
        """
        remedy = f"run {Stage.TARGETS} again"
        if not path.exists():
            raise InputError(f"{path.parent} has no {path.name}: {remedy}")
        pairs = [line.split("\t") for line in read_lines(path)]
        if any(len(pair) != 2 for pair in pairs):
            raise InputError(f"{path} is broken: {remedy}")
        return cls([person for person, _ in pairs], [session for _, session in pairs])
