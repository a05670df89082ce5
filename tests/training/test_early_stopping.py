"""Training stops after some validations without a better one: at once, or after interruptions."""

from unittest.mock import MagicMock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from speechbrain.utils.epoch_loop import EpochCounter

from speechdistill.base.errors import InputError
from speechdistill.training.early_stopping import epochs_while_improving
from speechdistill.training.training_log import TrainingLog


class Run:
    """A run whose epochs have given errors; it can be killed and started again."""

    def __init__(self, folder, errors, patience, interval=1):
        self.folder, self.errors, self.patience, self.interval = folder, errors, patience, interval
        self.checkpoint = 0

    @property
    def rows(self):
        return TrainingLog(self.folder).column("dev_eer", len(self.errors))

    def train(self, killed_at=None):
        """Train on; be killed, maybe, between an epoch's log and its checkpoint."""
        log = TrainingLog(self.folder)
        log._tensorboard = MagicMock()
        counter = EpochCounter(len(self.errors))
        counter.current = self.checkpoint
        for epoch in epochs_while_improving(counter, log, "dev_eer", self.patience):
            if epoch % self.interval == 0 or epoch == len(self.errors):
                log.write(epoch, {"dev_eer": self.errors[epoch - 1]})
                if epoch == killed_at:
                    return
                self.checkpoint = epoch


def naive_end(errors, patience, interval):
    best, since = float("inf"), 0
    for epoch, error in enumerate(errors, start=1):
        if epoch % interval and epoch < len(errors):
            continue
        best, since = (error, 0) if error < best else (best, since + 1)
        if patience and since == patience:
            return epoch
    return len(errors)


ERRORS = st.lists(st.sampled_from([0.1, 0.2, 0.3]), min_size=1, max_size=9)


@given(ERRORS, st.integers(0, 3), st.integers(1, 3), st.lists(st.integers(1, 9), max_size=2))
def test_it_stops_where_a_naive_loop_does_however_often_it_is_killed(
    tmp_path_factory, errors, patience, interval, kills
):
    run = Run(tmp_path_factory.mktemp("run"), errors, patience, interval)
    for epoch in kills:
        run.train(killed_at=epoch)
    run.train()
    rows, end = run.rows, naive_end(errors, patience, interval)
    assert run.checkpoint == max(rows) == end
    run.train()
    assert run.checkpoint == end and run.rows == rows


def test_the_log_says_why(tmp_path, caplog):
    with caplog.at_level("INFO"):
        Run(tmp_path, [0.3, 0.2, 0.2, 0.4, 0.1], patience=2).train()
    assert "stopped after epoch 4: no lower dev_eer than that of epoch 2 in 2" in caplog.text


def test_nothing_stops_where_nothing_is_validated(tmp_path):
    log = TrainingLog(tmp_path)
    seen = []
    for epoch in epochs_while_improving(EpochCounter(4), log, "dev_eer", patience=1):
        log.write(epoch, {"loss": 1.0})
        seen.append(epoch)
    assert seen == [1, 2, 3, 4]


def test_a_negative_patience_is_refused(tmp_path):
    with pytest.raises(InputError, match="patience"):
        next(epochs_while_improving(EpochCounter(4), TrainingLog(tmp_path), "dev_eer", -1))
