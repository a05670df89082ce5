"""Checkpoints: which is the best, and which are whole."""

import hashlib
import logging
import shutil
from collections.abc import Iterable
from pathlib import Path

from speechbrain.utils.checkpoints import Checkpoint, Checkpointer

from speechdistill.base.errors import InputError
from speechdistill.distributed.processes import main_first
from speechdistill.storage.files import written_whole

logger = logging.getLogger(__name__)

# The files' checksums, in the checkpoint from when all of it is written until it is deleted.
WHOLE = "whole"


def lowest_error(checkpoint: Checkpoint) -> tuple[float, int]:
    """Sort key of checkpoints: the highest is that of lowest error, and of equals the latest.

    Where nothing is validated, it is the latest.
    """
    return -checkpoint.meta.get("error", 0.0), checkpoint.meta["epoch"]


def declare_whole(checkpoint: Path) -> None:
    """Say of a checkpoint's folder that all of it is written, and what its files hold."""
    with written_whole(checkpoint / WHOLE) as partial:
        partial.write_text(_checksums(checkpoint))


def check_checkpoints(checkpointer: Checkpointer) -> None:
    """Remove the checkpoint that a killed run was writing, if there is one; refuse a damaged one.

    Raises
    ------
    InputError: a file of a checkpoint is missing, or is not what was written.
    """
    with main_first():
        for folder in sorted(Path(checkpointer.checkpoints_dir).glob("CKPT*")):
            if not (folder / WHOLE).exists():
                logger.info("removing %s: it was left half-written", folder)
                shutil.rmtree(folder)
            elif (folder / WHOLE).read_text() != _checksums(folder):
                raise InputError(
                    f"the checkpoint {folder} is damaged: delete that folder, and the run goes on "
                    "from the checkpoint before it"
                )


def delete_checkpoints(checkpoints: Iterable[Checkpoint]) -> None:
    """Delete checkpoints so that one which a killed run was deleting counts as half-written."""
    for checkpoint in checkpoints:
        (checkpoint.path / WHOLE).unlink(missing_ok=True)
        shutil.rmtree(checkpoint.path)


def _checksums(checkpoint: Path) -> str:
    files = sorted(
        path for path in checkpoint.iterdir() if path.name[0] != "." and path.name != WHOLE
    )
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    return "".join(sums)
