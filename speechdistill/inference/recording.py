"""Audio of any file, rate and number of channels, read as a model hears it."""

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile
import torch
from lhotse.augmentation import get_or_create_resampler
from lhotse.utils import compute_num_samples
from scipy.signal import resample_poly

from speechdistill.base.errors import InputError
from speechdistill.corpora.cut_audio import SHORTEST_SECONDS
from speechdistill.corpora.decoding import mp3_samples
from speechdistill.corpora.integrity import HIGHEST_RATE, LOWEST_RATE
from speechdistill.signals.sample_faults import fault_of_samples
from speechdistill.storage.promised_size import is_cut_short

# The kernel of training's resampler has about so many numbers for each rate in lowest terms,
# multiplied: 70,560 from 44.1 to 16 kHz, but 178 millions from 11,111 Hz.
LARGEST_KERNEL = 10**6
FILTER_FRAMES = 128  # more than half the length of either filter, above and below
CUT_SHORT = "is cut short: give a whole recording"
ENDLESS = 2**62  # frames: what libsndfile says of a stream that does not say its length


class Speech(Protocol):
    """A waveform of which parts can be read.

    Attributes
    ----------
    name: what errors call it.
    samples: its length at the model's rate.
    """

    @property
    def name(self) -> str: ...
    @property
    def samples(self) -> int: ...
    def read(self, start: int, end: int) -> np.ndarray:
        """Return the samples from ``start`` to before ``end``: float32 ``(end - start,)``."""
        ...


@dataclass(frozen=True)
class Recording:
    """A recording, resampled to a model's rate and mixed down to one channel as it is read.

    Channels are averaged. Resampling is that of training, so that a file of the corpus is heard as
    it was embedded; rates that have little in common take SciPy's polyphase filter. What is
    shorter than ``SHORTEST_SECONDS`` is repeated up to that, the least that encoders take.

    Arguments
    ---------
    name: what errors call it: its path.
    rate, channels, frames: what it has, in Hz and per channel.
    sample_rate: of the model, in Hz.
    read_frames: ``(start, end)`` -> float32 ``(frames,)`` or ``(frames, channels)``.

    Example
    -------
    >>> stereo = np.ones((44100, 2), np.float32)
    >>> recording = Recording.of_waveform(stereo, 44100, 16000)
    >>> recording.samples, recording.read(0, 8000).shape, recording.conversion
    (16000, (8000,), '2 channels at 44100 Hz')
    """

    name: str
    rate: int
    channels: int
    frames: int
    sample_rate: int
    read_frames: Callable[[int, int], np.ndarray]

    @classmethod
    def of_file(cls, path: str | Path, sample_rate: int) -> "Recording":
        """Open a file that libsndfile reads; nothing but its header is read yet.

        Raises
        ------
        InputError: there is no such file, libsndfile cannot read it, it holds no audio, or less
            than its header says, or the rate in that is none of audio.
        """
        path = Path(path)
        if path.is_fifo():  # what nobody writes to would be waited for
            raise InputError(f"cannot read {path} (it is a pipe): write it to a file first")
        try:
            found = soundfile.info(os.fsencode(path))
        except (soundfile.SoundFileError, RuntimeError, OSError) as error:
            raise InputError(f"cannot read {path} ({_reason(path, error)})") from error
        if is_cut_short(path):
            raise InputError(f"{path} {CUT_SHORT}")
        if not 0 < found.frames < ENDLESS:
            length = "is empty" if found.frames <= 0 else "does not say how long it is"
            raise InputError(f"{path} {length}: give a whole recording, such as a .wav")
        if not LOWEST_RATE <= found.samplerate <= HIGHEST_RATE:
            raise InputError(
                f"{path} has the rate {found.samplerate} Hz: its header is wrong, convert it anew"
            )
        read = partial(_read_file, path)
        return cls(str(path), found.samplerate, found.channels, found.frames, sample_rate, read)

    @classmethod
    def of_waveform(
        cls, waveform: np.ndarray, rate: int, sample_rate: int, name: str = "the waveform"
    ) -> "Recording":
        """Take samples in [-1, 1], or integers of whatever size, ``(samples[, channels])``.

        Raises
        ------
        InputError: they are no real numbers, of another shape, or none.
        """
        if waveform.ndim not in (1, 2) or waveform.dtype.kind not in "fi":
            raise InputError(
                f"{name} is {waveform.dtype} of shape {waveform.shape}: give numbers (samples,)"
            )
        if waveform.size == 0:
            raise InputError(f"{name} is empty: give at least one sample")
        if rate < 1:
            raise InputError(f"{name} has the rate {rate}: give it in Hz")
        channels = 1 if waveform.ndim == 1 else waveform.shape[1]
        read = partial(_read_array, waveform)
        return cls(name, int(rate), channels, len(waveform), sample_rate, read)

    @property
    def is_short(self) -> bool:
        return self.frames < SHORTEST_SECONDS * self.rate

    @property
    def samples(self) -> int:
        seconds = SHORTEST_SECONDS if self.is_short else self.frames / self.rate
        return compute_num_samples(seconds, self.sample_rate)

    @property
    def conversion(self) -> str | None:
        """What it has that the model does not take as it is; None if nothing."""
        if self.channels == 1 and self.rate == self.sample_rate:
            return None
        return f"{self.channels} channel{'s'[: self.channels > 1]} at {self.rate} Hz"

    def read(self, start: int, end: int) -> np.ndarray:
        """Return a part as the model hears it: float32 ``(end - start,)``.

        Raises
        ------
        InputError: the file cannot be read, ends before its header says, holds samples that are
            not finite or far above full scale, or is read as a whole and silent.
        """
        part = self._part(start, end)
        if (start, end) == (0, self.samples) and not part.any():
            # Any two of them would be of one speaker.
            is_mixed = self.read_frames(0, self.frames).any()
            reason = "its channels cancel out" if is_mixed else "it is silent"
            raise InputError(f"no speech was found in {self.name} ({reason}): give other audio")
        return part

    def _part(self, start: int, end: int) -> np.ndarray:
        if self.is_short:
            signal = np.resize(self._mono(0, self.frames), math.ceil(SHORTEST_SECONDS * self.rate))
            signal = resampled(signal, self.rate, self.sample_rate)
            return np.resize(signal, self.samples)[start:end]
        # From where frames and samples fall together, and a filter's length around: a part is then
        # what it is in the whole.
        common = math.gcd(self.rate, self.sample_rate)
        up, down = self.sample_rate // common, self.rate // common
        around = 0 if up == down else 1 + FILTER_FRAMES // min(up, down)
        first = max(start // up - around, 0)
        last = min((math.ceil(end / up) + around) * down, self.frames)
        signal = resampled(self._mono(first * down, last), self.rate, self.sample_rate)
        part = signal[start - first * up : end - first * up]
        return np.pad(part, (0, end - start - len(part)))

    def _mono(self, start: int, end: int) -> np.ndarray:
        frames = self.read_frames(start, end)
        if len(frames) < end - start:
            raise InputError(f"{self.name} {CUT_SHORT}")
        if fault := fault_of_samples(frames):
            raise InputError(f"{self.name} holds {fault}: record it again")
        return frames if frames.ndim == 1 else frames.mean(axis=1)


def resampled(signal: np.ndarray, rate: int, sample_rate: int) -> np.ndarray:
    """Change the rate of a signal ``(samples,)``, float32.

    Example
    -------
    >>> [len(resampled(np.zeros(11111, np.float32), 11111, rate)) for rate in (11111, 16000)]
    [11111, 16000]
    """
    if rate == sample_rate:
        return signal
    common = math.gcd(rate, sample_rate)
    up, down = sample_rate // common, rate // common
    if up * down > LARGEST_KERNEL:
        return resample_poly(signal, up, down).astype(np.float32)
    return get_or_create_resampler(rate, sample_rate)(torch.from_numpy(signal)).numpy()


def _read_file(path: Path, start: int, end: int) -> np.ndarray:
    try:
        with soundfile.SoundFile(os.fsencode(path)) as file:
            if file.format == "MP3":
                return mp3_samples(file, start, end - start)
            if file.seekable():
                file.seek(start)
            else:  # GSM, as telephones record: what is before is decoded, too
                file.read(start, dtype="int16")
            return file.read(end - start, dtype="float32")
    except (soundfile.SoundFileError, RuntimeError, OSError) as error:
        raise InputError(f"cannot read {path} ({_reason(path, error)})") from error


def _read_array(waveform: np.ndarray, start: int, end: int) -> np.ndarray:
    part = waveform[start:end]
    if part.dtype.kind == "i":
        return part / np.float32(-np.iinfo(part.dtype).min)
    return part.astype(np.float32)


def _reason(path: Path, error: Exception) -> str:
    if not path.exists():
        return "no such file"
    if path.is_dir():
        return "it is a folder"
    if path.stat().st_size == 0:
        return "it is empty"
    reason = getattr(error, "error_string", "") or type(error).__name__
    reason = " ".join(str(reason).split()).rstrip(".")
    return f"{reason}; libsndfile reads WAV, FLAC, Ogg, MP3: convert it, such as by ffmpeg"
