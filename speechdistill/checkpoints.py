"""Checkpoints: which is the best, which are whole, and loading what is wanted of one."""

import logging
import shutil
from pathlib import Path

from speechbrain.core import INTRA_EPOCH_CKPT_FLAG
from speechbrain.utils.checkpoints import Checkpoint, Checkpointer

from speechdistill.distributed.processes import main_first
from speechdistill.errors import InputError

logger = logging.getLogger(__name__)

# Stands in a checkpoint once all of it is written; SpeechBrain writes the metadata first.
WHOLE = "whole"


def lowest_error(checkpoint: Checkpoint) -> tuple[float, int]:
    """Sort key of checkpoints: the highest is that of lowest error, and of equals the latest.

    Where nothing is validated, it is the latest. One from within an epoch is the lowest.
    """
    if INTRA_EPOCH_CKPT_FLAG in checkpoint.meta:
        return float("-inf"), checkpoint.meta["epoch"]
    return -checkpoint.meta.get("error", 0.0), checkpoint.meta["epoch"]


def remove_half_written(checkpointer: Checkpointer) -> None:
    """Remove the checkpoint that a killed run was writing, if there is one."""
    with main_first():
        for folder in Path(checkpointer.checkpoints_dir).glob("CKPT*"):
            if not (folder / WHOLE).exists():
                logger.info("removing %s: it was left half-written", folder)
                shutil.rmtree(folder)


def load_best(checkpointer: Checkpointer, names: list[str]) -> Checkpoint:
    """Load the named recoverables from the checkpoint of lowest dev error.

    Raises
    ------
    InputError: the folder holds no checkpoint.
    """
    remove_half_written(checkpointer)
    checkpoint = checkpointer.find_checkpoint(
        importance_key=lowest_error, ckpt_predicate=lambda c: INTRA_EPOCH_CKPT_FLAG not in c.meta
    )
    if checkpoint is None:
        raise InputError(f"no checkpoint in {checkpointer.checkpoints_dir}: train the model first")
    unwanted = set(checkpointer.recoverables) - set(names)
    for name in unwanted:
        del checkpointer.recoverables[name]
    checkpointer.load_checkpoint(checkpoint)
    return checkpoint
