"""The waveform of a cut, read at the speed of its file."""

import numpy as np
import soundfile
from lhotse.cut import MonoCut
from lhotse.utils import compute_num_samples

FULL_SCALE = 32768


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
