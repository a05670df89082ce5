"""The audio of a model's enrolment utterances in one piece."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import soundfile

from speechdistill.base.errors import InputError
from speechdistill.storage.files import written_whole
from speechdistill.verification.trials.trial_list import utterance_id
from speechdistill.verification.trials.words import AUDIO_SUFFIXES

logger = logging.getLogger(__name__)


def concatenate_audio(
    models: Mapping[str, Sequence[str]], audio: Path, output: Path, skipped_limit: float = 0.01
) -> int:
    """Write ``<output>/<model>.wav``: the model's utterances one after another, 16-bit.

    Models one of whose utterances is missing are left out and listed in ``<output>/missing``.
    Returns the number of models written.

    Arguments
    ---------
    models: the utterances of each, as :func:`~.enrolment.read_enrolment` returns them.
    audio: folder with ``<utterance>``; another extension of an audio file is as good.
    output: the folder to write, whole or not at all.
    skipped_limit: the largest share of models that may be left out, in [0, 1].

    Raises
    ------
    InputError: too many models are incomplete, a file cannot be read, or the files of a model
        differ in sampling rate.
    """
    missing: dict[str, str] = {}
    with written_whole(output) as partial:
        for model, utterances in models.items():
            found = {name: _find(audio, name) for name in utterances}
            absent = next((name for name, path in found.items() if path is None), None)
            if absent is not None:
                missing[model] = absent
                continue
            samples, rate = _joined([path for path in found.values() if path], model)
            path = partial / f"{model}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, samples, rate, "PCM_16")
        if missing:
            summary = f"{len(missing)} of {len(models)} models lack audio in {audio}"
            first, name = next(iter(missing.items()))
            if len(missing) > skipped_limit * len(models) or len(missing) == len(models):
                raise InputError(
                    f"{summary}, such as {first} ({name}): complete it, or raise --skipped-limit "
                    f"({skipped_limit})"
                )
            lines = (f"{model} {name}\n" for model, name in missing.items())
            (partial / "missing").write_text("".join(lines), encoding="utf-8")
            logger.warning("%s: they are left out and listed in %s", summary, output / "missing")
    return len(models) - len(missing)


def _find(audio: Path, name: str) -> Path | None:
    stem = audio / utterance_id(name)
    places = [audio / name, *(stem.with_name(stem.name + suffix) for suffix in AUDIO_SUFFIXES)]
    return next((place for place in places if place.is_file()), None)


def _joined(paths: Sequence[Path], model: str) -> tuple[np.ndarray, int]:
    pieces, rates = [], set()
    for path in paths:
        try:
            samples, rate = soundfile.read(path, dtype="int16", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise InputError(f"cannot read {path}: {error.error_string}") from error
        pieces.append(samples[:, 0])
        rates.add(rate)
    if len(rates) > 1:
        raise InputError(f"the audio of {model} has the sampling rates {sorted(rates)}: give one")
    return np.concatenate(pieces), rates.pop()
