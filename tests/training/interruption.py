"""Training that is interrupted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from speechdistill.training.encoder_brain import EncoderBrain


@contextmanager
def interrupted_at(epoch: int, step: int) -> Iterator[None]:
    """Interrupt training before a step, and see to it that this happens."""
    fit_batch = EncoderBrain.fit_batch

    def fit_or_stop(self, batch):
        if (self.epoch, self.step) == (epoch, step):
            raise KeyboardInterrupt
        return fit_batch(self, batch)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(EncoderBrain, "fit_batch", fit_or_stop)
        yield


def newest_parts(output: Path) -> dict[str, bytes]:
    """Return the files of the last checkpoint but for its times and checksums."""
    newest = max((output / "save").glob("CKPT*"), key=lambda folder: folder.stat().st_mtime)
    return {path.name: path.read_bytes() for path in newest.glob("*.ckpt")}
