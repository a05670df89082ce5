"""Audio that cannot be read from anywhere on (.m4a, .mp3), decoded once."""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import soundfile

from speechdistill.base.errors import InputError
from speechdistill.corpora.integrity import UnusableAudioError, inspect_audio
from speechdistill.corpora.utterances import Utterance
from speechdistill.storage.files import written_whole

DECODED_RATE = 16000  # of .m4a
# An MP3 frame leans on those before it: libsndfile gives zeros where it is to begin in the middle.
DECODED_SUFFIXES = (".m4a", ".mp3")
BLOCK = 2**16  # samples


def decoded(utterance: Utterance, folder: Path) -> Path:
    """Return a file that libsndfile reads from anywhere on: the utterance's own, or a FLAC of it.

    ffmpeg makes that of a .m4a, mono and 16 kHz, libsndfile that of a .mp3. It appears as
    ``<folder>/<utterance id>.flac`` when it is whole; one that has its source's time is not made
    again, so a killed run goes on where it stopped.

    Raises
    ------
    InputError: ffmpeg is needed and not installed.
    UnusableAudioError: the file cannot be decoded, or a .mp3 is not mono.
    """
    source = utterance.path
    if source.suffix.lower() not in DECODED_SUFFIXES:
        return source
    target = folder / f"{utterance.id}.flac"
    try:
        changed = source.stat().st_mtime_ns
    except OSError as error:
        raise UnusableAudioError(f"unreadable ({error.strerror})") from error
    if target.exists() and target.stat().st_mtime_ns == changed:
        return target
    if source.suffix.lower() == ".mp3":
        inspect_audio(source)
        with written_whole(target) as partial:
            _copy_as_flac(source, partial)
            os.utime(partial, ns=(changed, changed))
        return target
    if shutil.which("ffmpeg") is None:
        raise InputError(
            f"{source} needs ffmpeg, which is not on PATH: install it, or convert the corpus "
            "to .wav"
        )
    with written_whole(target) as partial:
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", str(source), "-vn"]
        command += ["-ac", "1", "-ar", str(DECODED_RATE), "-sample_fmt", "s16", str(partial)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0 or not partial.exists():
            reason = " ".join(done.stderr.split())[-200:]
            raise UnusableAudioError(f"ffmpeg cannot decode it ({reason})")
        os.utime(partial, ns=(changed, changed))
    return target


def _copy_as_flac(source: Path, target: Path) -> None:
    rate = soundfile.info(source).samplerate
    with soundfile.SoundFile(target, "w", rate, 1, "PCM_16", format="FLAC") as copy:
        try:
            for block in soundfile.blocks(source, BLOCK, dtype="float32"):
                copy.write(np.rint(32768 * block).clip(-32768, 32767).astype(np.int16))
        except soundfile.SoundFileError as error:
            raise UnusableAudioError("libsndfile cannot decode it") from error
