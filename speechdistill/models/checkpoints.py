"""Checkpoints: which are whole, how they are written and deleted."""

import hashlib
import logging
import time
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from speechbrain.utils.checkpoints import Checkpoint, Checkpointer

from speechdistill.base.errors import InputError
from speechdistill.distributed.processes import is_main, main_first
from speechdistill.models.checkpoint_choice import PREFIX, WHOLE
from speechdistill.storage.files import write_text_whole

logger = logging.getLogger(__name__)

# In the checkpoint while this program writes or deletes it: only what has it may be removed.
UNFINISHED = ".unfinished"


def save_checkpoint(checkpointer: Checkpointer, meta: dict, end_of_epoch: bool) -> None:
    """Save a checkpoint under a name like SpeechBrain's; it is whole when all its files are there.

    All processes of a job call it.
    """
    name = _begun(Path(checkpointer.checkpoints_dir)) if is_main() else None
    saved = checkpointer.save_checkpoint(meta, end_of_epoch, name, verbosity=logging.DEBUG)
    with main_first():
        if is_main():
            declare_whole(saved.path)


def declare_whole(checkpoint: Path) -> None:
    """Say of a checkpoint's folder that all of it is written, and what its files hold."""
    write_text_whole(checkpoint / WHOLE, _checksums(checkpoint))
    (checkpoint / UNFINISHED).unlink(missing_ok=True)


def is_whole(checkpoint: Checkpoint) -> bool:
    """Whether a checkpoint was written to its end, by this program."""
    return (checkpoint.path / WHOLE).exists()


def check_checkpoints(checkpointer: Checkpointer) -> None:
    """Refuse a damaged checkpoint; those that are not whole are left alone.

    Raises
    ------
    InputError: a file of a checkpoint is missing, or is not what was written.
    """
    for folder in _folders(checkpointer):
        if (folder / WHOLE).exists() and (folder / WHOLE).read_text() != _checksums(folder):
            raise InputError(
                f"the checkpoint {folder} is damaged: delete that folder, and the run goes on "
                "from the checkpoint before it"
            )


def check_epochs(checkpointer: Checkpointer, epochs: int, option: str) -> None:
    """Refuse fewer epochs than a model has been trained: the later ones cannot be taken back.

    Arguments
    ---------
    checkpointer: of the model.
    epochs: that are asked for.
    option: that asks for them, for the message.

    Raises
    ------
    InputError: a checkpoint is of a later epoch.
    """
    done = checkpointer.find_checkpoints(
        ckpt_predicate=lambda found: is_whole(found) and found.meta.get("end-of-epoch", False)
    )
    trained = max((found.meta.get("epoch", 0) for found in done), default=0)
    if trained > epochs:
        folder = Path(checkpointer.checkpoints_dir).parent
        raise InputError(
            f"{folder} was trained for {trained} epochs already, not {epochs}: give {option} "
            f"{trained} or more, or another --exp"
        )


def remove_unfinished(checkpointer: Checkpointer) -> None:
    """Remove, before training goes on, the checkpoint that a killed run was writing or deleting.

    Raises
    ------
    InputError: a checkpoint is not whole and not known to be ours: training would go on from it.
    """
    with main_first():
        for folder in _folders(checkpointer):
            if (folder / WHOLE).exists():
                continue
            if not (folder / UNFINISHED).exists() and any(folder.iterdir()):
                raise InputError(
                    f"{folder} has no file {WHOLE}: another program or version wrote it; move it "
                    "away, or give another --exp"
                )
            logger.info("removing %s: it was left half-written", folder)
            _remove(folder)


def delete_checkpoints(checkpoints: Iterable[Checkpoint]) -> None:
    """Delete checkpoints so that one which a killed run was deleting counts as unfinished."""
    for checkpoint in checkpoints:
        (checkpoint.path / UNFINISHED).touch()
        (checkpoint.path / WHOLE).unlink(missing_ok=True)
        _remove(checkpoint.path)


def _begun(folder: Path) -> str:
    """Make the folder of a checkpoint that says of itself that it is unfinished."""
    stamp = time.strftime("%Y-%m-%d+%H-%M-%S")
    for number in count():
        name = f"{stamp}+{number:02d}"
        try:
            (folder / f"{PREFIX}{name}").mkdir(parents=True)
        except FileExistsError:
            continue
        (folder / f"{PREFIX}{name}" / UNFINISHED).touch()
        return name
    raise AssertionError


def _remove(folder: Path) -> None:
    """Remove a checkpoint's files, and last the one that says that they may be."""
    for path in folder.iterdir():
        if path.name != UNFINISHED:
            path.unlink()
    (folder / UNFINISHED).unlink(missing_ok=True)
    folder.rmdir()


def _folders(checkpointer: Checkpointer) -> list[Path]:
    return sorted(Path(checkpointer.checkpoints_dir).glob(f"{PREFIX}*"))


def _checksums(checkpoint: Path) -> str:
    files = sorted(
        path for path in checkpoint.iterdir() if path.name[0] != "." and path.name != WHOLE
    )
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    return "".join(sums)
