"""Batches: what goes with an item, and what its randomness depends on."""

import numpy as np
import torch

from speechdistill.distillation.owners import Owners
from speechdistill.distillation.pairing import TeacherPairing
from speechdistill.distillation.term import View
from speechdistill.inputs.equal_shapes import equal_shape_batches
from speechdistill.inputs.items import InputItem
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.quality.table import QualityTable
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.training.inputs_data import InputDataset, validation_loader

VIEW = View("same_video")


def perceived(names, read, quality=1.0):
    items = [InputItem(name, *name.split("/")[:2], name.split("/")[0]) for name in names]
    return PerceivedSet(items, read, QualityTable(names, {"quality": np.full(len(names), quality)}))


def test_randomness_depends_on_item_epoch_and_seed_and_nothing_else():
    def sampled(seed, names):
        dataset = InputDataset(
            perceived(names, lambda row, generator: torch.tensor(generator.random())), seed=seed
        )
        found = []
        for dataset.epoch in range(5):
            assert dataset[0].inputs == dataset[0].inputs
            found.append(dataset[len(names) - 1].inputs.item())
        return found

    assert sampled(1, ["a/v/1"]) == sampled(1, ["b/v/1", "a/v/1"])
    assert len(set(sampled(1, ["a/v/1"]))) == 5
    assert sampled(1, ["a/v/1"]) != sampled(2, ["a/v/1"])
    assert sampled(1, ["a/v/1"]) != sampled(1, ["a/v/2"])


def test_whole_items_are_asked_for_without_a_generator():
    dataset = InputDataset(
        perceived(["a/v/1"], lambda row, generator: torch.tensor(generator is None))
    )
    assert dataset[0].inputs.item() is True


def test_what_goes_with_an_item():
    targets = KeyedVectors(["a/v/9"], np.array([[3.0, 4.0]], dtype=np.float32))
    dataset = InputDataset(
        perceived(["a/v/1", "b/v/1"], lambda row, generator: torch.zeros(8), quality=0.25),
        {"a": 0},
        {VIEW: TeacherPairing(targets, Owners(["a"], ["v"]), {"a/v/9": 0.5}, "same_video")},
        seed=1,
    )
    batch = dataset.__getitems__([0, 1])
    assert batch.ids == ["a/v/1", "b/v/1"]
    assert batch.labels.tolist() == [0, -1]
    assert batch.quality.tolist() == [0.25, 0.25]
    assert batch.teachers[VIEW].present.tolist() == [True, False]
    assert batch.teachers[VIEW].embeddings.tolist() == [[[3.0, 4.0]], [[0.0, 0.0]]]
    assert batch.teachers[VIEW].quality.tolist() == [0.5, 0.0]
    doubled = batch.augmented(torch.zeros(3, 8), torch.tensor([1, 0, 1]))
    assert doubled.ids == ["b/v/1", "a/v/1", "b/v/1"]
    assert doubled.teachers[VIEW].present.tolist() == [False, True, False]


def test_batches_hold_every_item_once_and_one_duration_each():
    durations = np.random.default_rng(0).choice([5.0, 10.0, 20.0, 90.0], 100)
    whole = perceived([f"a/v/{number}" for number in range(100)], lambda row, generator: None)
    whole = PerceivedSet(whole.items, whole.read, whole.quality, durations.tolist())
    batches = equal_shape_batches(whole)
    assert sorted(row for batch in batches for row in batch) == list(range(100))
    for batch in batches:
        assert len(set(durations[batch])) == 1
        assert len(batch) == 1 or durations[batch].sum() <= 60


def test_validation_cuts_utterances_to_quarters_of_a_second():
    rate, durations = 16, [0.2, 1.0, 1.2, 1.3, 1.49]
    whole = perceived(
        [f"a/v/{number}" for number in range(5)],
        lambda row, generator: torch.arange(round(rate * durations[row]), dtype=torch.float32),
    )
    whole = PerceivedSet(whole.items, whole.read, whole.quality, durations)
    batches = list(validation_loader(whole, workers=0))
    assert [batch.ids for batch in batches] == [
        ["a/v/0"],
        ["a/v/1", "a/v/2"],
        ["a/v/3", "a/v/4"],
    ]
    assert [batch.inputs.shape[1] for batch in batches] == [3, 16, 20]
    for batch in batches:
        assert (batch.inputs == torch.arange(batch.inputs.shape[1])).all()
