"""The training log: one row per epoch, whatever happened between."""

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from speechdistill.training.training_log import TrainingLog


def rows(folder):
    return np.genfromtxt(folder / "train_log.tsv", names=True, delimiter="\t")


def test_a_repeated_epoch_replaces_its_row_and_what_came_later(tmp_path):
    log = TrainingLog(tmp_path)
    for epoch in (1, 2, 3):
        log.write(epoch, {"loss": 1 / epoch, "dev_eer": 0.1})
    TrainingLog(tmp_path).write(2, {"loss": 0.4, "dev_eer": 0.2})
    assert rows(tmp_path)["epoch"].tolist() == [1, 2]
    assert rows(tmp_path)["loss"].tolist() == [1, 0.4]


def test_tensorboard_shows_the_same_figures(tmp_path):
    log = TrainingLog(tmp_path)
    for epoch in (1, 2):
        log.write(epoch, {"loss": 1 / epoch})
    events = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    found = [(event.step, event.value) for event in events.Scalars("loss")]
    assert found == [(1, 1.0), (2, 0.5)]
