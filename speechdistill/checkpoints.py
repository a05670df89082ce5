"""Checkpoints: which is the best, and which are whole."""

import logging
import shutil
from pathlib import Path

from speechbrain.utils.checkpoints import Checkpoint, Checkpointer

from speechdistill.distributed.processes import main_first

logger = logging.getLogger(__name__)

# Stands in a checkpoint once all of it is written; SpeechBrain writes the metadata first.
WHOLE = "whole"


def lowest_error(checkpoint: Checkpoint) -> tuple[float, int]:
    """Sort key of checkpoints: the highest is that of lowest error, and of equals the latest.

    Where nothing is validated, it is the latest.
    """
    return -checkpoint.meta.get("error", 0.0), checkpoint.meta["epoch"]


def remove_half_written(checkpointer: Checkpointer) -> None:
    """Remove the checkpoint that a killed run was writing, if there is one."""
    with main_first():
        for folder in Path(checkpointer.checkpoints_dir).glob("CKPT*"):
            if not (folder / WHOLE).exists():
                logger.info("removing %s: it was left half-written", folder)
                shutil.rmtree(folder)
