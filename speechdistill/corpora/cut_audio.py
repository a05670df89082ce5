"""The waveform of a cut, read at the speed of its file."""

import numpy as np
import soundfile
from lhotse.cut import MonoCut
from lhotse.utils import compute_num_samples

FULL_SCALE = 32768


def load_cut_audio(cut: MonoCut) -> np.ndarray:
    """Return ``cut.load_audio()[0]``, float32 ``(samples,)``, bit by bit.

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
    samples = _integers(cut)
    if samples is None:
        return cut.load_audio()[0]
    waveform = samples.astype(np.float32)
    waveform *= 1 / FULL_SCALE  # a power of two: exact
    return waveform


def _integers(cut: MonoCut) -> np.ndarray | None:
    recording = cut.recording
    if recording.transforms or [source.type for source in recording.sources] != ["file"]:
        return None
    try:
        with soundfile.SoundFile(recording.sources[0].source) as file:
            found = (file.subtype, file.channels, file.samplerate, file.frames)
            if found != ("PCM_16", 1, recording.sampling_rate, recording.num_samples):
                return None
            file.seek(compute_num_samples(cut.start, recording.sampling_rate))
            samples = file.read(cut.num_samples, dtype="int16")
    except (
        OSError,
        RuntimeError,
    ):  # of libsndfile: Lhotse has other readers, and says what is wrong
        return None
    return samples if len(samples) == cut.num_samples else None
