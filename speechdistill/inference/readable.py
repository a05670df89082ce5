"""Many recordings, some of which may turn out to be unreadable."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.corpora.cut_audio import LONGEST_SECONDS
from speechdistill.inference.recording import Speech
from speechdistill.inference.speaker_embedder import SpeakerEmbedder
from speechdistill.inference.speech_detection import Detector, SpeechParts
from speechdistill.storage.keyed_vectors import KeyedVectors

logger = logging.getLogger(__name__)

FEW_SECONDS = 0.5  # of speech: less tells hardly who speaks


def opened(embedder: SpeakerEmbedder, path: Path, detector: Detector | None = None) -> Speech:
    """Open a recording, or what a detector takes for speech in it; that it is little is said.

    Raises
    ------
    InputError: it cannot be read, or there is no speech in it.
    """
    whole = embedder.recording(path)
    seconds = whole.frames / whole.rate
    speech: Speech = whole
    if detector is not None:
        speech = SpeechParts(whole, detector(whole, embedder.sample_rate))
        seconds = speech.samples / embedder.sample_rate
    if seconds < FEW_SECONDS:
        logger.warning("%s: %.2g s of speech, too little to tell who speaks", path, seconds)
    return speech


def embed_readable(
    embedder: SpeakerEmbedder,
    paths: Mapping[str, Path],
    detector: Detector | None = None,
    with_progress: bool = False,
) -> tuple[KeyedVectors, dict[str, str]]:
    """Embed the recordings that can be read to their end.

    Arguments
    ---------
    embedder: the model.
    paths: id -> recording.
    detector: of speech; None to hear all.
    with_progress: show a progress bar.

    Returns
    -------
    Embeddings by id, and id -> why of the others, each of which a warning names.
    """
    speech: dict[str, _Forgiven] = {}
    broken: dict[str, str] = {}
    for name, path in paths.items():
        try:
            speech[name] = _Forgiven(opened(embedder, path, detector))
        except InputError as error:
            logger.warning("%s", error)
            broken[name] = str(error)
    vectors = embedder.embed_all(list(speech.values()), with_progress)
    is_whole = np.isfinite(vectors).all(axis=1)
    for row in np.flatnonzero(~is_whole):
        name = list(speech)[row]
        broken[name] = _fault(speech[name].speech, embedder.sample_rate)
    ids = [name for name, whole in zip(speech, is_whole, strict=True) if whole]
    return KeyedVectors(ids, vectors[is_whole]), broken


def _fault(speech: Speech, rate: int) -> str:
    """Say why a recording has no embedding; other processes may have read it."""
    step = int(LONGEST_SECONDS * rate)
    try:
        for start in range(0, speech.samples, step):
            speech.read(start, min(start + step, speech.samples))
    except InputError as error:
        return str(error)
    return f"the model makes no finite embedding of {speech.name}"


@dataclass(frozen=True)
class _Forgiven:
    """Gives NaN where reading fails: so does the encoder, and all others are embedded."""

    speech: Speech

    @property
    def name(self) -> str:
        return self.speech.name

    @property
    def samples(self) -> int:
        return self.speech.samples

    def read(self, start: int, end: int) -> np.ndarray:
        try:
            return self.speech.read(start, end)
        except InputError as error:
            logger.warning("%s", error)
            return np.full(end - start, np.nan, np.float32)
