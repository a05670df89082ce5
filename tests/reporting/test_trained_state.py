"""What is read from a trained model's folder is what PyTorch and SpeechBrain would load."""

import json
from pathlib import Path

import pytest
import torch
from speechbrain.utils.checkpoints import Checkpointer

from speechdistill.models.checkpoint_averaging import CheckpointAveraging
from speechdistill.models.checkpoints import save_checkpoint
from speechdistill.reporting.trained_state import chosen_checkpoints, epochs_of, is_made_now
from speechdistill.students.extraction import embedded_from

ERRORS = {1: 0.3, 2: 0.1, 3: 0.2, 4: 0.1, 5: 0.4}


@pytest.fixture
def model(tmp_path):
    """A folder with five checkpoints of epochs and one within the sixth; its checkpointer."""
    (tmp_path / "settings.json").write_text(json.dumps({"student": "lr: 1\n"}))
    checkpointer = Checkpointer(tmp_path / "save", {"encoder": torch.nn.Linear(1, 1)})
    for epoch, error in ERRORS.items():
        save_checkpoint(checkpointer, {"epoch": epoch, "error": error}, end_of_epoch=True)
    save_checkpoint(checkpointer, {"epoch": 6}, end_of_epoch=False)
    return tmp_path, checkpointer


@pytest.mark.parametrize("count", [1, 2, 3, 9])
@pytest.mark.parametrize("by", ["best", "last"])
def test_the_same_checkpoints_are_chosen(model, count, by):
    folder, checkpointer = model
    chosen = CheckpointAveraging(count, by).find(checkpointer)
    yaml = f"average_checkpoints: {count}  # how many\naverage_by: {by}\n"
    (folder / "settings.json").write_text(json.dumps({"student": yaml}))
    assert chosen_checkpoints(folder) == [found.path.name for found in chosen]
    assert epochs_of(folder) == [found.meta["epoch"] for found in chosen]
    overrides = {"average_checkpoints": count, "average_by": by}
    settings = {"teacher": "average_checkpoints: 7\n", "overrides": overrides}
    (folder / "settings.json").write_text(json.dumps(settings))
    assert chosen_checkpoints(folder) == [found.path.name for found in chosen]
    record = json.loads(json.dumps(embedded_from(folder, chosen)))
    assert is_made_now(folder, record)


def test_a_number_that_is_computed_is_the_record_s(model):
    folder, checkpointer = model
    settings = {"student": "average_checkpoints: !ref <n>\nn: 2\n"}
    (folder / "settings.json").write_text(json.dumps(settings))
    record = embedded_from(folder, CheckpointAveraging(2).find(checkpointer))
    assert is_made_now(folder, record)


def test_what_changes_a_model_is_seen(model):
    folder, checkpointer = model
    record = embedded_from(folder, CheckpointAveraging().find(checkpointer))
    assert is_made_now(folder, record)
    (best,) = record["checkpoints"]
    whole = Path(checkpointer.checkpoints_dir) / best / "whole"
    text = whole.read_text()
    whole.write_text(text.replace("a", "b"))
    assert not is_made_now(folder, record)
    whole.write_text(text)
    save_checkpoint(checkpointer, {"epoch": 6, "error": 0.05}, end_of_epoch=True)
    assert not is_made_now(folder, record)
    (folder / "settings.json").write_text(json.dumps({"student": "lr: 2\n"}))
    record = embedded_from(folder, CheckpointAveraging().find(checkpointer))
    assert is_made_now(folder, record)
    (folder / "settings.json").write_text(json.dumps({"student": "lr: 3\n"}))
    assert not is_made_now(folder, record)
    for nothing in (None, [], {}, {"settings": "x"}, {"checkpoints": []}):
        assert not is_made_now(folder, nothing)
