"""The waveform of a cut, read at the speed of its file."""

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import soundfile
from lhotse.cut import MonoCut
from lhotse.utils import compute_num_samples

FULL_SCALE = 32768
# What is longer is worked on in windows of equal length: memory must not grow with a recording.
LONGEST_SECONDS = 60.0
# 10 frames: below 402 samples features fail, and convolutions need more frames than they reach.
SHORTEST_SECONDS = 0.1


def load_cut_audio(cut: MonoCut, offset: float = 0.0, duration: float | None = None) -> np.ndarray:
    """Return a cut's waveform, or the part that begins at ``offset``: float32 ``(samples,)``.

    What it holds is ``cut.load_audio()[0]``, bit by bit. Both arguments are in seconds.

    16-bit files of one channel, which most corpora are, are read as the integers that they hold:
    libsndfile's own conversion to floats, and what Lhotse does around it, take twice the time of
    the rest (tools/benchmarks/RESULTS.md). All else is left to Lhotse, and so are files that do not
    hold what the cut says.

    Example
    -------
    >>> from lhotse.testing.dummies import dummy_cut
    >>> cut = dummy_cut(0, duration=1.0, with_data=True)
    >>> bool((load_cut_audio(cut) == cut.load_audio()[0]).all())
    True
    """
    samples = _integers(cut, offset, duration)
    if samples is None:
        part = cut if duration is None else cut.truncate(offset=offset, duration=duration)
        return part.load_audio()[0]
    waveform = samples.astype(np.float32)
    waveform *= 1 / FULL_SCALE  # a power of two: exact
    return waveform


def window_count(duration: float) -> int:
    """Return in how many windows of equal length a recording is worked on, each at most 60 s.

    Example
    -------
    >>> window_count(0.5), window_count(60.0), window_count(60.5)
    (1, 1, 2)
    """
    return max(1, math.ceil(duration / LONGEST_SECONDS))


def load_windows(cut: MonoCut) -> Iterator[np.ndarray]:
    """Yield a cut's waveform in windows, float32 ``(samples,)`` each; one up to 60 s is whole.

    Example
    -------
    >>> from lhotse.testing.dummies import dummy_cut
    >>> cut = dummy_cut(0, duration=150.0, recording_duration=150.0, with_data=True)
    >>> [len(window) / 16000 for window in load_windows(cut)]
    [50.0, 50.0, 50.0]
    """
    count = window_count(cut.duration)
    if count == 1:
        yield load_cut_audio(cut)
        return
    rate = cut.sampling_rate
    bounds = [cut.num_samples * number // count for number in range(count + 1)]
    for start, end in pairwise(bounds):
        yield load_cut_audio(cut, start / rate, (end - start) / rate)


def _integers(cut: MonoCut, offset: float, duration: float | None) -> np.ndarray | None:
    recording = cut.recording
    rate = recording.sampling_rate
    if recording.transforms or [source.type for source in recording.sources] != ["file"]:
        return None
    try:
        with soundfile.SoundFile(recording.sources[0].source) as file:
            found = (file.subtype, file.channels, file.samplerate, file.frames)
            if found != ("PCM_16", 1, rate, recording.num_samples):
                return None
            file.seek(compute_num_samples(cut.start + offset, rate))
            count = compute_num_samples(cut.duration if duration is None else duration, rate)
            samples = file.read(count, dtype="int16")
    except (OSError, RuntimeError):  # Lhotse has other readers, and says what is wrong
        return None
    return samples if len(samples) == count else None
