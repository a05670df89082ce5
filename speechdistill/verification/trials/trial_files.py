"""Trial lists on disk, in the forms of VoxCeleb, Kaldi, CN-Celeb and VoxSRC."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speechdistill.verification.trials.words import BLOCK_BYTES, WordBlock, Words, read_word_blocks

UNLABELLED = -1
FORMS = "`1 a.wav b.wav`, `a b target`, `a b 1` or `a b`"

_LABELS = {"1": 1, "0": 0, "target": 1, "nontarget": 0}


@dataclass(frozen=True)
class TrialBlock:
    """Some lines of a trial list.

    Attributes
    ----------
    names: of enrolment and test, shape ``(trials, 2)``.
    labels: int8 ``(trials,)``: 1 for a target trial, 0 for a non-target, -1 where the list does
        not say.
    """

    names: Words
    labels: np.ndarray

    @property
    def enrol(self) -> Words:
        return self.names[:, 0]

    @property
    def test(self) -> Words:
        return self.names[:, 1]

    def subset(self, is_kept: np.ndarray) -> "TrialBlock":
        """Return the trials where the boolean array ``is_kept`` is true, in order."""
        return TrialBlock(self.names[is_kept], self.labels[is_kept])


def read_trials(path: Path, block_bytes: int = BLOCK_BYTES) -> Iterator[TrialBlock]:
    """Read a trial list block by block, in any of its common forms.

    ``1 enrol test`` (VoxCeleb), ``enrol test target`` or ``nontarget`` (Kaldi), ``enrol test 1``
    (CN-Celeb), ``enrol test`` (VoxSRC: nobody says who is who). The first line decides which.

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
            yield TrialBlock(block.words, labels)
            continue
        if label_column is None:
            label_column = _label_column(block)
        names = block.words[:, [1, 2] if label_column == 0 else [0, 1]]
        yield TrialBlock(names, _read_labels(block, label_column))


def _label_column(block: WordBlock) -> int:
    first = block.words[0].strings()
    for column in (0, 2):
        if first[column] in _LABELS:
            return column
    raise block.error(0)


def _read_labels(block: WordBlock, column: int) -> np.ndarray:
    words = block.column(column)
    labels = np.full(len(words), UNLABELLED, dtype=np.int8)
    for spelling, label in _LABELS.items():
        labels[words.equal(spelling)] = label
    if (labels == UNLABELLED).any():
        line = int(np.argmax(labels == UNLABELLED))
        (found,) = words[[line]].strings()
        raise block.error(line, f"the label is {found[:80]}")
    return labels
