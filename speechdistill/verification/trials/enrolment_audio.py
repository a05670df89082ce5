"""The audio of a model's enrolment utterances in one piece."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from speechdistill.base.errors import InputError
from speechdistill.storage.files import written_whole
from speechdistill.storage.promised_size import is_cut_short
from speechdistill.verification.trials.trial_list import utterance_id
from speechdistill.verification.trials.words import AUDIO_SUFFIXES

logger = logging.getLogger(__name__)

LONGEST_NAME = 255  # bytes, of a file in Linux
_SHORT = {"PCM_16", "PCM_U8", "PCM_S8", "ULAW", "ALAW"}
_LONG = {"PCM_24", "PCM_32"}
_TYPES = {
    **{"PCM_16": "int16", "PCM_24": "int32", "PCM_32": "int32"},
    **{"FLOAT": "float32", "DOUBLE": "float64"},
}


@dataclass(frozen=True)
class _Joined:
    """Samples ``(samples,)``, of files of so many channels, to be written in a form of WAV."""

    samples: np.ndarray
    rate: int
    channels: int
    subtype: str


def concatenate_audio(
    models: Mapping[str, Sequence[str]], audio: Path, output: Path, skipped_limit: float = 0.01
) -> int:
    """Write ``<output>/<model>.wav``: the model's utterances one after another.

    With as many bits as the widest of them has: 16, 24 or 32, or floating-point numbers. Of several
    channels the first is taken, as everywhere here; a warning says of how many files.

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
    InputError: too many models are incomplete, a file cannot be read, is cut short or has samples
        that are not finite, the files of a model differ in sampling rate or channels, or a model's
        name leads out of the folder.
    """
    _check_names(models, output)
    missing: dict[str, str] = {}
    n_wide = 0
    with written_whole(output) as partial:
        for model, utterances in models.items():
            found = {name: _find(audio, name) for name in utterances}
            absent = next((name for name, path in found.items() if path is None), None)
            if absent is not None:
                missing[model] = absent
                continue
            joined = _joined([path for path in found.values() if path], model)
            n_wide += len(found) if joined.channels > 1 else 0
            path = partial / f"{model}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, joined.samples, joined.rate, joined.subtype)
        if n_wide:
            logger.warning("%d files have several channels: the first of each is taken", n_wide)
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


def _check_names(models: Collection[str], output: Path) -> None:
    """Raise an InputError unless each model can have a file of its own in the folder."""
    for model in models:
        parts = model.split("/")
        is_name = not {"", ".", ".."} & set(parts)
        is_short = all(len(f"{part}.wav".encode()) <= LONGEST_NAME for part in parts)
        above = ("/".join(parts[:count]) for count in range(1, len(parts)))
        is_in_a_file = any(it.endswith(".wav") and it[:-4] in models for it in above)
        if is_in_a_file or not (is_name and is_short):
            raise InputError(f"the model {model[:80]} is no name of a file in {output}: rename it")


def _find(audio: Path, name: str) -> Path | None:
    stem = audio / utterance_id(name)
    places = [audio / name, *(stem.with_name(stem.name + suffix) for suffix in AUDIO_SUFFIXES)]
    return next((place for place in places if _is_file(place)), None)


def _is_file(place: Path) -> bool:
    try:
        return place.is_file()
    except OSError:  # no file can have this name
        return False


def _joined(paths: Sequence[Path], model: str) -> _Joined:
    path = paths[0]
    try:
        found = {}
        for path in paths:
            found[path] = soundfile.info(path)
            if is_cut_short(path):
                raise InputError(f"{path} is cut short: copy it again, or leave it out")
        for what, values in (
            ("sampling rates", {each.samplerate for each in found.values()}),
            ("numbers of channels", {each.channels for each in found.values()}),
        ):
            if len(values) > 1:
                raise InputError(f"the audio of {model} has the {what} {sorted(values)}: give one")
        subtype = _widest({each.subtype for each in found.values()})
        pieces = []
        for path in paths:
            samples, rate = soundfile.read(path, dtype=_TYPES[subtype], always_2d=True)
            if not len(samples):
                raise InputError(f"{path} has no samples: record it again, or leave it out")
            if not np.isfinite(samples).all():
                raise InputError(f"{path} has samples that are not finite: make it again")
            pieces.append(samples[:, 0])
    except soundfile.LibsndfileError as error:
        raise InputError(f"cannot read {path}: {error.error_string}") from error
    return _Joined(np.concatenate(pieces), rate, samples.shape[1], subtype)


def _widest(subtypes: set[str]) -> str:
    """Return the form of WAV that holds samples of all these without loss.

    libsndfile gives floating-point samples as integers without scaling them: as silence.
    """
    is_float = bool(subtypes - _SHORT - _LONG)
    if "DOUBLE" in subtypes or (is_float and "PCM_32" in subtypes):
        return "DOUBLE"
    if is_float:
        return "FLOAT"
    return max(subtypes & _LONG, default="PCM_16")
