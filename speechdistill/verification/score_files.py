"""Score files: ``enrol test score`` per line, with the trial list's own names."""

import math
from pathlib import Path

import numpy as np

from speechdistill.errors import InputError
from speechdistill.files import written_whole
from speechdistill.verification.trials import TrialList, utterance_id


def write_scores(trials: TrialList, scores: np.ndarray, path: str | Path) -> None:
    """Write one line per trial, in the trials' order, whole or not at all.

    Nine significant digits: a float32 score is read back as it was.

    Example
    -------
    >>> import tempfile
    >>> trials = TrialList(["a.wav", "b.wav"], np.array([0, 0]), np.array([0, 1]), np.array([1, 0]))
    >>> path = Path(tempfile.mkdtemp()) / "scores.txt"
    >>> write_scores(trials, np.array([0.5, -0.25]), path)
    >>> print(path.read_text(), end="")
    a.wav a.wav 0.5
    a.wav b.wav -0.25
    >>> read_scores(trials, path)
    array([ 0.5 , -0.25])
    """
    names = trials.names
    pairs = zip(trials.enrol.tolist(), trials.test.tolist(), scores.tolist(), strict=True)
    lines = [f"{names[enrol]} {names[test]} {score:.9g}\n" for enrol, test, score in pairs]
    with written_whole(path) as partial:
        partial.write_text("".join(lines), encoding="utf-8")


def read_scores(trials: TrialList, path: str | Path) -> np.ndarray:
    """Read a score file and match it with its trials, whatever the order of its lines.

    Names match with or without the extension of an audio file.

    Returns
    -------
    float64 ``(trials,)``, in the trials' order; NaN for a trial that the file does not score.

    Raises
    ------
    InputError: the file is missing or empty, a line is malformed or its score not a finite number
        (it is named by its number), or a pair is not among the trials.
    """
    path = Path(path)
    enrol, test, scores = _parse(path, trials)
    if np.array_equal(enrol, trials.enrol) and np.array_equal(test, trials.test):
        return scores
    pairs = enrol * len(trials.names) + test
    wanted = trials.enrol * len(trials.names) + trials.test
    is_stranger = ~np.isin(pairs, wanted)
    if is_stranger.any():
        first = int(np.argmax(is_stranger))
        raise _stranger(path, trials, trials.names[enrol[first]], trials.names[test[first]])
    order = np.argsort(pairs, kind="stable")
    found = order[np.minimum(np.searchsorted(pairs, wanted, sorter=order), len(pairs) - 1)]
    return np.where(pairs[found] == wanted, scores[found], np.nan)


def _parse(path: Path, trials: TrialList) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return enrolment and test positions in the trials' names, and the scores, of each line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"cannot read the scores {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not text: score the trials again") from error
    if not lines:
        raise InputError(f"{path} is empty: score the trials again")
    position_of = {name: position for position, name in enumerate(trials.ids)}
    position_of |= {name: position for position, name in enumerate(trials.names)}
    enrol: list[int] = []
    test: list[int] = []
    scores: list[float] = []
    for number, line in enumerate(lines, start=1):
        try:
            enrol_name, test_name, text = line.split()
            score = float(text)
        except ValueError:
            score = math.nan
        if not math.isfinite(score):
            raise InputError(
                f"{path}, line {number} is {line[:80]!r}, not `enrol test score` with a finite "
                "score: score the trials again"
            )
        for name, positions in ((enrol_name, enrol), (test_name, test)):
            position = position_of.get(name)
            if position is None:
                position = position_of.get(utterance_id(name))
            if position is None:
                raise _stranger(path, trials, enrol_name, test_name)
            positions.append(position)
        scores.append(score)
    return np.array(enrol), np.array(test), np.array(scores)


def _stranger(path: Path, trials: TrialList, enrol_name: str, test_name: str) -> InputError:
    return InputError(
        f"{path} scores {enrol_name} {test_name}, which {trials.source or 'the trial list'} does "
        "not name: score that list again"
    )
