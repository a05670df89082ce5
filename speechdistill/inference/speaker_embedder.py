"""A trained student in use: speech to embeddings, and how alike two are."""

import logging
from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import torch
from speechbrain.utils.distributed import infer_device

from speechdistill.base.errors import InputError
from speechdistill.base.parallel import available_cores
from speechdistill.base.randomness import generator_for
from speechdistill.inference.recording import Recording, Speech
from speechdistill.inputs.items import InputItem
from speechdistill.inputs.perceived import How, PerceivedSet
from speechdistill.inputs.window import Window
from speechdistill.quality.table import QualityTable
from speechdistill.students.extraction import embed
from speechdistill.verification.calibration.operating_point import DevCalibration

logger = logging.getLogger(__name__)

# A path, or samples (samples,) as NumPy or torch have them.
Utterance = str | Path | np.ndarray | torch.Tensor
WORTH_READING_AHEAD = 100  # recordings
MOST_CHANNELS = 64  # of a recording, as readers of files return it


class SpeakerEmbedder:
    """Embeds recordings as the student that it was made of; :func:`speechdistill.load` makes it.

    Recordings are embedded whole, those of one length together, so that none depends on another:
    alone or in a batch, an embedding is the same up to rounding. Of one longer than a minute the
    embeddings of windows of equal length are averaged: memory does not grow with it.

    Arguments
    ---------
    encoder: waveforms ``(batch, samples)`` to embeddings ``(batch, dimension)``.
    sample_rate: of what it hears, in Hz.
    name: what it is called: its folder's name.
    calibration: what its scores mean, if that is known.
    facts: what else is known of it, name -> value.
    device: "cpu", "cuda"; by default the GPU if there is one.

    Example
    -------
    >>> loudness = lambda signals: torch.stack([signals.abs().mean(1), signals.std(1)], dim=1)
    >>> class Loudness(torch.nn.Module):
    ...     def forward(self, signals):
    ...         return loudness(signals)
    >>> embedder = SpeakerEmbedder(Loudness(), 16000, "loudness", device="cpu")
    >>> embedder.dimension
    2
    >>> first, second = embedder.embed([np.ones(16000), np.repeat([-1.0, 1.0], 4000)])
    >>> first.tolist()
    [1.0, 0.0]
    >>> round(embedder.similarity(first, second), 2)
    0.71
    """

    def __init__(
        self,
        encoder: torch.nn.Module,
        sample_rate: int,
        name: str,
        calibration: DevCalibration | None = None,
        facts: dict[str, object] | None = None,
        device: str | None = None,
    ) -> None:
        self.device = device or infer_device()
        try:
            self.encoder = encoder.to(self.device).eval()
        except (RuntimeError, AssertionError) as error:  # as PyTorch has it, by the device
            raise InputError(f"there is no device {device!r} here: give cpu or cuda") from error
        self.sample_rate = sample_rate
        self.name = name
        self.calibration = calibration
        self.facts = facts or {}
        self._said: set[str] = set()

    @property
    def dimension(self) -> int:
        """Numbers per embedding."""
        return len(self.reference)

    @cached_property
    def reference(self) -> np.ndarray:
        """What it says of a certain three seconds of noise: by that a model is known again."""
        noise = generator_for(0, "reference").normal(0, 0.1, 3 * self.sample_rate)
        return self.embed_all([self.recording(noise.astype(np.float32))])[0]

    def embed(
        self, speech: Utterance | Sequence[Utterance], sample_rate: int | None = None
    ) -> np.ndarray:
        """Embed an utterance, or several.

        Arguments
        ---------
        speech: a path of a file that libsndfile reads, of any rate and number of channels; samples
            in [-1, 1] or integers, ``(samples,)``; a sequence of either, or ``(batch, samples)``.
        sample_rate: of samples, in Hz; by default the model's.

        Returns
        -------
        float32 ``(dimension,)``, or ``(utterances, dimension)`` in their order.

        Raises
        ------
        InputError: a file cannot be read, or samples are none, silent, not finite or of another
            shape.
        """
        if isinstance(speech, str | Path):
            return self.embed_all([self.recording(speech)])[0]
        if isinstance(speech, np.ndarray | torch.Tensor):
            if speech.ndim == 1:
                return self.embed_all([self.recording(speech, sample_rate)])[0]
            if speech.ndim != 2:
                raise InputError(
                    f"waveforms of shape {tuple(speech.shape)}: give (samples,) or (batch, samples)"
                )
            if speech.shape[1] < min(speech.shape[0], MOST_CHANNELS + 1):
                raise InputError(
                    f"waveforms of shape {tuple(speech.shape)} look like (samples, channels): give "
                    "their mean over the channels, or (batch, samples)"
                )
        return self.embed_all([self.recording(each, sample_rate) for each in speech])

    def similarity(self, a: np.ndarray, b: np.ndarray) -> float | np.ndarray:
        """Return the cosine of embeddings, in [-1, 1].

        Arguments
        ---------
        a, b: embeddings ``(dimension,)``, or several ``(n, dimension)`` and ``(m, dimension)``.

        Returns
        -------
        A number for two; every one of ``a`` with every one of ``b``, ``(n, m)``, without the axis
        of a side that is one.

        Raises
        ------
        InputError: an embedding is zero or not finite, or not of this model's dimension.
        """
        cosines = self._unit(a) @ self._unit(b).T
        return float(cosines) if cosines.ndim == 0 else cosines

    def recording(self, speech: Utterance, sample_rate: int | None = None) -> Recording:
        """Open an utterance at the model's rate; what has to be converted is logged once.

        Raises
        ------
        InputError: see :meth:`embed`.
        """
        if isinstance(speech, str | Path):
            found = Recording.of_file(speech, self.sample_rate)
        else:
            if isinstance(speech, torch.Tensor):
                speech = speech.detach().cpu()
                speech = (speech.float() if speech.is_floating_point() else speech).numpy()
            rate = self.sample_rate if sample_rate is None else sample_rate
            found = Recording.of_waveform(np.asarray(speech), rate, self.sample_rate)
        if (conversion := found.conversion) and conversion not in self._said:
            self._said.add(conversion)
            mono = "mixed down to one and " if found.channels > 1 else ""
            logger.info(
                "%s has %s: %sheard at %d Hz, as all like it",
                *(found.name, conversion, mono, self.sample_rate),
            )
        return found

    def embed_all(self, speech: Sequence[Speech], with_progress: bool = False) -> np.ndarray:
        """Embed opened recordings: float32 ``(recordings, dimension)``, in their order.

        Raises
        ------
        InputError: one cannot be read to its end.
        """
        if len(speech) == 0:
            return np.empty((0, self.dimension), np.float32)
        durations = np.array([each.samples for each in speech]) / self.sample_rate
        unknown = QualityTable([], {"quality": np.empty(0)})
        items = [InputItem(each.name, "-", "-", "-") for each in speech]
        perceived = PerceivedSet(items, partial(_read, speech), unknown, durations)
        workers = min(4, available_cores()) if len(speech) > WORTH_READING_AHEAD else 0
        return embed(self.encoder, perceived, self.device, workers, False, with_progress)

    def _unit(self, vectors: np.ndarray) -> np.ndarray:
        vectors = np.asarray(vectors, dtype=np.float64)
        if vectors.ndim not in (1, 2) or vectors.shape[-1] != self.dimension:
            raise InputError(
                f"embeddings of shape {vectors.shape}: {self.name} makes (..., {self.dimension})"
            )
        norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
        if not (np.isfinite(norms) & (norms > 0)).all():
            raise InputError("an embedding is zero or not finite: give other audio")
        return vectors / norms


def _read(speech: Sequence[Speech], row: int, how: How) -> torch.Tensor:
    one = speech[row]
    start, end = how.samples(one.samples) if isinstance(how, Window) else (0, one.samples)
    return torch.from_numpy(one.read(start, end))
