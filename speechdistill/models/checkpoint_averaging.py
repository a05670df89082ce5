"""One model from several checkpoints: which ones, keeping them, and loading their average."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pickle import UnpicklingError
from typing import Any

import torch
from speechbrain.utils.checkpoints import (
    DEFAULT_LOAD_HOOKS,
    Checkpoint,
    Checkpointer,
    average_checkpoints,
    get_default_hook,
    torch_recovery,
)

from speechdistill.base.errors import InputError
from speechdistill.models.checkpoint_choice import CHOICES, chosen_names
from speechdistill.models.checkpoints import (
    check_checkpoints,
    delete_checkpoints,
    is_whole,
)
from speechdistill.storage.matrices import one_line


@dataclass(frozen=True)
class CheckpointAveraging:
    """The average of the best or the last few checkpoints, as the model to be used.

    Arguments
    ---------
    count: how many checkpoints; where there are fewer, all of them. With 1 it is the best, or the
        last, itself.
    by: ``best``, those of lowest dev error, or ``last``.

    Example
    -------
    >>> CheckpointAveraging.of({"average_checkpoints": 3, "lr": 0.1})
    CheckpointAveraging(count=3, by='best')
    >>> CheckpointAveraging(3, "first")
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: average_by is best or last, not first
    """

    count: int = 1
    by: str = "best"

    def __post_init__(self) -> None:
        if self.by not in CHOICES:
            raise InputError(f"average_by is {' or '.join(CHOICES)}, not {self.by}")
        if not (isinstance(self.count, int) and self.count >= 1):
            raise InputError(f"average_checkpoints is a number from 1, not {self.count}")

    @classmethod
    def of(cls, hparams: Mapping[str, Any]) -> "CheckpointAveraging":
        """Take the keys ``average_checkpoints`` and ``average_by`` of a YAML, if it has them."""
        return cls(hparams.get("average_checkpoints", 1), hparams.get("average_by", "best"))

    def choose(self, checkpointer: Checkpointer) -> list[Checkpoint]:
        """Return the checkpoints to average so far, the newest first."""
        found = checkpointer.find_checkpoints(ckpt_predicate=_is_of_whole_epoch)
        named = {checkpoint.path.name: checkpoint for checkpoint in found}
        facts = {name: checkpoint.meta for name, checkpoint in named.items()}
        return [named[name] for name in chosen_names(facts, self.count, self.by)]

    def delete_others(self, checkpointer: Checkpointer) -> None:
        """Delete the epochs' checkpoints that neither the average nor going on needs."""
        of_epochs = checkpointer.find_checkpoints(ckpt_predicate=_is_of_whole_epoch)
        kept = {checkpoint.path for checkpoint in [*self.choose(checkpointer), *of_epochs[:1]]}
        delete_checkpoints(it for it in of_epochs if it.path not in kept)

    def find(self, checkpointer: Checkpointer) -> list[Checkpoint]:
        """Return the checkpoints to average of a run that is at rest, the newest first.

        Raises
        ------
        InputError: the folder holds no checkpoint, or a damaged one.
        """
        check_checkpoints(checkpointer)
        chosen = self.choose(checkpointer)
        if not chosen:
            raise InputError(
                f"no whole checkpoint in {checkpointer.checkpoints_dir}: train the model first"
            )
        return chosen

    def load(self, checkpointer: Checkpointer, names: list[str]) -> list[Checkpoint]:
        """Load the average of the named recoverables; return the checkpoints, the newest first.

        Modules are averaged: parameters, and buffers such as batch-norm statistics. Integers, and
        what is no plain module, are those of the newest.

        Raises
        ------
        InputError: the folder holds no checkpoint, or a damaged one, or one whose parameters are
            not of these modules or no tensors alone.
        """
        chosen = self.find(checkpointer)
        for name in set(checkpointer.recoverables) - set(names):
            del checkpointer.recoverables[name]
        try:
            checkpointer.load_checkpoint(chosen[0])
            for name, module in checkpointer.recoverables.items():
                if len(chosen) > 1 and _is_plain_module(module):
                    average = average_checkpoints(chosen, name, averager=average_of_states)
                    module.load_state_dict(average)
        except (RuntimeError, UnpicklingError) as error:
            raise InputError(
                f"cannot load the parameters in {chosen[0].path}: {one_line(error)}: train the "
                "model again"
            ) from error
        return chosen


def average_of_states(states: Iterator[Mapping[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """Average state dicts of one model; integers and flags are those of the first.

    Example
    -------
    >>> states = [{"weight": torch.tensor([value]), "steps": torch.tensor(9)} for value in (1., 2)]
    >>> average_of_states(iter(states))
    {'weight': tensor([1.5000]), 'steps': tensor(9)}
    """
    first = next(states)
    sums = {name: value.double() for name, value in first.items() if value.is_floating_point()}
    count = 1
    for state in states:
        for name in sums:
            sums[name] += state[name].double()
        count += 1
    means = {name: (total / count).to(first[name].dtype) for name, total in sums.items()}
    return {**first, **means}


def _is_of_whole_epoch(checkpoint: Checkpoint) -> bool:
    return is_whole(checkpoint) and checkpoint.meta["end-of-epoch"]


def _is_plain_module(recoverable: object) -> bool:
    """Whether a checkpoint holds the state dict, not something of the object's own format."""
    is_module = isinstance(recoverable, torch.nn.Module)
    return is_module and get_default_hook(recoverable, DEFAULT_LOAD_HOOKS) is torch_recovery
