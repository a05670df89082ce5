"""Trial lists on disk, in the forms of VoxCeleb, Kaldi, CN-Celeb and VoxSRC."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speechdistill.verification.trials.words import BLOCK_BYTES, WordBlock, Words, read_word_blocks

UNLABELLED = -1
FORMS = "`1 a.wav b.wav`, `a b target`, `a b 1` or `a b`"

_LABELS = {
    **{"1": 1, "0": 0, "target": 1, "nontarget": 0, "tgt": 1, "imp": 0},
    **{"true": 1, "false": 0, "True": 1, "False": 0},
}
_NUMBERS = ("1", "0")


@dataclass(frozen=True)
class TrialBlock:
    """Some lines of a trial list.

    Attributes
    ----------
    names: of enrolment and test, shape ``(trials, 2)``.
    labels: int8 ``(trials,)``: 1 for a target trial, 0 for a non-target, -1 where the list does
        not say.
    line_numbers: in the file, from 1, shape ``(trials,)``.
    """

    names: Words
    labels: np.ndarray
    line_numbers: np.ndarray

    @property
    def enrol(self) -> Words:
        return self.names[:, 0]

    @property
    def test(self) -> Words:
        return self.names[:, 1]

    def subset(self, is_kept: np.ndarray) -> "TrialBlock":
        """Return the trials where the boolean array ``is_kept`` is true, in order."""
        return TrialBlock(self.names[is_kept], self.labels[is_kept], self.line_numbers[is_kept])


def read_trials(path: Path, block_bytes: int = BLOCK_BYTES) -> Iterator[TrialBlock]:
    """Read a trial list block by block, in any of its common forms.

    ``1 enrol test`` (VoxCeleb), ``enrol test target`` or ``nontarget`` (Kaldi), ``enrol test 1``
    (CN-Celeb), ``enrol test`` (VoxSRC: nobody says who is who). Labels may be ``tgt`` and ``imp``
    or ``true`` and ``false``, too. The first line decides which form it is; where its first and
    third word are both labels, that column is the label's which has nothing else.

    Arguments
    ---------
    path: the list.
    block_bytes: how much of the file is in memory at a time.

    Raises
    ------
    InputError: the file is missing, empty or no text, or a line has not the form of the first (it
        is named by its number).

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "trials"
    >>> _ = path.write_text("x-1 x-2 target\\nx-1 y-1 nontarget\\n")
    >>> for block in read_trials(path):
    ...     print(block.enrol.strings(), block.test.strings(), block.labels.tolist())
    ['x-1', 'x-1'] ['x-2', 'y-1'] [1, 0]
    """
    label_column = None
    for block in read_word_blocks(path, "trial list", FORMS, {2, 3}, block_bytes):
        if block.columns == 2:
            labels = np.full(len(block.words), UNLABELLED, dtype=np.int8)
            yield TrialBlock(block.words, labels, block.line_numbers)
            continue
        if label_column is None:
            label_column = _label_column(block)
        names = block.words[:, [1, 2] if label_column == 0 else [0, 1]]
        yield TrialBlock(names, _read_labels(block, label_column), block.line_numbers)


def is_labelled(path: Path) -> bool:
    """Whether a list says of its first trials what they are.

    Raises
    ------
    InputError: see :func:`read_trials`.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "trials"
    >>> _ = path.write_text("a.wav b.wav\\n")
    >>> is_labelled(path)
    False
    """
    block = next(iter(read_trials(path)))
    return bool((block.labels != UNLABELLED).any())


def _label_column(block: WordBlock) -> int:
    """Tell from the first lines whether the label is their first or third word."""
    columns = [column for column in (0, 2) if block.words[0].strings()[column] in _LABELS]
    if len(columns) == 2:  # ids may look like labels: the label's column has nothing else
        columns = [column for column in (0, 2) if (_labels(block, column) != UNLABELLED).all()]
    if len(columns) == 2:  # and words are no ids of somebody who writes ids as numbers
        first = block.words[0].strings()
        columns = [column for column in columns if first[column] not in _NUMBERS] or columns
    if len(columns) == 1:
        return columns[0]
    reason = "the first and the third word could both be the label" if columns else ""
    raise block.error(0, reason)


def _read_labels(block: WordBlock, column: int) -> np.ndarray:
    labels = _labels(block, column)
    if (labels == UNLABELLED).any():
        line = int(np.argmax(labels == UNLABELLED))
        (found,) = block.column(column)[[line]].strings()
        raise block.error(line, f"the label is {found[:80]}")
    return labels


def _labels(block: WordBlock, column: int) -> np.ndarray:
    words = block.column(column)
    labels = np.full(len(words), UNLABELLED, dtype=np.int8)
    is_open = np.ones(len(words), dtype=bool)
    for spelling, label in _LABELS.items():
        is_it = words.equal(spelling)
        labels[is_it] = label
        is_open &= ~is_it
        if not is_open.any():
            break
    return labels
