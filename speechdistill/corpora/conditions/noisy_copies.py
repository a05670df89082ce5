"""An utterance under all noises at all levels."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import soundfile
from lhotse import MonoCut, Recording
from lhotse.audio import AudioSource
from lhotse.utils import fastcopy

from speechdistill.base.errors import InputError
from speechdistill.base.randomness import generator_for
from speechdistill.corpora.conditions.babble import NotEnoughTalkersError, babble_of
from speechdistill.corpora.conditions.catalogue import NOISE_CONDITIONS, NOISES, Condition
from speechdistill.corpora.cut_audio import (
    SHORTEST_SECONDS,
    load_cut_audio,
    load_windows,
    window_count,
)
from speechdistill.signals.level import FULL_SCALE, power
from speechdistill.signals.mixing import HIGHEST_SAMPLE, mixed
from speechdistill.signals.noise import octave_noise, white_noise
from speechdistill.storage.files import written_whole

# kind -> ``(length, sample rate, rng)`` to the noise; babble is of the talkers.
MAKERS = {"white": white_noise, "band": octave_noise}


@dataclass(frozen=True)
class NoisyUtterance:
    """An utterance and who may babble behind it.

    Arguments
    ---------
    cut: of the whole utterance.
    talkers: see :func:`speechdistill.corpora.conditions.babble.sample_talkers`.
    """

    cut: MonoCut
    talkers: Sequence[MonoCut]


def write_noisy_copies(utterance: NoisyUtterance, data: Path, seed: int) -> str | None:
    """Write the FLAC files that do not exist yet; return why it cannot be done, or None.

    The noise depends on the seed, its kind and the cut's id alone. All levels of one kind have the
    same noise, scaled. Behind an utterance of more than 60 s it is as long as the windows in which
    that is read, and comes again in each: memory does not grow with the utterance.
    """
    cut = utterance.cut
    wanted = {
        condition: path
        for condition in NOISE_CONDITIONS
        if not (path := audio_path(data, condition, cut)).exists()
    }
    if not wanted:
        return None
    if window_count(cut.duration) > 1:
        return _write_long_copies(utterance, wanted, seed)
    try:
        signal = load_cut_audio(cut)
    # Lhotse raises what its backends raise, of no common class.
    except Exception as error:
        return f"unreadable ({type(error).__name__})"
    if not np.isfinite(signal).all():
        return "samples that are not finite"
    if not signal.any():
        return "silent: no signal-to-noise ratio"
    try:
        noises = {kind: _noise(kind, utterance, len(signal), seed) for kind in NOISES}
    except NotEnoughTalkersError as error:
        return str(error)
    for condition, path in wanted.items():
        samples = mixed(signal, noises[condition.kind], condition.level)
        # In memory: libsndfile waits for the disk after every file that it writes.
        encoded = BytesIO()
        soundfile.write(encoded, samples, cut.sampling_rate, "PCM_16", format="FLAC")
        with written_whole(path) as partial:
            partial.write_bytes(encoded.getbuffer())
    return None


def _write_long_copies(
    utterance: NoisyUtterance, wanted: Mapping[Condition, Path], seed: int
) -> str | None:
    cut = utterance.cut
    longest, energy, count = 0, 0.0, 0
    try:
        for window in load_windows(cut):
            if not np.isfinite(window).all():
                return "samples that are not finite"
            longest, count = max(longest, len(window)), count + len(window)
            energy += power(window) * len(window)
        if not energy:
            return "silent: no signal-to-noise ratio"
        noises = {kind: _noise(kind, utterance, longest, seed) for kind in NOISES}
        # What is mixed in a window alone would have the ratio of each window.
        added = {
            condition: noises[condition.kind]
            * np.sqrt(energy / count / power(noises[condition.kind]))
            * 10 ** (-condition.level / 20)
            for condition in wanted
        }
        peaks = dict.fromkeys(wanted, 0.0)
        for window in load_windows(cut):
            for condition, noise in added.items():
                peak = np.abs(window + noise[: len(window)]).max()
                peaks[condition] = max(peaks[condition], FULL_SCALE * float(peak))
        for condition, path in wanted.items():
            scale = FULL_SCALE * min(1.0, HIGHEST_SAMPLE / peaks[condition])
            with (
                written_whole(path) as partial,
                soundfile.SoundFile(partial, "w", cut.sampling_rate, 1, "PCM_16") as file,
            ):
                for window in load_windows(cut):
                    mixture = scale * (window + added[condition][: len(window)])
                    file.write(np.round(mixture).astype(np.int16))
    except NotEnoughTalkersError as error:
        return str(error)
    except InputError:
        raise
    # Lhotse raises what its backends raise, of no common class.
    except Exception as error:
        return f"unreadable ({type(error).__name__})"
    return None


def _noise(kind: str, utterance: NoisyUtterance, length: int, seed: int) -> np.ndarray:
    rate, rng = utterance.cut.sampling_rate, generator_for(seed, kind, utterance.cut.id)
    # A few samples have no room for an octave: theirs are the first ones of a longer noise.
    wanted, length = length, max(length, math.ceil(SHORTEST_SECONDS * rate))
    if kind == "babble":
        return babble_of(utterance.talkers, length, rate, rng)[:wanted]
    return MAKERS[kind](length, rate, rng)[:wanted]


def noisy_cut(cut: MonoCut, condition: Condition, data: Path) -> MonoCut:
    """Return the cut of the noisy copy: all as before but for the recording."""
    recording = Recording(
        id=cut.id,
        sources=[AudioSource("file", [0], str(audio_path(data, condition, cut)))],
        sampling_rate=cut.sampling_rate,
        num_samples=cut.num_samples,
        duration=cut.duration,
        channel_ids=[0],
    )
    return fastcopy(cut, start=0.0, channel=0, recording=recording)


def audio_path(data: Path, condition: Condition, cut: MonoCut) -> Path:
    """Return where a noisy copy is kept."""
    return data / condition.set_name / "audio" / f"{cut.id}.flac"
