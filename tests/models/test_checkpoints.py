"""Checkpoints that were not written, not deleted, or not kept, to the end."""

import pytest
import torch
from speechbrain.utils.checkpoints import Checkpointer

from speechdistill.base.errors import InputError
from speechdistill.models.checkpoints import check_checkpoints, declare_whole, delete_checkpoints


@pytest.fixture
def checkpointer(tmp_path):
    return Checkpointer(tmp_path, {"model": torch.nn.Linear(300, 2)})


def save(checkpointer, epoch):
    saved = checkpointer.save_checkpoint({"epoch": epoch, "unixtime": epoch}, name=f"e{epoch}")
    declare_whole(saved.path)
    return saved


def epochs(checkpointer):
    return [found.meta["epoch"] for found in checkpointer.find_checkpoints()]


def test_whole_ones_stay(checkpointer):
    save(checkpointer, 1)
    save(checkpointer, 2)
    check_checkpoints(checkpointer)
    assert epochs(checkpointer) == [2, 1]


def test_one_that_was_not_declared_whole_is_removed(checkpointer):
    save(checkpointer, 1)
    checkpointer.save_checkpoint({"epoch": 2, "unixtime": 2})
    check_checkpoints(checkpointer)
    assert epochs(checkpointer) == [1]


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

    def killed(folder):
        (folder / "model.ckpt").unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("shutil.rmtree", killed)
        delete_checkpoints([second])
    assert epochs(checkpointer) == [2, 1]
    check_checkpoints(checkpointer)
    assert epochs(checkpointer) == [1]
