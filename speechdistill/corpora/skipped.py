"""What was left out and why, and when that is too much."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.storage.files import written_whole
from speechdistill.storage.text_lines import read_lines


@dataclass
class SkippedItems:
    """Files that could not serve, each with a reason of a few words.

    Example
    -------
    >>> skipped = SkippedItems()
    >>> skipped.add([("wav/a/1/x.wav", "empty file")])
    >>> skipped.reasons
    {'empty file': 1}
    """

    items: list[tuple[str, str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.items)

    def add(self, items: Iterable[tuple[str, str]]) -> None:
        """Add pairs of path and reason."""
        self.items.extend(items)

    @property
    def reasons(self) -> dict[str, int]:
        """How often each reason occurs, the most frequent first."""
        return dict(Counter(reason for _, reason in self.items).most_common())

    def save(self, path: Path) -> None:
        """Write lines ``path<TAB>reason``."""
        lines = "".join(f"{item}\t{reason}\n" for item, reason in self.items)
        with written_whole(path) as partial:
            # Names need not be UTF-8: those that are not are why they are listed.
            partial.write_bytes(lines.encode("utf-8", "backslashreplace"))

    @classmethod
    def load(cls, path: Path) -> "SkippedItems":
        """Read what :meth:`save` wrote; nothing where there is no such file."""
        if not path.exists():
            return cls()
        lines = (line.rpartition("\t") for line in read_lines(path))
        return cls([(item, reason) for item, _, reason in lines])


def check_skipped(
    skipped: int,
    total: int,
    limit: float,
    what: str,
    listing: Path,
    option: str = "--skipped-limit",
) -> None:
    """Raise an :class:`InputError` if more than the share ``limit`` of ``total`` was skipped.

    Arguments
    ---------
    skipped, total: how many of how many.
    limit: the largest share that may be skipped, in [0, 1].
    what: what the items are, for the message.
    listing: the file that lists them, for the message.
    option: the one that sets the limit, for the message.

    Example
    -------
    >>> check_skipped(2, 100, 0.01, "audio files", Path("skipped.tsv"))
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: 2 of 100 audio files cannot be used (see skipped.tsv): \
put them right or raise --skipped-limit above 0.01
    """
    if skipped > limit * total:
        raise InputError(
            f"{skipped} of {total} {what} cannot be used (see {listing}): "
            f"put them right or raise {option} above {limit:g}"
        )
