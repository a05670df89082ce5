"""Speech for the student: chunks of utterances with speaker, quality and teacher."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from lhotse.cut import MonoCut

from speechdistill.corpora.manifests import load_cuts
from speechdistill.distillation.batch import TeacherBatch
from speechdistill.distillation.objective import View
from speechdistill.errors import InputError
from speechdistill.quality.table import QualityTable
from speechdistill.teachers.pairing import TeacherPairing


@dataclass
class SpeechBatch:
    """Waveforms of one length and what is known of them.

    Arguments
    ---------
    ids: the cuts' ids.
    signals: float32 ``(batch, samples)``.
    speakers: int64 ``(batch,)``: index among the training speakers; -1 for others.
    quality: ``(batch,)`` in [0, 1].
    teachers: what the teacher says, by view; empty where there is no teacher.
    """

    ids: list[str]
    signals: torch.Tensor
    speakers: torch.Tensor
    quality: torch.Tensor
    teachers: dict[View, TeacherBatch] = field(default_factory=dict)

    def to(self, device: str | torch.device) -> "SpeechBatch":
        return SpeechBatch(
            self.ids,
            self.signals.to(device),
            self.speakers.to(device),
            self.quality.to(device),
            {view: teacher.to(device) for view, teacher in self.teachers.items()},
        )

    def augmented(self, signals: torch.Tensor, rows: torch.Tensor) -> "SpeechBatch":
        """The batch with other signals, each made from the row of this batch named in ``rows``."""
        return SpeechBatch(
            [self.ids[row] for row in rows.tolist()],
            signals,
            self.speakers[rows],
            self.quality[rows],
            {view: teacher.select(rows) for view, teacher in self.teachers.items()},
        )


class SpeechDataset(torch.utils.data.Dataset):
    """Utterances, or a random chunk of each that depends on the seed, the epoch and the cut alone.

    Utterances shorter than the chunk are repeated until they fill it.

    Arguments
    ---------
    cuts: Lhotse cuts with one supervision each.
    sample_rate: in Hz; other rates are resampled.
    chunk_duration: in seconds, or None for whole utterances.
    speaker_index: speaker -> class; speakers that are not in it get -1.
    quality: cut id -> quality in [0, 1].
    pairings: the teacher's views of each cut.
    seed: of the chunks and of the pairings' random choices.

    Example
    -------
    >>> from lhotse.testing.dummies import dummy_cut, dummy_supervision
    >>> cut = dummy_cut(0, duration=1.0, supervisions=[dummy_supervision(0)], with_data=True)
    >>> dataset = SpeechDataset([cut], sample_rate=16000, chunk_duration=0.5)
    >>> collate([dataset[0]]).signals.shape
    torch.Size([1, 8000])
    """

    def __init__(
        self,
        cuts: Sequence[MonoCut],
        sample_rate: int,
        chunk_duration: float | None = None,
        speaker_index: Mapping[str, int] | None = None,
        quality: Mapping[str, float] | None = None,
        pairings: Mapping[View, TeacherPairing] | None = None,
        seed: int = 0,
    ) -> None:
        self.cuts = cuts
        self.sample_rate = sample_rate
        self.chunk_duration = chunk_duration
        self.speaker_index = speaker_index or {}
        self.quality = quality or {}
        self.pairings = pairings or {}
        self.seed = seed
        self.epoch = 0

    def __len__(self) -> int:
        return len(self.cuts)

    def __getitem__(self, index: int) -> SpeechBatch:
        cut = self.cuts[index]
        generator = np.random.default_rng([self.seed, self.epoch, zlib.crc32(cut.id.encode())])
        signal = self._read(cut, generator)
        speaker = cut.supervisions[0].speaker
        session = (cut.custom or {}).get("session")
        teachers = {
            view: _teacher_batch(pairing, speaker, session, generator)
            for view, pairing in self.pairings.items()
        }
        return SpeechBatch(
            [cut.id],
            torch.from_numpy(signal).unsqueeze(0),
            torch.tensor([self.speaker_index.get(speaker, -1)]),
            torch.tensor([self.quality.get(cut.id, 1.0)], dtype=torch.float32),
            teachers,
        )

    def _read(self, cut: MonoCut, generator: np.random.Generator) -> np.ndarray:
        if cut.sampling_rate != self.sample_rate:
            cut = cut.resample(self.sample_rate)
        if self.chunk_duration is not None and cut.duration > self.chunk_duration:
            offset = generator.uniform(0, cut.duration - self.chunk_duration)
            cut = cut.truncate(offset=offset, duration=self.chunk_duration)
        try:
            signal = cut.load_audio()[0]
        except Exception as error:
            source = cut.recording.sources[0].source
            reason = " ".join(str(error).split())[:200]
            raise InputError(f"cannot read {source} ({reason}): run stage 1 again") from error
        if self.chunk_duration is None:
            return signal
        samples = round(self.chunk_duration * self.sample_rate)
        return np.resize(signal, samples)


def readable_cuts(folder: Path) -> list[MonoCut]:
    """Load a set's cuts, without those whose audio stage 2 could not read."""
    cuts = load_cuts(folder)
    readable = QualityTable.load(folder / "quality" / "speech.tsv").scores
    return [cut for cut in cuts if cut.id in readable]


def collate(items: Sequence[SpeechBatch]) -> SpeechBatch:
    """Join items of one length to a batch."""
    return SpeechBatch(
        [name for item in items for name in item.ids],
        torch.cat([item.signals for item in items]),
        torch.cat([item.speakers for item in items]),
        torch.cat([item.quality for item in items]),
        {
            view: TeacherBatch(
                torch.cat([item.teachers[view].embeddings for item in items]),
                torch.cat([item.teachers[view].quality for item in items]),
                torch.cat([item.teachers[view].present for item in items]),
            )
            for view in items[0].teachers
        },
    )


def _teacher_batch(
    pairing: TeacherPairing, speaker: str, session: str | None, generator: np.random.Generator
) -> TeacherBatch:
    embeddings, quality = pairing.choose(speaker, session, generator)
    return TeacherBatch(
        torch.from_numpy(pairing.nothing if embeddings is None else embeddings).unsqueeze(0),
        torch.tensor([quality]),
        torch.tensor([embeddings is not None]),
    )
