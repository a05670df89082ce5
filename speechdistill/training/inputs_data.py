"""Inputs of a teacher or a student as batches, with label, quality and teachers."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from speechdistill.base.errors import InputError
from speechdistill.distillation.batch import TeacherBatch, taken
from speechdistill.distillation.pairing import TeacherPairing
from speechdistill.distillation.term import View
from speechdistill.distributed.gathered_rows import gathered_rows
from speechdistill.distributed.processes import rank, world_size
from speechdistill.inputs.equal_shapes import equal_shape_batches
from speechdistill.inputs.items import InputItem, ids_of, labels_of
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.sampling import RandomOrder

VALIDATION_STEP = 0.25  # seconds


@dataclass
class InputBatch:
    """Inputs of one shape and what is known of them.

    Arguments
    ---------
    ids: of the items.
    inputs: ``(batch, ...)``.
    labels: int64 ``(batch,)``: index among the training labels; -1 for others.
    quality: ``(batch,)`` in [0, 1].
    teachers: what the teachers say, by view; empty where there is no teacher.
    """

    ids: list[str]
    inputs: torch.Tensor
    labels: torch.Tensor
    quality: torch.Tensor
    teachers: dict[View, TeacherBatch] = field(default_factory=dict)

    def to(self, device: str | torch.device) -> "InputBatch":
        return InputBatch(
            self.ids,
            self.inputs.to(device),
            self.labels.to(device),
            self.quality.to(device),
            {view: teacher.to(device) for view, teacher in self.teachers.items()},
        )

    def gathered(self) -> "InputBatch":
        """The batches of all processes as one, without the inputs, which none needs of others."""
        return InputBatch(
            [],
            self.inputs.new_zeros(0),
            gathered_rows(self.labels),
            gathered_rows(self.quality),
            {
                view: TeacherBatch(
                    gathered_rows(teacher.embeddings),
                    gathered_rows(teacher.quality),
                    gathered_rows(teacher.present),
                )
                for view, teacher in self.teachers.items()
            },
        )

    def augmented(self, inputs: torch.Tensor, rows: torch.Tensor) -> "InputBatch":
        """The batch with other inputs, each made from the row of this batch named in ``rows``."""
        return InputBatch(
            [self.ids[row] for row in rows.tolist()],
            inputs,
            taken(self.labels, rows),
            taken(self.quality, rows),
            {view: teacher.select(rows) for view, teacher in self.teachers.items()},
        )


class InputDataset(torch.utils.data.Dataset):
    """A perceived set for a DataLoader.

    In training, what is random of an item depends on the seed, the epoch and the item alone.

    Arguments
    ---------
    perceived: the set.
    label_index: label -> class; labels that are not in it get -1.
    pairings: the teachers' views of each item.
    seed: of what is random; None to read items whole.

    Example
    -------
    >>> from speechdistill.quality.table import QualityTable
    >>> items = [InputItem(f"{who}/v/1", who, "v", who) for who in "ab"]
    >>> quality = QualityTable([item.id for item in items], {"quality": np.array([1.0, 0.5])})
    >>> perceived = PerceivedSet(items, lambda row, generator: torch.full((2,), row), quality)
    >>> dataset = InputDataset(perceived, {"b": 0})
    >>> batch = dataset.__getitems__([0, 1])
    >>> batch.labels, batch.quality
    (tensor([-1,  0]), tensor([1.0000, 0.5000]))
    """

    def __init__(
        self,
        perceived: PerceivedSet,
        label_index: Mapping[str, int] | None = None,
        pairings: Mapping[View, TeacherPairing] | None = None,
        seed: int | None = None,
    ) -> None:
        self.perceived = perceived
        self.qualities = perceived.qualities
        self.label_index = label_index or {}
        self.pairings = pairings or {}
        self.seed = seed
        self.epoch = 0

    def __len__(self) -> int:
        return len(self.perceived)

    def __getitem__(self, index: int) -> InputBatch:
        return self.__getitems__([index])

    def __getitems__(self, indices: Sequence[int]) -> InputBatch:
        """Read items of one shape as a batch: a DataLoader asks so for a whole one.

        A tensor for each item's label, quality and teachers would take longer than reading it.
        """
        items = [self.perceived.items[index] for index in indices]
        inputs = []
        sampled: dict[View, list[list[int]]] = {view: [] for view in self.pairings}
        for index, item in zip(indices, items, strict=True):
            generator = self._generator(item)
            inputs.append(self.perceived.read(index, generator))
            if generator is not None:
                for view, pairing in self.pairings.items():
                    rows = pairing.sample(item.id, item.person, item.session, generator)
                    sampled[view].append(rows)
        return InputBatch(
            [item.id for item in items],
            torch.stack(inputs),
            torch.tensor([self.label_index.get(item.label, -1) for item in items]),
            torch.tensor(self.qualities[indices], dtype=torch.float32),
            {
                view: _teacher_batch(self.pairings[view], rows)
                for view, rows in sampled.items()
                if self.seed is not None
            },
        )

    def _generator(self, item: InputItem) -> np.random.Generator | None:
        if self.seed is None:
            return None
        return np.random.default_rng([self.seed, self.epoch, zlib.crc32(item.id.encode())])


def digest_of(perceived: PerceivedSet) -> str:
    """Return the SHA-256 of what training sees of a set: ids, labels and qualities."""
    digest = hashlib.sha256(np.ascontiguousarray(perceived.qualities, dtype=np.float64).tobytes())
    items = perceived.items
    for name, label in zip(ids_of(items), labels_of(items), strict=True):
        digest.update(f"{name}\t{label}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def whole_batch(batch: Any) -> Any:
    """Collate for a DataLoader what the dataset has read as a whole batch: leave it.

    Example
    -------
    >>> whole_batch("a batch")
    'a batch'
    """
    return batch


def training_loader(
    dataset: InputDataset, hparams: Mapping[str, Any], workers: int
) -> torch.utils.data.DataLoader:
    """Load this process's slices of the batches that a sampler takes from the training set.

    Arguments
    ---------
    dataset: with a seed, and a class for every item.
    hparams: ``batch_size``, the items of a global batch; ``sampler``, one of
        :mod:`speechdistill.sampling` with its options (``!name:`` in YAML): without, random order.
    workers: processes that read ahead.

    Raises
    ------
    InputError: the sampler does not fit the set or its options.
    """
    labels = map(dataset.label_index.__getitem__, labels_of(dataset.perceived.items))
    try:
        batches = hparams.get("sampler", RandomOrder)(
            labels=np.fromiter(labels, np.int64),
            qualities=dataset.qualities,
            batch_size=hparams["batch_size"],
            seed=dataset.seed,
            rank=rank(),
            world_size=world_size(),
        )
    except (TypeError, ValueError) as error:
        raise InputError(f"cannot make the sampler: {error}") from error
    return torch.utils.data.DataLoader(
        dataset, batch_sampler=batches, num_workers=workers, collate_fn=whole_batch
    )


def validation_loader(perceived: PerceivedSet, workers: int) -> torch.utils.data.DataLoader:
    """Load this process's share of the items, those of one shape together.

    Utterances end at a whole quarter of a second: a batch of them costs a third of what each
    takes alone.
    """
    perceived = perceived.in_steps(VALIDATION_STEP)
    return torch.utils.data.DataLoader(
        InputDataset(perceived),
        batch_sampler=equal_shape_batches(perceived)[rank() :: world_size()],
        num_workers=workers,
        collate_fn=whole_batch,
    )


def _teacher_batch(pairing: TeacherPairing, sampled: list[list[int]]) -> TeacherBatch:
    embeddings, quality = pairing.shown(sampled)
    return TeacherBatch(
        torch.from_numpy(embeddings),
        torch.tensor(quality, dtype=torch.float32),
        torch.tensor([len(rows) > 0 for rows in sampled]),
    )
