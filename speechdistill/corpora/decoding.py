"""Audio that cannot be read from anywhere on (.m4a, .mp3), decoded once."""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import soundfile

from speechdistill.base.errors import InputError
from speechdistill.corpora.integrity import UnusableAudioError
from speechdistill.corpora.utterances import Utterance
from speechdistill.storage.files import written_whole

DECODED_RATE = 16000  # of .m4a
# An MP3 frame leans on those before it (at the lowest rates on some twenty of 1152 samples):
# libsndfile gives zeros after a seek, and soundfile seeks after every read.
MP3_MEMORY = 32 * 1152
DECODED_SUFFIXES = (".m4a", ".mp3")
BLOCK = 2**20  # samples


def decoded(utterance: Utterance, folder: Path) -> Path:
    """Return a file that libsndfile reads from anywhere on: the utterance's own, or a FLAC of it.

    A member of another file is copied out of it.

    ffmpeg makes that of a .m4a, mono and 16 kHz, libsndfile that of a .mp3. It appears as
    ``<folder>/<id of the recording>.flac`` when it is whole; one that has its source's time is not
    made again, so a killed run goes on where it stopped.

    Raises
    ------
    InputError: ffmpeg is needed and not installed.
    UnusableAudioError: the file cannot be decoded, or a .mp3 is not mono.
    """
    source = utterance.path
    if utterance.member is not None:
        return _taken_out(utterance, folder)
    if source.suffix.lower() not in DECODED_SUFFIXES:
        return source
    target = folder / f"{utterance.recording or utterance.id}.flac"
    try:
        changed = source.stat().st_mtime_ns
    except OSError as error:
        raise UnusableAudioError(f"unreadable ({error.strerror})") from error
    if target.exists() and target.stat().st_mtime_ns == changed:
        return target
    if source.suffix.lower() == ".mp3":
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


def _taken_out(utterance: Utterance, folder: Path) -> Path:
    """Copy an audio file out of the one that it is a member of, byte for byte."""
    assert utterance.member is not None
    offset, size, suffix = utterance.member
    target = folder / f"{utterance.recording or utterance.id}{suffix}"
    try:
        changed = utterance.path.stat().st_mtime_ns
        if target.exists() and target.stat().st_mtime_ns == changed:
            return target
        with utterance.path.open("rb") as whole:
            whole.seek(offset)
            content = whole.read(size)
    except OSError as error:
        raise UnusableAudioError(f"unreadable ({error.strerror})") from error
    if len(content) < size:
        raise UnusableAudioError("cut short")
    with written_whole(target) as partial:
        partial.write_bytes(content)
        os.utime(partial, ns=(changed, changed))
    return target


def mp3_samples(audio: soundfile.SoundFile, start: int, count: int) -> np.ndarray:
    """Read a part of an open MP3 file, fewer samples at its end: float32 ``(samples[, channels])``.

    It is the same as if all had been read.
    """
    before = min(start, MP3_MEMORY)
    audio.seek(start - before)
    return audio.read(before + count, dtype="float32")[before:]


def _copy_as_flac(source: Path, target: Path) -> None:
    """Decode from the beginning to the end, which also shows whether all is there."""
    count = 0
    try:
        with soundfile.SoundFile(source) as audio:
            if audio.channels != 1:
                raise UnusableAudioError(f"{audio.channels} channels instead of 1")
            with soundfile.SoundFile(
                target, "w", audio.samplerate, 1, "PCM_16", format="FLAC"
            ) as copy:
                for start in range(0, audio.frames, BLOCK):
                    block = mp3_samples(audio, start, BLOCK)
                    copy.write(np.rint(32768 * block).clip(-32768, 32767).astype(np.int16))
                    count += len(block)
            if count < audio.frames:
                raise UnusableAudioError("cut short")
    except soundfile.SoundFileError as error:
        reason = getattr(error, "error_string", type(error).__name__)
        raise UnusableAudioError(f"unreadable ({reason})") from error
