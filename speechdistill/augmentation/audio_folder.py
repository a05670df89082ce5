"""The audio files of a folder, listed once with what must be known to seek in them."""

import hashlib
import logging
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import soundfile
import torch
from lhotse.augmentation import get_or_create_resampler

from speechdistill.base.errors import InputError
from speechdistill.base.one_thread import one_thread
from speechdistill.corpora.decoding import mp3_samples
from speechdistill.corpora.folder_walk import walk
from speechdistill.corpora.names import NO_UTF8
from speechdistill.corpora.skipped import SkippedItems
from speechdistill.signals.sample_faults import fault_of_samples
from speechdistill.storage.files import require, written_whole
from speechdistill.storage.places import SETTINGS, SKIPPED, Stage
from speechdistill.storage.promised_size import is_cut_short
from speechdistill.storage.text_lines import read_lines

logger = logging.getLogger(__name__)

LISTS = "augmentation"  # in a student's folder
SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3")
SKIPPED_LIMIT = 0.01
READERS = 8


@dataclass(frozen=True)
class AudioFile:
    """A file that can be read from anywhere on.

    Arguments
    ---------
    path: of the file.
    samples: how many, per channel.
    sample_rate: in Hz.
    """

    path: str
    samples: int
    sample_rate: int


def audio_paths(folder: Path) -> list[Path]:
    """Find the audio files below a folder, in order, each once.

    Links are followed. A file that is reached by several names is taken by the one without a link.

    Raises
    ------
    InputError: there is no such folder, or no audio in it.
    """
    if not folder.is_dir():
        raise InputError(f"no folder {folder}: give one with audio, or none at all")
    found: list[tuple[bool, Path, str]] = []
    for place in walk(folder):
        for entry in place.files:
            if entry.name.lower().endswith(SUFFIXES) and entry.is_file():
                is_link = entry.is_symlink()
                real = (
                    os.path.realpath(entry.path) if is_link else f"{place.above[-1]}/{entry.name}"
                )
                found.append((place.is_linked or is_link, Path(entry.path), real))
    path_of: dict[str, Path] = {}
    for _, path, real in sorted(found):
        path_of.setdefault(real, path)
    if not path_of:
        raise InputError(f"no audio in {folder}: it needs files {', '.join(SUFFIXES)}")
    return sorted(path_of.values())


def list_of(exp: Path, kind: str, folder: Path) -> Path:
    """Return where a student keeps the list of a folder: each folder has its own.

    Example
    -------
    >>> list_of(Path("exp"), "noise", Path("/data/musan")).as_posix()
    'exp/augmentation/noise-b4626835.tsv'
    """
    digest = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:8]
    return exp / LISTS / f"{kind}-{digest}.tsv"


def write_list(
    paths: Sequence[Path], output: Path, what: str, only_rate: int | None = None
) -> None:
    """List files with their lengths and rates; what cannot be read is left out.

    That is listed beside, in ``<name>.skipped.tsv``. A list that is there already is replaced until
    training has begun: from then on the files have to be the same, by names, lengths and rates.

    Arguments
    ---------
    paths: of the files.
    output: the list, ``path<TAB>samples<TAB>sample rate``, as :func:`list_of` names it.
    what: the files are, for messages: "noises".
    only_rate: in Hz, for readers that take all files for mono ones of this rate; others are left
        out.

    Raises
    ------
    InputError: more than 1 % are left out, or the student was trained with other files.
    """
    with ThreadPoolExecutor(READERS) as readers:
        found = list(readers.map(partial(_look_into, only_rate), paths))
    skipped = SkippedItems(
        [(str(path), it) for path, it in zip(paths, found, strict=True) if isinstance(it, str)]
    )
    files = [it for it in found if isinstance(it, AudioFile)]
    lines = "".join(f"{it.path}\t{it.samples}\t{it.sample_rate}\n" for it in files).encode()
    if output.exists() and output.read_bytes() == lines:
        return
    exp = output.parents[1]
    if output.exists() and (exp / SETTINGS).exists():
        raise InputError(
            f"the {what} are no longer those of {output}, with which {exp} was trained: put them "
            "back as they were, or give another --exp"
        )
    listing = output.with_name(f"{output.stem}.{SKIPPED}")
    listing.unlink(missing_ok=True)
    if skipped:
        skipped.save(listing)
        message = f"{len(skipped)} of {len(paths)} {what} cannot be used (see {listing})"
        if len(skipped) > SKIPPED_LIMIT * len(paths):
            raise InputError(f"{message}: repair or remove them")
        logger.warning("%s", message)
    with written_whole(output) as whole:
        whole.write_bytes(lines)
    logger.info("%d %s: %s", len(files), what, output)


def read_list(path: Path) -> list[AudioFile]:
    """Read a list of :func:`write_list`.

    Raises
    ------
    InputError: it is missing or broken.
    """
    lines = read_lines(require(path, Stage.STUDENT))
    try:
        rows = [line.rsplit("\t", 2) for line in lines if line]
        return [AudioFile(name, int(samples), int(rate)) for name, samples, rate in rows]
    except ValueError as error:
        raise InputError(f"{path} is broken ({error}): remove it to have it made again") from error


def read_chunk(
    file: AudioFile, length: int, sample_rate: int, generator: np.random.Generator
) -> np.ndarray:
    """Read a random piece of a file's first channel, and no more than that.

    Arguments
    ---------
    file: that is listed; one that is shorter than the piece is repeated.
    length: of the piece, in samples at ``sample_rate``; other rates are resampled.
    sample_rate: in Hz.
    generator: says where the piece begins.

    Returns
    -------
    float32 ``(length,)``.

    Raises
    ------
    InputError: the file cannot be read any more, or has samples that are not finite or far above
        full scale.
    """
    frames = -(-length * file.sample_rate // sample_rate)
    start = int(generator.integers(max(file.samples - frames, 0) + 1))
    return np.resize(_read(file, start, frames, sample_rate), length)


def read_whole(file: AudioFile, sample_rate: int) -> np.ndarray:
    """Read a file's first channel as float32 ``(samples,)`` at ``sample_rate``.

    Raises
    ------
    InputError: see :func:`read_chunk`.
    """
    return _read(file, 0, file.samples, sample_rate)


def _read(file: AudioFile, start: int, frames: int, sample_rate: int) -> np.ndarray:
    try:
        with soundfile.SoundFile(file.path) as audio:
            if file.path.lower().endswith(".mp3"):
                samples = mp3_samples(audio, start, frames)
            else:
                audio.seek(start)
                samples = audio.read(frames, dtype="float32")
    except (OSError, soundfile.SoundFileError) as error:
        raise InputError(f"cannot read {file.path} ({error}): put it back as it was") from error
    if not len(samples):
        raise InputError(f"{file.path} has become shorter: put it back as it was")
    signal = samples if samples.ndim == 1 else samples[:, 0]
    if fault := fault_of_samples(signal):
        raise InputError(f"{file.path} has {fault}: make it again")
    if file.sample_rate != sample_rate:
        resample = get_or_create_resampler(file.sample_rate, sample_rate)
        with one_thread():
            signal = resample(torch.from_numpy(signal.copy())).numpy()
    return signal


def _look_into(only_rate: int | None, path: Path) -> AudioFile | str:
    """Return what a file is, or why it cannot be used."""
    if "\n" in str(path) or NO_UTF8.search(str(path)):
        return "a line break in its name, or no UTF-8"
    try:
        info = soundfile.info(str(path))
    except (OSError, soundfile.SoundFileError) as error:
        return f"unreadable ({' '.join(str(error).split())})"
    if not info.frames:
        return "no samples"
    if is_cut_short(path):
        return "cut short"
    if only_rate and (info.channels, info.samplerate) != (1, only_rate):
        return f"{info.channels} channels at {info.samplerate} Hz, not one at {only_rate}"
    return AudioFile(str(path.absolute()), info.frames, info.samplerate)
