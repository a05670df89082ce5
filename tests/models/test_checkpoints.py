"""Checkpoints that were not written, not deleted, or not kept, to the end."""

from pathlib import Path

import pytest
import torch
from speechbrain.utils.checkpoints import Checkpointer

from speechdistill.base.errors import InputError
from speechdistill.models import checkpoints
from speechdistill.models.checkpoint_averaging import CheckpointAveraging
from speechdistill.models.checkpoints import (
    check_checkpoints,
    check_epochs,
    declare_whole,
    delete_checkpoints,
    remove_unfinished,
    save_checkpoint,
)


@pytest.fixture
def checkpointer(tmp_path):
    return Checkpointer(tmp_path, {"model": torch.nn.Linear(300, 2)})


def save(checkpointer, epoch):
    saved = checkpointer.save_checkpoint({"epoch": epoch, "unixtime": epoch}, name=f"e{epoch}")
    declare_whole(saved.path)
    return saved


def interrupt(*arguments):
    raise KeyboardInterrupt


def epochs(checkpointer):
    return [found.meta["epoch"] for found in checkpointer.find_checkpoints()]


def test_whole_ones_stay(checkpointer):
    save(checkpointer, 1)
    save(checkpointer, 2)
    check_checkpoints(checkpointer)
    assert epochs(checkpointer) == [2, 1]


def test_fewer_epochs_than_there_were_are_refused(checkpointer, tmp_path):
    check_epochs(checkpointer, 1, "--number_of_epochs")
    for epoch in (2, 8):
        save(checkpointer, epoch)
    within = checkpointer.save_checkpoint({"epoch": 9, "unixtime": 9}, end_of_epoch=False)
    declare_whole(within.path)
    for enough in (8, 9, 20):
        check_epochs(checkpointer, enough, "--number_of_epochs")
    with pytest.raises(InputError, match=r"for 8 epochs already, not 7: give --number_of_epochs 8"):
        check_epochs(checkpointer, 7, "--number_of_epochs")


def test_one_that_a_killed_run_was_writing_is_removed_by_training_alone(checkpointer, monkeypatch):
    save(checkpointer, 1)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(checkpoints, "declare_whole", interrupt)
        save_checkpoint(checkpointer, {"epoch": 2, "unixtime": 2}, end_of_epoch=True)
    check_checkpoints(checkpointer)
    assert epochs(checkpointer) == [2, 1]
    assert [found.meta["epoch"] for found in CheckpointAveraging().find(checkpointer)] == [1]
    remove_unfinished(checkpointer)
    assert epochs(checkpointer) == [1]


def test_one_of_another_program_is_never_removed(checkpointer):
    checkpointer.save_checkpoint({"epoch": 2, "unixtime": 2})
    check_checkpoints(checkpointer)
    with pytest.raises(InputError, match="no whole checkpoint"):
        CheckpointAveraging().find(checkpointer)
    with pytest.raises(InputError, match="has no file whole: another program"):
        remove_unfinished(checkpointer)
    assert epochs(checkpointer) == [2]


def test_a_saved_one_is_whole(checkpointer):
    for epoch in (1, 2):
        save_checkpoint(checkpointer, {"epoch": epoch, "unixtime": epoch}, end_of_epoch=True)
    remove_unfinished(checkpointer)
    assert epochs(checkpointer) == [2, 1]


@pytest.mark.parametrize("file", ["model.ckpt", "CKPT.yaml"])
@pytest.mark.parametrize("damage", ["a bit", "truncated", "emptied", "gone"])
def test_a_damaged_one_is_refused_by_name(checkpointer, file, damage):
    save(checkpointer, 1)
    path = save(checkpointer, 2).path / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes({"a bit": content, "truncated": content[:-1], "emptied": b""}[damage])
    with pytest.raises(InputError, match=r"CKPT\+e2 is damaged: delete that"):
        check_checkpoints(checkpointer)
    assert path.parent.exists()


def test_one_whose_deletion_was_cut_short_is_removed(checkpointer, monkeypatch):
    save(checkpointer, 1)
    second = save(checkpointer, 2)

    unlink = Path.unlink

    def killed(path, **options):
        unlink(path, **options)
        if path.name == "model.ckpt":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "unlink", killed)
        delete_checkpoints([second])
    assert second.path.exists()
    remove_unfinished(checkpointer)
    assert epochs(checkpointer) == [1]
    assert not second.path.exists()
