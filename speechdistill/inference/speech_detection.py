"""Speech alone: a recording without its pauses, found by level or by the Silero network."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from scipy.ndimage import binary_dilation

from speechdistill.base.errors import InputError
from speechdistill.inference.recording import Speech
from speechdistill.quality.net_duration import FRAMES_PER_SECOND, frame_power, stands_out

# Kept on either side of what stands out: soft beginnings and endings of words.
MARGIN_FRAMES = 10
FRAMES_AT_ONCE = 60 * FRAMES_PER_SECOND  # memory must not grow with a recording

# A waveform and its rate -> where speech begins and ends, in samples, in order.
Detector = Callable[[Speech, int], list[tuple[int, int]]]


def energy_detector() -> Detector:
    """Return a detector of frames whose level stands out, and 0.1 s around them.

    The criterion is that of :func:`speechdistill.quality.net_duration.stands_out`, over the whole
    recording: it takes any loud sound for speech, and needs speech in a twentieth of it.

    Example
    -------
    >>> from speechdistill.inference.recording import Recording
    >>> signal = np.repeat([0.001, 0.5, 0.001], 16000)
    >>> energy_detector()(Recording.of_waveform(signal, 16000, 16000), 16000)
    [(14400, 33600)]
    """
    return _find_by_energy


def silero_detector() -> Detector:
    """Return Silero's detector of voices (github.com/snakers4/silero-vad), from its wheel.

    Raises
    ------
    InputError: the package is not installed.
    """
    threads = torch.get_num_threads()
    try:
        from silero_vad import get_speech_timestamps, load_silero_vad
    except ImportError as error:
        raise InputError(
            "Silero's detector needs the package silero-vad: pip install 'speechdistill[vad]'"
        ) from error
    finally:
        torch.set_num_threads(threads)  # importing it sets one for the whole process
    model = load_silero_vad()

    def find(speech: Speech, sample_rate: int) -> list[tuple[int, int]]:
        if sample_rate not in (8000, 16000):
            raise InputError(f"Silero's detector takes 8 or 16 kHz, and the model {sample_rate} Hz")
        parts = []
        for start, signal in _blocks(speech, sample_rate):
            found = get_speech_timestamps(
                torch.from_numpy(signal), model, sampling_rate=sample_rate
            )
            parts += [(start + part["start"], start + part["end"]) for part in found]
        return parts

    return find


DETECTORS: dict[str, Callable[[], Detector]] = {
    "energy": energy_detector,
    "silero": silero_detector,
}


@dataclass(frozen=True)
class SpeechParts:
    """Parts of a waveform, one after the other.

    Arguments
    ---------
    whole: the waveform.
    parts: begin and end of each, in samples, in order.

    Raises
    ------
    InputError: there are none.

    Example
    -------
    >>> from speechdistill.inference.recording import Recording
    >>> whole = Recording.of_waveform(np.arange(4000, dtype=np.float32), 16000, 16000)
    >>> parts = SpeechParts(whole, [(0, 2000), (3000, 4000)])
    >>> parts.samples, parts.read(1999, 2001).tolist()
    (3000, [1999.0, 3000.0])
    """

    whole: Speech
    parts: list[tuple[int, int]]

    def __post_init__(self) -> None:
        if not self.parts:
            raise InputError(f"no speech was found in {self.name}: give other audio, or all of it")

    @property
    def name(self) -> str:
        return self.whole.name

    @property
    def samples(self) -> int:
        return sum(end - begin for begin, end in self.parts)

    def read(self, start: int, end: int) -> np.ndarray:
        """Return samples of the parts as if there were nothing between them."""
        return np.concatenate(
            [self.whole.read(begin, stop) for begin, stop in self._within(start, end)]
        )

    def _within(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        before = 0
        for begin, stop in self.parts:
            first, last = max(start - before, 0), min(end - before, stop - begin)
            if first < last:
                yield begin + first, begin + last
            before += stop - begin


def _blocks(speech: Speech, sample_rate: int) -> Iterator[tuple[int, np.ndarray]]:
    """Read a minute at a time, in whole frames: where it begins, and its samples."""
    step = FRAMES_AT_ONCE * (sample_rate // FRAMES_PER_SECOND)
    for start in range(0, speech.samples, step):
        yield start, speech.read(start, min(start + step, speech.samples))


def _find_by_energy(speech: Speech, sample_rate: int) -> list[tuple[int, int]]:
    power = [frame_power(signal, sample_rate) for _, signal in _blocks(speech, sample_rate)]
    is_speech = stands_out(np.concatenate(power))
    if not is_speech.any():
        return []
    around = np.ones(2 * MARGIN_FRAMES + 1, dtype=bool)
    is_kept = np.concatenate([[False], binary_dilation(is_speech, around), [False]])
    edges = np.flatnonzero(np.diff(is_kept)) * (sample_rate // FRAMES_PER_SECOND)
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
