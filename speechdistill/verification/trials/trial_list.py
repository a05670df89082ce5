"""Trial lists: which utterances are compared, and whether one person spoke both."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import repeat
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.files import written_whole
from speechdistill.verification.trials.name_table import NameTable
from speechdistill.verification.trials.repeats import (
    first_contradiction,
    has_repeats,
    is_first,
    numbered_ids,
)
from speechdistill.verification.trials.trial_files import UNLABELLED, read_trials
from speechdistill.verification.trials.words import AUDIO_SUFFIXES, Words

logger = logging.getLogger(__name__)


def utterance_id(name: str) -> str:
    """Return a trial's name without the extension of an audio file, or several of them.

    Official lists say ``.wav`` whatever the corpus holds, so the extension says nothing.

    Example
    -------
    >>> utterance_id("id10270/5r0dWxy17C8/00001.wav")
    'id10270/5r0dWxy17C8/00001'
    """
    while name.lower().endswith(AUDIO_SUFFIXES):
        name = name[: name.rindex(".")]
    return name


@dataclass(frozen=True)
class TrialList:
    """Pairs of utterances, resolved once to positions in a table of names.

    Arguments
    ---------
    names: the utterances as the list writes them, each once.
    enrol, test: integer arrays of shape ``(trials,)``, positions in ``names``.
    labels: integer array of shape ``(trials,)``: 1 for a target trial, 0 for a non-target; all -1
        if nobody knows.
    source: the file it came from, for messages.
    repeats: how many more lines that file has, each of a trial that is here.

    Raises
    ------
    InputError: there is no trial, or labels without a target or without a non-target.

    Example
    -------
    >>> trials = TrialList(
    ...     ["a/1/x.wav", "a/2/y.wav", "b/1/z.wav"],
    ...     enrol=np.array([0, 0]), test=np.array([1, 2]), labels=np.array([1, 0]),
    ... )
    >>> len(trials), trials.ids[1]
    (2, 'a/2/y')
    """

    names: Sequence[str]
    enrol: np.ndarray
    test: np.ndarray
    labels: np.ndarray
    source: Path | None = None
    repeats: int = 0

    def __post_init__(self) -> None:
        where = self.source or "the trial list"
        if len(self.labels) == 0:
            raise InputError(f"{where} is empty: give a list with lines `1 a.wav b.wav`")
        if not self.is_labelled:
            return
        for label, kind in ((1, "target"), (0, "non-target")):
            if not np.any(self.labels == label):
                raise InputError(f"{where} has no {kind} trials (label {label}): add some")

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def is_labelled(self) -> bool:
        """Whether the list says of any trial what it is."""
        return bool((self.labels != UNLABELLED).any())

    @cached_property
    def ids(self) -> list[str]:
        """The names without extension: the ids of cuts and embeddings."""
        return Words.of(self.names).without_audio_suffix().strings()

    @cached_property
    def speakers(self) -> np.ndarray:
        """One integer per name: equal for names whose first path part (VoxCeleb's id) is equal."""
        return np.unique([name.split("/", 1)[0] for name in self.names], return_inverse=True)[1]

    def subset(self, is_kept: np.ndarray) -> "TrialList":
        """Return the trials where the boolean array ``is_kept`` is true, in order."""
        return TrialList(
            self.names,
            self.enrol[is_kept],
            self.test[is_kept],
            self.labels[is_kept],
            self.source,
            self.repeats,
        )

    @classmethod
    def load(cls, path: str | Path, labelled: bool = True) -> "TrialList":
        """Read a list in any of the forms of :func:`read_trials`.

        A trial that the list has several times, its names with whatever extension, counts once: it
        is no more evidence. A warning says how many there are.

        Arguments
        ---------
        path: the list.
        labelled: whether it must say which trials are targets.

        Raises
        ------
        InputError: the file is missing or empty, a line is malformed (it is named by its number),
            all trials are of one kind, the list has no labels and needs some, or two lines
            contradict each other: the same two utterances, in any order, are one person and two.
        """
        path = Path(path)
        table = NameTable()
        pairs, labels, lines = [], [], []
        for block in read_trials(path):
            words = Words(block.names.text, block.names.starts.ravel(), block.names.ends.ravel())
            pairs.append(table.add(words).reshape(-1, 2))
            labels.append(block.labels)
            lines.append(block.line_numbers)
        enrol, test = np.concatenate(pairs).astype(np.int64).T.copy()
        trials = cls(table.names, enrol, test, np.concatenate(labels), path)
        trials = trials._without_repeats(np.concatenate(lines))
        if labelled and not trials.is_labelled:
            raise InputError(f"{path} has no labels: give lines `1 a.wav b.wav` or `a b target`")
        return trials

    def _without_repeats(self, line_numbers: np.ndarray) -> "TrialList":
        ids = numbered_ids(self.names)
        enrol, test = ids[self.enrol], ids[self.test]
        unordered = np.minimum(enrol, test) * len(ids) + np.maximum(enrol, test)
        if not has_repeats(unordered):
            return self
        found = first_contradiction(unordered, self.labels)
        if found is not None:
            first, second = (int(line_numbers[row]) for row in found)
            names = self.names[self.enrol[found[0]]], self.names[self.test[found[0]]]
            raise InputError(
                f"{self.source}, lines {first} and {second} contradict each other, as they say "
                f"{self.labels[found[0]]} and {self.labels[found[1]]} of {' '.join(names)}: keep "
                "one"
            )
        is_kept = is_first(enrol * len(ids) + test)
        repeats = len(self) - int(np.count_nonzero(is_kept))
        if repeats == 0:
            return self
        logger.warning(
            "%s has %d of its %d trials more than once: each counts once",
            *(self.source, repeats, len(self)),
        )
        return replace(self.subset(is_kept), repeats=repeats)

    def save(self, path: str | Path) -> None:
        """Write the VoxCeleb form (VoxSRC's if there are no labels), whole or not at all."""
        labels = self.labels.tolist() if self.is_labelled else repeat("")
        pairs = zip(self.enrol.tolist(), self.test.tolist(), strict=True)
        lines = (
            f"{label} {self.names[enrol]} {self.names[test]}".lstrip() + "\n"
            for label, (enrol, test) in zip(labels, pairs, strict=False)
        )
        with written_whole(path) as partial, partial.open("w", encoding="utf-8") as file:
            file.writelines(lines)
