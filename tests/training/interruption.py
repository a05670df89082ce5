"""Training that is interrupted."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from speechdistill.training.student_brain import StudentBrain


@contextmanager
def interrupted_at(epoch: int, step: int) -> Iterator[None]:
    """Interrupt the training of a student before a step, and see to it that this happens."""
    fit_batch = StudentBrain.fit_batch

    def fit_or_stop(self, batch):
        if (self.epoch, self.step) == (epoch, step):
            raise KeyboardInterrupt
        return fit_batch(self, batch)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(StudentBrain, "fit_batch", fit_or_stop)
        yield
