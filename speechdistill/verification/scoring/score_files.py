"""Score files: ``enrol test score`` per line, with the trial list's own names."""

import logging
from itertools import chain
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.files import written_whole
from speechdistill.storage.text_lines import number_of
from speechdistill.verification.trials.name_table import NameTable
from speechdistill.verification.trials.repeats import first_contradiction, has_repeats, is_first
from speechdistill.verification.trials.trial_list import TrialList
from speechdistill.verification.trials.words import WordBlock, Words, read_word_blocks

logger = logging.getLogger(__name__)

FORM = "`enrol test score` with a finite score"
TRIALS_AT_ONCE = 1 << 16


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
    names = Words.of(trials.names)
    pairs = np.stack([trials.enrol, trials.test], axis=1)
    with written_whole(path) as partial, partial.open("wb") as file:
        for start in range(0, len(trials), TRIALS_AT_ONCE):
            chunk = slice(start, start + TRIALS_AT_ONCE)
            file.write(score_lines(names[pairs[chunk]], scores[chunk]))


def score_lines(names: Words, scores: np.ndarray) -> bytes:
    """Return lines ``enrol test score`` for names ``(trials, 2)`` and scores ``(trials,)``."""
    text, starts, ends = names.text.tobytes(), names.starts, names.ends
    if ((starts[:, 1] == ends[:, 0] + 1) & (names.text[ends[:, 0]] == ord(" "))).all():
        # As in most lists, a pair stands there as it is to be written.
        spans = zip(starts[:, 0].tolist(), ends[:, 1].tolist(), strict=True)
        pairs = [text[start:end] for start, end in spans]
    else:
        enrol, test = (
            [text[start:end] for start, end in zip(*span, strict=True)]
            for span in zip(starts.T.tolist(), ends.T.tolist(), strict=True)
        )
        pairs = list(map(b" ".join, zip(enrol, test, strict=True)))
    numbers = (" %.9g\n\0" * len(scores) % tuple(scores.tolist())).encode().split(b"\0")
    return b"".join(chain.from_iterable(zip(pairs, numbers[:-1], strict=True)))


def read_scores(trials: TrialList, path: str | Path) -> np.ndarray:
    """Read a score file and match it with its trials, whatever the order of its lines.

    Names match with or without the extension of an audio file. A fourth word of a line, as
    WeSpeaker writes it (``target``), is ignored: the trial list says who is who; a number there is
    refused. A pair may be scored several times if the scores are equal.

    Returns
    -------
    float64 ``(trials,)``, in the trials' order; NaN for a trial that the file does not score.

    Raises
    ------
    InputError: the file is missing or empty, a line is malformed or its score not a finite number
        (it is named by its number), a pair is not among the trials, or two lines give it
        different scores.
    """
    path = Path(path)
    table = NameTable()
    # Two names of one id are one utterance.
    number_of = table.add(Words.of(trials.names).without_audio_suffix()).astype(np.int64)
    pairs, scores, lines = [], [], []
    for block in read_word_blocks(path, "scores", FORM, {3, 4}):
        names = block.words[:, :2]
        flat = Words(names.text, names.starts.ravel(), names.ends.ravel())
        numbers = table.find(flat.without_audio_suffix()).astype(np.int64).reshape(-1, 2)
        if (numbers < 0).any():
            line = int(np.argmax((numbers < 0).any(axis=1)))
            raise _not_in_list(path, trials, *names[line].strings())
        pairs.append(numbers @ [len(table), 1])
        scores.append(_parse_scores(block))
        lines.append(block.line_numbers)
    read, scores_read = np.concatenate(pairs), np.concatenate(scores)
    _check_repeats(path, read, scores_read, np.concatenate(lines))
    wanted = number_of[trials.enrol] * len(table) + number_of[trials.test]
    if np.array_equal(read, wanted):
        return scores_read
    is_unlisted = ~np.isin(read, wanted)
    if is_unlisted.any():
        pair = divmod(int(read[np.argmax(is_unlisted)]), len(table))
        enrol, test = (trials.names[int(np.argmax(number_of == number))] for number in pair)
        raise _not_in_list(path, trials, enrol, test)
    order = np.argsort(read, kind="stable")
    nearest = order[np.minimum(np.searchsorted(read, wanted, sorter=order), len(read) - 1)]
    return np.where(read[nearest] == wanted, scores_read[nearest], np.nan)


def _check_repeats(
    path: Path, pairs: np.ndarray, scores: np.ndarray, line_numbers: np.ndarray
) -> None:
    if not has_repeats(pairs):
        return
    found = first_contradiction(pairs, scores)
    if found is not None:
        first, second = (int(line_numbers[row]) for row in found)
        raise InputError(
            f"{path}, lines {first} and {second} give one pair the scores {scores[found[0]]:g} and "
            f"{scores[found[1]]:g}: keep one"
        )
    repeats = np.count_nonzero(~is_first(pairs))
    logger.info("%s repeats the scores of %d trials: each counts once", path, repeats)


def _parse_scores(block: WordBlock) -> np.ndarray:
    strings = block.column(2).strings()
    joined = "".join(strings)
    try:
        if "_" in joined or not joined.isascii():
            raise ValueError
        scores = np.array(list(map(float, strings)))
    except ValueError:
        scores = np.array([_number(string) for string in strings])
    if block.columns > 3:
        _check_labels(block)
    if not np.isfinite(scores).all():
        raise block.error(int(np.argmax(~np.isfinite(scores))))
    return scores


def _check_labels(block: WordBlock) -> None:
    """Refuse two numbers in a line: which of them is the score?"""
    labels = block.column(3).strings()
    for label in set(labels):
        if not np.isnan(_number(label)):
            raise block.error(labels.index(label), f"the fourth word is a number, {label[:80]!r}")


def _number(string: str) -> float:
    try:
        return number_of(string)
    except ValueError:
        return np.nan


def _not_in_list(path: Path, trials: TrialList, enrol: str, test: str) -> InputError:
    return InputError(
        f"{path} scores {enrol} {test}, which {trials.source or 'the trial list'} does "
        "not name: score that list again"
    )
