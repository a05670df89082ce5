"""Trial lists: which utterances are compared, and whether one person spoke both."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from speechdistill.errors import InputError
from speechdistill.files import written_whole

_AUDIO_SUFFIX = re.compile(r"\.(wav|flac|m4a|aac|mp3|ogg|opus|sph)$", re.IGNORECASE)


def utterance_id(name: str) -> str:
    """Return a trial's name without the extension of an audio file.

    Official lists say ``.wav`` whatever the corpus holds, so the extension says nothing.

    Example
    -------
    >>> utterance_id("id10270/5r0dWxy17C8/00001.wav")
    'id10270/5r0dWxy17C8/00001'
    """
    return _AUDIO_SUFFIX.sub("", name)


@dataclass(frozen=True)
class TrialList:
    """Pairs of utterances, resolved once to positions in a table of names.

    Arguments
    ---------
    names: the utterances as the list writes them, each once.
    enrol, test: integer arrays of shape ``(trials,)``, positions in ``names``.
    labels: integer array of shape ``(trials,)``: 1 for a target trial, 0 for a non-target.
    source: the file it came from, for messages.

    Raises
    ------
    InputError: there is no target or no non-target trial.

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

    def __post_init__(self) -> None:
        where = self.source or "the trial list"
        if len(self.labels) == 0:
            raise InputError(f"{where} is empty: give a list with lines `1 a.wav b.wav`")
        for label, kind in ((1, "target"), (0, "non-target")):
            if not np.any(self.labels == label):
                raise InputError(f"{where} has no {kind} trials (label {label}): add some")

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def ids(self) -> list[str]:
        """The names without extension: the ids of cuts and embeddings."""
        return [utterance_id(name) for name in self.names]

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
        )

    @classmethod
    def load(cls, path: str | Path) -> "TrialList":
        """Read the VoxCeleb form: lines ``label enrol test``, label 1 (target) or 0.

        Raises
        ------
        InputError: the file is missing or empty, a line has not this form (it is named by its
            number), or all trials are of one kind.
        """
        path = Path(path)
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise InputError(f"cannot read the trial list {path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{path} is not text: give lines `1 a.wav b.wav`") from error
        position_of: dict[str, int] = {}
        labels, enrol, test = [], [], []
        for number, line in enumerate(lines, start=1):
            match line.split():
                case ["0" | "1" as label, enrol_name, test_name]:
                    labels.append(label == "1")
                    enrol.append(position_of.setdefault(enrol_name, len(position_of)))
                    test.append(position_of.setdefault(test_name, len(position_of)))
                case []:
                    continue
                case [label, _, _]:
                    raise InputError(f"{path}, line {number}: the label is {label}: write 1 or 0")
                case _:
                    raise InputError(
                        f"{path}, line {number} is {line[:80]!r}: write `1 a.wav b.wav`"
                    )
        return cls(
            list(position_of),
            np.array(enrol, dtype=np.int64),
            np.array(test, dtype=np.int64),
            np.array(labels, dtype=np.int8),
            path,
        )

    def save(self, path: str | Path) -> None:
        """Write the VoxCeleb form, whole or not at all."""
        lines = (
            f"{label} {self.names[enrol]} {self.names[test]}\n"
            for label, enrol, test in zip(
                self.labels.tolist(), self.enrol.tolist(), self.test.tolist(), strict=True
            )
        )
        with written_whole(path) as partial:
            partial.write_text("".join(lines), encoding="utf-8")
