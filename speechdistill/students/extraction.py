"""Embeddings of whole items from a trained student."""

import logging
from collections.abc import Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import torch
from speechbrain.utils.checkpoints import Checkpoint
from speechbrain.utils.distributed import infer_device
from tqdm import tqdm

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import IMAGES
from speechdistill.corpora.manifests import CUTS
from speechdistill.distributed.processes import gather_objects, is_main, rank, world_size
from speechdistill.inputs.equal_shapes import equal_shape_batches
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.models.checkpoint_averaging import CheckpointAveraging
from speechdistill.models.hyperparameters import Hyperparameters, recall_settings
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.students.student import Student, build_student, student_of

logger = logging.getLogger(__name__)

NOT_OF_THE_STUDENT = {"counter"}


def extract_embeddings(student_exp: Path, outputs: Mapping[Path, Path]) -> None:
    """Embed every item of some sets with a trained student, as :func:`load_student` gives it.

    Items are embedded whole, together with others of exactly their shape, from whichever set:
    without padding none depends on another, up to rounding. A set whose embeddings are newer
    than the checkpoints and the manifests is left as it is.

    Arguments
    ---------
    student_exp: a trained student's folder.
    outputs: folder of a set's manifests -> where its :class:`KeyedVectors` folder goes; keys are
        the items' ids. A test condition ``test-...`` needs the quality of ``test`` beside it.

    Raises
    ------
    InputError: no trained student, missing manifests, unreadable files.
    """
    student, checkpoints = load_student(student_exp)
    perceived_of = {}
    for folder, output in outputs.items():
        if _is_up_to_date(output, folder, checkpoints):
            logger.info("the embeddings of %s are up to date", folder.name)
        else:
            perceived_of[folder] = student.inputs.perceive(folder.parent, student_exp, folder.name)
    if not perceived_of:
        return
    logger.info(
        "embedding %s with %s of %s",
        ", ".join(folder.name for folder in perceived_of),
        student_exp.name,
        name_epochs(checkpoints),
    )
    perceived = reduce(PerceivedSet.joined, perceived_of.values())
    vectors = embed(student.encoder, perceived, infer_device(), student.workers)
    for folder, members in perceived_of.items():
        own, vectors = np.split(vectors, [len(members)])
        if is_main():
            KeyedVectors([item.id for item in members.items], own).save(outputs[folder])


def load_student(student_exp: Path) -> tuple[Student, list[Checkpoint]]:
    """Load a trained student: its checkpoint of lowest dev error, or what its YAML averages.

    The second value is the checkpoints that it was loaded from, the newest first.

    Raises
    ------
    InputError: no trained student in the folder, or one of another version.
    """
    hparams = rebuild_student(student_exp)
    parts = set(hparams["checkpointer"].recoverables) - NOT_OF_THE_STUDENT
    averaging = CheckpointAveraging.of(hparams)
    return student_of(hparams), averaging.load(hparams["checkpointer"], sorted(parts))


def rebuild_student(student_exp: Path) -> dict[str, Any]:
    """Build the objects of a student's YAML as it was trained, untrained.

    Raises
    ------
    InputError: no student in the folder, or one of another version.
    """
    settings = recall_settings(student_exp, "stage 5 or 6")
    missing = {"student", "student overrides", "seed", "people"} - settings.keys()
    if missing:
        raise InputError(
            f"{student_exp}/settings.json has no {min(missing)}: it is not of a student of this "
            "version"
        )
    return build_student(
        Hyperparameters(settings["student"], f"{student_exp}/settings.json"),
        settings["student overrides"],
        student_exp,
        settings["seed"],
        settings["people"],
    )


def name_epochs(checkpoints: Sequence[Checkpoint]) -> str:
    """Say which epochs a model comes from.

    Example
    -------
    >>> name_epochs([Checkpoint(Path("CKPT"), {"epoch": epoch}, {}) for epoch in (12, 8)])
    'the average of epochs 8 and 12'
    """
    epochs = sorted(checkpoint.meta["epoch"] for checkpoint in checkpoints)
    if len(epochs) == 1:
        return f"epoch {epochs[0]}"
    return f"the average of epochs {', '.join(map(str, epochs[:-1]))} and {epochs[-1]}"


def embed(
    encoder: torch.nn.Module, perceived: PerceivedSet, device: str, workers: int
) -> np.ndarray:
    """Embed whole items: float32 ``(items, dimension)``, in their order.

    Of several processes each embeds its share, and all get the whole.
    """
    encoder = encoder.to(device).eval()
    # On a CPU a process that reads ahead takes from the model more time than it saves.
    workers = 0 if device == "cpu" else workers
    with (
        torch.inference_mode(),
        tqdm(
            total=len(perceived), unit="item", dynamic_ncols=True, disable=not is_main()
        ) as progress,
    ):
        batches = equal_shape_batches(perceived)[rank() :: world_size()]
        parts: list[np.ndarray] = []
        loader = torch.utils.data.DataLoader(
            _WholeItems(perceived), batch_sampler=batches, num_workers=workers
        )
        for inputs in loader:
            parts.append(encoder(inputs.to(device)).float().cpu().numpy())
            progress.update(len(inputs) * world_size())
    shares = gather_objects((batches, parts))
    rows = [row for batches, _ in shares for batch in batches for row in batch]
    return np.concatenate([part for _, parts in shares for part in parts])[np.argsort(rows)]


class _WholeItems(torch.utils.data.Dataset):
    def __init__(self, perceived: PerceivedSet) -> None:
        self.perceived = perceived

    def __len__(self) -> int:
        return len(self.perceived)

    def __getitem__(self, row: int) -> torch.Tensor:
        return self.perceived.read(row, None)


def _is_up_to_date(output: Path, manifests: Path, checkpoints: Sequence[Checkpoint]) -> bool:
    made = output / "ids.txt"
    sources = [path for checkpoint in checkpoints for path in checkpoint.paramfiles.values()]
    sources += [manifests / name for name in (CUTS, IMAGES)]
    return made.exists() and all(
        made.stat().st_mtime >= source.stat().st_mtime for source in sources if source.exists()
    )
