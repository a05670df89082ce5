"""Audio that libsndfile cannot read (.m4a), decoded once by ffmpeg."""

import os
import shutil
import subprocess
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.integrity import UnusableAudioError
from speechdistill.corpora.utterances import Utterance
from speechdistill.storage.files import written_whole

DECODED_RATE = 16000


def decoded(utterance: Utterance, folder: Path) -> Path:
    """Return a file that libsndfile reads: the utterance's own, or a FLAC made of its .m4a.

    The FLAC, mono and 16 kHz, appears as ``<folder>/<utterance id>.flac`` when it is whole; one
    that has its source's time is not made again, so a killed run goes on where it stopped.

    Raises
    ------
    InputError: ffmpeg is needed and not installed.
    UnusableAudioError: ffmpeg cannot decode the file.
    """
    source = utterance.path
    if source.suffix.lower() != ".m4a":
        return source
    target = folder / f"{utterance.id}.flac"
    try:
        changed = source.stat().st_mtime_ns
    except OSError as error:
        raise UnusableAudioError(f"unreadable ({error.strerror})") from error
    if target.exists() and target.stat().st_mtime_ns == changed:
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
