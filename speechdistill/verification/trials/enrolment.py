"""Models enrolled with several utterances: which utterances, and one embedding for each model."""

import logging
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.text_lines import read_lines, split_words
from speechdistill.verification.trials.speakers import unit_length
from speechdistill.verification.trials.trial_list import utterance_id

logger = logging.getLogger(__name__)

FORM = "`model a.wav b.wav`"


@dataclass(frozen=True)
class EnrolledModels:
    """What trials compare the test utterances with.

    Attributes
    ----------
    embeddings: one per model, keyed by model.
    utterances: how many observations each row stands for, integer array ``(models,)``: 1, but for
        an average.
    """

    embeddings: KeyedVectors
    utterances: np.ndarray


def read_enrolment(path: str | Path) -> dict[str, list[str]]:
    """Read an enrolment list: lines ``model utterance utterance ...``.

    Kaldi's ``spk2utt`` and CN-Celeb's ``enroll.map`` and ``enroll.lst`` have this form. A model
    that has several lines is enrolled with the utterances of them all. An utterance that a model
    has twice, under whatever extension, counts once; a warning says how many there are.

    Raises
    ------
    InputError: the file is missing, empty or no text, or a line has one word only.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "enroll.map"
    >>> _ = path.write_text("id1-enroll id1-speech-01.wav id1-speech-02.wav\\n")
    >>> read_enrolment(path)
    {'id1-enroll': ['id1-speech-01.wav', 'id1-speech-02.wav']}
    """
    path = Path(path)
    models: dict[str, dict[str, str]] = {}
    repeated = 0
    for number, line in enumerate(read_lines(path, "enrolment list", FORM), start=1):
        match split_words(line):
            case [model, *utterances] if utterances:
                found = models.setdefault(utterance_id(model), {})
                before = len(found)
                for name in utterances:
                    found.setdefault(utterance_id(name), name)
                repeated += len(utterances) - (len(found) - before)
            case [_]:
                raise InputError(f"{path}, line {number} is {line[:80]!r}: write {FORM}")
    if not models:
        raise InputError(f"{path} is empty: write {FORM}")
    if repeated:
        logger.warning(
            "%s repeats %d utterances of a model: each counts once, as it is no more evidence",
            *(path, repeated),
        )
    return {model: list(found.values()) for model, found in models.items()}


def average_enrolment(
    models: Mapping[str, Sequence[str]], embeddings: KeyedVectors
) -> EnrolledModels:
    """Give each model the mean of its utterances' embeddings, each at length 1.

    At length 1 a loud or long utterance, whose embedding may be long, counts no more than another.
    A model one of whose utterances has no embedding is left out: it would be another model. With
    one that is zero or not finite, the model's is NaN.

    Arguments
    ---------
    models: the utterances of each, as :func:`read_enrolment` returns them.
    embeddings: keyed by utterance id.

    Raises
    ------
    InputError: no model is complete and whole.

    Example
    -------
    >>> embeddings = KeyedVectors(["a", "b"], np.array([[2.0, 0], [0, 3.0]]))
    >>> enrolled = average_enrolment({"model": ["a.wav", "b.wav"]}, embeddings)
    >>> enrolled.embeddings["model"].tolist(), enrolled.utterances.tolist()
    ([0.5, 0.5], [2])
    """
    complete = _complete(models, embeddings)
    means = np.empty((len(complete), embeddings.vectors.shape[1]), dtype=np.float32)
    counts = np.empty(len(complete), dtype=np.int64)
    for number, utterances in enumerate(complete.values()):
        rows = [embeddings.row_of[utterance_id(name)] for name in utterances]
        units = unit_length(np.asarray(embeddings.vectors[rows], dtype=np.float64))
        # NaN, if one of them is zero or not finite: the model's trials cannot be scored.
        means[number] = units.mean(axis=0)
        counts[number] = len(rows)
    broken = ~np.isfinite(means).all(axis=1)
    if broken.any():
        first = list(complete)[int(np.argmax(broken))]
        summary = (
            f"{np.count_nonzero(broken)} of {len(models)} enrolled models are broken: an embedding "
            f"of {first} is zero or not finite"
        )
        if broken.all():
            raise InputError(f"{summary}: make it again")
        logger.warning("%s: their trials cannot be scored", summary)
    return EnrolledModels(KeyedVectors(list(complete), means), counts)


def concatenated_enrolment(
    models: Mapping[str, Sequence[str]], embeddings: KeyedVectors
) -> EnrolledModels:
    """Give each model the embedding of its utterances' audio in one piece.

    That embedding is made from audio (:func:`~.enrolment_audio.concatenate_audio`) and has the
    model's name as its id. A model of one utterance may have that utterance's embedding instead.

    Arguments
    ---------
    models: the utterances of each, as :func:`read_enrolment` returns them.
    embeddings: keyed by model, or by utterance id for models of one utterance.

    Raises
    ------
    InputError: no model has an embedding.

    Example
    -------
    >>> embeddings = KeyedVectors(["m", "c"], np.eye(2))
    >>> enrolled = concatenated_enrolment({"m": ["a.wav", "b.wav"], "n": ["c.wav"]}, embeddings)
    >>> enrolled.embeddings["n"].tolist()
    [0.0, 1.0]
    """
    sources = {
        model: [utterances[0] if len(utterances) == 1 and model not in embeddings else model]
        for model, utterances in models.items()
    }
    complete = _complete(sources, embeddings)
    rows = [embeddings.row_of[utterance_id(name)] for (name,) in complete.values()]
    vectors = np.asarray(embeddings.vectors[rows], dtype=np.float32)
    counts = np.ones(len(rows), dtype=np.int64)
    return EnrolledModels(KeyedVectors(list(complete), vectors), counts)


def _complete(models: Mapping[str, Sequence[str]], ids: Container[str]) -> dict[str, Sequence[str]]:
    """Drop the models that name something without embedding, with a warning."""
    incomplete = {
        model: next(name for name in names if utterance_id(name) not in ids)
        for model, names in models.items()
        if not all(utterance_id(name) in ids for name in names)
    }
    if incomplete:
        model, name = next(iter(incomplete.items()))
        summary = (
            f"{len(incomplete)} of {len(models)} enrolled models lack embeddings, such as {model} "
            f"that of {name}"
        )
        if len(incomplete) == len(models):
            raise InputError(f"{summary}: embed them first")
        logger.warning("%s: their trials cannot be scored", summary)
    return {model: names for model, names in models.items() if model not in incomplete}


ENROLMENTS = {"average": average_enrolment, "concatenation": concatenated_enrolment}
