"""The processes of one job, as torchrun or Slurm start them: which one this is, and their group."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch

from speechdistill.base.death import die_with_parent
from speechdistill.base.errors import InputError

Thing = TypeVar("Thing")
ENVIRONMENT = ("RANK", "LOCAL_RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")


@contextmanager
def process_group() -> Iterator[None]:
    """Join the processes that the environment names, for as long as the context lasts.

    They speak NCCL where there are GPUs, one for each process of a machine, else gloo. Where the
    environment names none, there is one process and nothing is done. A process that fails leaves
    without waiting for the others: the launcher ends them.

    Raises
    ------
    InputError: the environment names some of what is needed, or more processes than GPUs.

    Example
    -------
    >>> with process_group():
    ...     rank(), world_size(), is_main()
    (0, 1, True)
    """
    if "RANK" not in os.environ:
        yield
        return
    missing = [name for name in ENVIRONMENT if name not in os.environ]
    if missing:
        raise InputError(f"RANK is set but not {missing[0]}: start with torchrun, or unset RANK")
    local_rank, gpus = int(os.environ["LOCAL_RANK"]), torch.cuda.device_count()
    if gpus and local_rank >= gpus:
        raise InputError(f"process {local_rank} of this machine has no GPU: it has {gpus}")
    if "TORCHELASTIC_RUN_ID" in os.environ:
        die_with_parent()
    # SpeechBrain takes a second to import: here, since most commands are one process.
    from speechbrain.utils.distributed import ddp_init_group

    ddp_init_group({"distributed_backend": "nccl" if gpus else "gloo"})
    yield
    _wait_for_all()
    torch.distributed.destroy_process_group()


def rank() -> int:
    """Return the number of this process, from 0."""
    return torch.distributed.get_rank() if _in_group() else 0


def world_size() -> int:
    """Return the number of processes."""
    return torch.distributed.get_world_size() if _in_group() else 1


def is_main() -> bool:
    """Whether this process is the one that writes files and logs."""
    return rank() == 0


@contextmanager
def main_first() -> Iterator[None]:
    """Let the main process through the block before the others: it makes what they then find.

    Example
    -------
    >>> with main_first():
    ...     pass  # make a file unless it is there
    """
    if not is_main():
        _wait_for_all()
    yield
    if is_main():
        _wait_for_all()


def gather_objects(thing: Thing) -> list[Thing]:
    """Return what every process passes, by their order, to all of them.

    Example
    -------
    >>> gather_objects("mine")
    ['mine']
    """
    if world_size() == 1:
        return [thing]
    things: list[Thing] = [thing] * world_size()
    torch.distributed.all_gather_object(things, thing)
    return things


def _in_group() -> bool:
    return torch.distributed.is_available() and torch.distributed.is_initialized()


def _wait_for_all() -> None:
    if _in_group():
        from speechbrain.utils.distributed import ddp_barrier

        ddp_barrier()
