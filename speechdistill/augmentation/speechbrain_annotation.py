"""The CSV files that SpeechBrain's AddNoise and AddReverb read, from folders that are there."""

import csv
import io
import logging
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from speechbrain.augment.augmenter import Augmenter
from speechbrain.augment.preparation import prepare_dataset_from_URL

from speechdistill.augmentation.audio_folder import audio_paths, list_of, read_list, write_list
from speechdistill.augmentation.reverberation import impulse_response_folder
from speechdistill.base.errors import InputError
from speechdistill.storage.files import written_whole

logger = logging.getLogger(__name__)

LONG_SECONDS = 60
COLUMNS = ("ID", "duration", "wav", "wav_format", "wav_opts")


def write_annotations(hparams: Mapping[str, Any], sample_rate: int, exp: Path) -> None:
    """Do what ``prepare_noise_data`` and ``prepare_rir_data`` of a YAML ask for, without download.

    SpeechBrain's recipes name with :func:`prepare_dataset_from_URL` a folder and the CSV to be
    written from it. Where the folder is there, the CSV is written from the audio that it holds;
    where it is not, one line says that this augmentation is switched off, and how to have it. The
    audio is left as it is. A CSV outside the student's folder that is there already is the user's
    own, and kept; one inside is made again until training has begun, and checked from then on.

    Arguments
    ---------
    hparams: the YAML's objects.
    sample_rate: of the utterances, in Hz; files of other rates are left out, as SpeechBrain would
        take them for this one.
    exp: the student's folder, for the lists of files.

    Raises
    ------
    InputError: a folder without audio of this rate, or with more than 1 % of other files; one that
        is gone, or has other files, since training began.
    """
    for key, value in hparams.items():
        if not isinstance(value, partial) or value.func is not prepare_dataset_from_URL:
            continue
        folder, output = (Path(value.keywords[name]) for name in ("dest_folder", "csv_file"))
        if output.exists() and exp.resolve() not in output.resolve().parents:
            continue
        if not folder.is_dir():
            if output.exists():
                raise InputError(
                    f"{key}: there is no folder {folder} any more, of which {output} was made: put "
                    "it back, or give another --exp"
                )
            logger.warning(
                "%s: no folder %s and no download, so this augmentation is switched off "
                "(SpeechBrain's YAMLs name the folder in data_folder_noise, data_folder_rir)",
                *(key, folder),
            )
            continue
        _annotate(key, folder, output, sample_rate, exp)


def without_missing_annotations(augmenter: Augmenter) -> Augmenter:
    """Take the augmentations out of an augmenter whose CSV is not there.

    Example
    -------
    >>> from speechbrain.augment.time_domain import AddNoise, DropFreq
    >>> noise, drop = AddNoise("/nonexistent/noise.csv"), DropFreq()
    >>> augmenter = Augmenter(min_augmentations=2, augmentations=[noise, drop])
    >>> augmenter = without_missing_annotations(augmenter)
    >>> list(augmenter.augmentations), augmenter.min_augmentations, augmenter.max_augmentations
    (['DropFreq1'], 1, 1)
    """
    missing = [
        name
        for name, augmentation in augmenter.augmentations.items()
        if (path := getattr(augmentation, "csv_file", None)) and not Path(path).exists()
    ]
    for name in missing:
        del augmenter.augmentations[name]
    augmenter.check_min_max_augmentations()
    return augmenter


def _annotate(key: str, folder: Path, output: Path, sample_rate: int, exp: Path) -> None:
    paths = audio_paths(impulse_response_folder(folder))
    listing = list_of(exp, output.stem, folder)
    write_list(paths, listing, f"files of {folder}", only_rate=sample_rate)
    files = read_list(listing)
    longest = max(file.samples for file in files) / sample_rate
    if longest > LONG_SECONDS:
        logger.warning(
            "%s: SpeechBrain reads whole files, and the longest in %s has %.0f s: cut them into "
            "pieces, or use the noise_folder of this recipe's own YAMLs",
            *(key, folder, longest),
        )
    lines = io.StringIO()
    table = csv.writer(lines)
    table.writerow(COLUMNS)
    for number, file in enumerate(files):
        suffix = Path(file.path).suffix[1:].lower()
        table.writerow((number, file.samples / sample_rate, file.path, suffix, ""))
    text = lines.getvalue().encode()
    if not output.exists() or output.read_bytes() != text:
        with written_whole(output) as whole:
            whole.write_bytes(text)
