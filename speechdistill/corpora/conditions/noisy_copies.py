"""An utterance under all noises at all levels."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import soundfile
from lhotse import MonoCut, Recording
from lhotse.audio import AudioSource
from lhotse.utils import fastcopy

from speechdistill.base.randomness import generator_for
from speechdistill.corpora.conditions.babble import NotEnoughTalkersError, babble_of
from speechdistill.corpora.conditions.catalogue import NOISE_CONDITIONS, NOISES, Condition
from speechdistill.signals.mixing import mixed
from speechdistill.signals.noise import octave_noise, white_noise
from speechdistill.storage.files import written_whole


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
    same noise, scaled.
    """
    cut = utterance.cut
    wanted = {
        condition: path
        for condition in NOISE_CONDITIONS
        if not (path := audio_path(data, condition, cut)).exists()
    }
    if not wanted:
        return None
    try:
        signal = cut.load_audio()[0]
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


def _noise(kind: str, utterance: NoisyUtterance, length: int, seed: int) -> np.ndarray:
    rate, rng = utterance.cut.sampling_rate, generator_for(seed, kind, utterance.cut.id)
    if kind == "white":
        return white_noise(length, rate, rng)
    if kind == "band":
        return octave_noise(length, rate, rng)
    return babble_of(utterance.talkers, length, rate, rng)


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
