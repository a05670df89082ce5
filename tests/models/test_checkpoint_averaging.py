"""Averages of checkpoints: which are kept, and what their mean is."""

import pytest
import torch
from speechbrain.processing.features import InputNormalization
from speechbrain.utils.checkpoints import Checkpointer
from speechbrain.utils.epoch_loop import EpochCounter

from speechdistill.base.errors import InputError
from speechdistill.models.checkpoint_averaging import CheckpointAveraging
from speechdistill.models.checkpoints import declare_whole

ERRORS = [0.5, 0.2, 0.3, 0.1, 0.3, 0.4]


def build(folder):
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    parts = {"model": model, "normalizer": InputNormalization("global"), "counter": EpochCounter(9)}
    return model, Checkpointer(folder, parts)


def train(folder, averaging, errors=ERRORS):
    """Save a checkpoint per error; return every epoch's state."""
    model, checkpointer = build(folder)
    states = []
    for epoch, error in enumerate(errors, start=1):
        for parameter in model.parameters():
            torch.nn.init.normal_(parameter)
        model(10 * torch.randn(8, 3))
        next(checkpointer.recoverables["counter"])
        states.append({name: value.clone() for name, value in model.state_dict().items()})
        saved = checkpointer.save_checkpoint({"epoch": epoch, "error": error, "unixtime": epoch})
        declare_whole(saved.path)
        averaging.delete_others(checkpointer)
    return states


def kept_epochs(folder):
    return sorted(found.meta["epoch"] for found in build(folder)[1].list_checkpoints())


@pytest.mark.parametrize(
    ("averaging", "averaged", "kept"),
    [
        (CheckpointAveraging(), [4], [4, 6]),
        (CheckpointAveraging(3, "best"), [2, 4, 5], [2, 4, 5, 6]),
        (CheckpointAveraging(1, "last"), [6], [6]),
        (CheckpointAveraging(3, "last"), [4, 5, 6], [4, 5, 6]),
        (CheckpointAveraging(99, "best"), [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]),
    ],
)
def test_what_is_kept_and_what_is_loaded(tmp_path, averaging, averaged, kept):
    states = train(tmp_path, averaging)
    assert kept_epochs(tmp_path) == kept
    model, checkpointer = build(tmp_path)
    found = averaging.load(checkpointer, ["model", "normalizer"])
    assert [checkpoint.meta["epoch"] for checkpoint in found] == averaged[::-1]
    assert checkpointer.recoverables.keys() == {"model", "normalizer"}
    for name, value in model.state_dict().items():
        of_each = [states[epoch - 1][name] for epoch in averaged]
        if name == "1.num_batches_tracked":
            assert value.item() == averaged[-1]
        else:
            torch.testing.assert_close(value, sum(of_each) / len(of_each))


def test_one_checkpoint_is_loaded_bit_by_bit(tmp_path):
    states = train(tmp_path, CheckpointAveraging())
    model, checkpointer = build(tmp_path)
    CheckpointAveraging().load(checkpointer, ["model"])
    assert all(torch.equal(value, states[3][name]) for name, value in model.state_dict().items())


def test_checkpoints_within_an_epoch_are_neither_averaged_nor_deleted(tmp_path):
    averaging = CheckpointAveraging(2, "last")
    train(tmp_path, averaging)
    _, checkpointer = build(tmp_path)
    meta = {"epoch": 7, "unixtime": 7}
    within = checkpointer.save_checkpoint(meta, end_of_epoch=False)
    declare_whole(within.path)
    averaging.delete_others(checkpointer)
    assert kept_epochs(tmp_path) == [5, 6, 7]
    assert [found.meta["epoch"] for found in averaging.load(checkpointer, ["model"])] == [6, 5]


def test_half_written_ones_do_not_count(tmp_path):
    averaging = CheckpointAveraging(2, "last")
    train(tmp_path, averaging)
    _, checkpointer = build(tmp_path)
    checkpointer.save_checkpoint({"epoch": 7, "error": 0.0, "unixtime": 7})
    assert [found.meta["epoch"] for found in averaging.load(checkpointer, ["model"])] == [6, 5]


def test_nothing_to_load(tmp_path):
    with pytest.raises(InputError, match="train the model first"):
        CheckpointAveraging(3).load(build(tmp_path)[1], ["model"])


@pytest.mark.parametrize("key", [{"average_checkpoints": 0}, {"average_by": "mean"}])
def test_what_is_refused(key):
    with pytest.raises(InputError, match=f"{min(key)} is"):
        CheckpointAveraging.of(key)
