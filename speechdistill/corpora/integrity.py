"""Whether an audio file is what its header says, at the price of opening it."""

import struct
from dataclasses import dataclass
from pathlib import Path

import soundfile

from speechdistill.storage.promised_size import is_cut_short

TAIL = 160
LOWEST_RATE, HIGHEST_RATE = 2000, 768_000  # in Hz; others are those of broken headers
# RIFF: size, form and length of the format chunk; format: code, channels, rate, bytes per second,
# bytes per frame, bits; data: size.
PLAIN_WAV = struct.Struct("<4sI8sIHHIIHH4sI")
PLAIN_FORM = (b"RIFF", b"WAVEfmt ", 16, 1, 1)


class UnusableAudioError(ValueError):
    """The file cannot serve; the message is the reason, in a few words."""


@dataclass(frozen=True)
class AudioHeader:
    """Length and rate of a mono file; ``frames`` counts samples, ``sample_rate`` is in Hz."""

    sample_rate: int
    frames: int

    @property
    def duration(self) -> float:
        """In seconds."""
        return self.frames / self.sample_rate


def inspect_audio(path: Path, min_duration: float = 0.0) -> AudioHeader:
    """Read a file's header, check it, and decode the file's last samples.

    A file cut short keeps a header that promises the whole. Decoding the last 10 ms, reached by
    seeking, finds this in FLAC; in WAV the length that is promised is compared with the file's, as
    libsndfile silently shortens such a file. The file's middle is not read. The length of WAV that
    was written to a pipe is that of the file.

    Arguments
    ---------
    path: a file that libsndfile reads: .wav, .flac, .ogg, .opus or .mp3.
    min_duration: in seconds; shorter files are unusable.

    Raises
    ------
    UnusableAudioError: the file is empty, unreadable, cut short, too short, or not mono, or its
        rate is none of audio.

    Example
    -------
    >>> import numpy, tempfile
    >>> path = Path(tempfile.mkdtemp()) / "silence.flac"
    >>> soundfile.write(path, numpy.zeros(8000), 16000)
    >>> inspect_audio(path).duration
    0.5
    """
    try:
        size = path.stat().st_size
        if size == 0:
            raise UnusableAudioError("empty file")
        if (header := _plain_wav_header(path, size)) is not None:
            return _long_enough(header, min_duration)
        # By name: reading through a Python file object costs four times as much.
        with soundfile.SoundFile(path) as audio:
            header = AudioHeader(audio.samplerate, audio.frames)
            if audio.channels != 1:
                raise UnusableAudioError(f"{audio.channels} channels instead of 1")
            if header.frames == 0:
                raise UnusableAudioError("no samples, or a header that was never completed")
            if not LOWEST_RATE <= header.sample_rate <= HIGHEST_RATE:
                raise UnusableAudioError(f"a sample rate of {header.sample_rate} Hz")
            if is_cut_short(path) or not _has_tail(audio):
                raise UnusableAudioError("cut short")
    except (OSError, soundfile.SoundFileError) as error:
        reason = getattr(error, "error_string", None) or getattr(error, "strerror", None)
        raise UnusableAudioError(f"unreadable ({reason or type(error).__name__})") from error
    return _long_enough(header, min_duration)


def _long_enough(header: AudioHeader, min_duration: float) -> AudioHeader:
    if header.duration < min_duration:
        raise UnusableAudioError(f"shorter than {min_duration:g} s")
    return header


def _plain_wav_header(path: Path, size: int) -> AudioHeader | None:
    """Read the header of a mono 16-bit WAV with one chunk of samples that is all there.

    None for any other file. Nearly every WAV is of this form; libsndfile takes longer to say so.
    """
    with path.open("rb", buffering=0) as raw:
        start = raw.read(PLAIN_WAV.size)
    if len(start) < PLAIN_WAV.size:
        return None
    riff, length, *form, rate, _, frame, bits, data, count = PLAIN_WAV.unpack(start)
    is_plain = (riff, *form, frame, bits, data) == (*PLAIN_FORM, 2, 16, b"data")
    is_whole = length == PLAIN_WAV.size - 8 + count and PLAIN_WAV.size + count <= size
    is_audio = LOWEST_RATE <= rate <= HIGHEST_RATE and count and count % 2 == 0
    if not (is_plain and is_whole and is_audio):
        return None
    return AudioHeader(rate, count // 2)


def _has_tail(audio: soundfile.SoundFile) -> bool:
    length = min(TAIL, audio.frames)
    try:
        audio.seek(audio.frames - length)
        return len(audio.read(length, dtype="int16")) == length
    except soundfile.SoundFileError:
        return False
