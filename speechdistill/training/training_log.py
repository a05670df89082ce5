"""What a training run did, epoch by epoch: a table for people and scripts, and TensorBoard."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from speechdistill.storage.files import write_text_whole
from speechdistill.storage.text_lines import read_lines

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

TRAIN_LOG = "train_log.tsv"


class TrainingLog:
    """One row of figures per epoch, in ``train_log.tsv`` and in ``tensorboard/``.

    A run that goes on from an earlier epoch drops the rows that it is about to repeat.

    Arguments
    ---------
    folder: of the experiment.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> log = TrainingLog(folder)
    >>> log.write(1, {"loss": 2.0, "dev_eer": 0.25})
    >>> log.write(2, {"loss": 1.0, "dev_eer": 0.125})
    >>> [row.split("\\t") for row in (folder / "train_log.tsv").read_text().splitlines()]
    [['epoch', 'loss', 'dev_eer'], ['1', '2', '0.25'], ['2', '1', '0.125']]
    >>> log.column("dev_eer", last_epoch=1)
    {1: 0.25}
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tensorboard: SummaryWriter | None = None

    def write(self, epoch: int, figures: Mapping[str, float]) -> None:
        """Add an epoch's figures; later epochs' rows, if any, are dropped."""
        path = self.folder / TRAIN_LOG
        header = "\t".join(["epoch", *figures])
        rows = self._lines()[1:]
        kept = [row for row in rows if int(row.split("\t", 1)[0]) < epoch]
        kept.append("\t".join([str(epoch), *(f"{value:.6g}" for value in figures.values())]))
        write_text_whole(path, "\n".join([header, *kept]) + "\n")
        if self._tensorboard is None:
            from torch.utils.tensorboard import SummaryWriter  # readers of the table need no torch

            folder = self.folder / "tensorboard"
            self._tensorboard = SummaryWriter(str(folder), purge_step=epoch)
        for name, value in figures.items():
            self._tensorboard.add_scalar(name, value, epoch)
        self._tensorboard.flush()

    def column(self, name: str, last_epoch: int) -> dict[int, float]:
        """Return epoch -> figure up to some epoch; nothing if there is no such column."""
        header, *rows = [line.split("\t") for line in self._lines()] or [[]]
        if name not in header:
            return {}
        figures = {int(row[0]): float(row[header.index(name)]) for row in rows}
        return {epoch: figure for epoch, figure in figures.items() if epoch <= last_epoch}

    def _lines(self) -> list[str]:
        path = self.folder / TRAIN_LOG
        return read_lines(path) if path.exists() else []
