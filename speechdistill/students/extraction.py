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

from speechdistill.corpora.set_sources import rated_set_sources
from speechdistill.distributed.processes import gather_objects, is_main, rank, world_size
from speechdistill.inputs.equal_shapes import equal_shape_batches
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.inputs.utterances import clean_set_of
from speechdistill.models.checkpoint_averaging import CheckpointAveraging
from speechdistill.models.checkpoint_choice import WHOLE
from speechdistill.models.hyperparameters import Hyperparameters, recall_settings
from speechdistill.models.trust import check_trusted
from speechdistill.storage.files import written_whole
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.made_from import MADE_FROM, content_of, is_made_from, write_record
from speechdistill.storage.places import SETTINGS, Stage
from speechdistill.students.student import Student, build_student, student_of

logger = logging.getLogger(__name__)

NOT_OF_THE_STUDENT = {"counter"}


def extract_embeddings(student_exp: Path, outputs: Mapping[Path, Path], trust: bool = True) -> None:
    """Embed every item of some sets with a trained student, as :func:`load_student` gives it.

    Items are embedded whole, together with others of exactly their shape, from whichever set:
    without padding none depends on another, up to rounding. A set whose embeddings were made from
    these checkpoints and this set is left as it is.

    Arguments
    ---------
    student_exp: a trained student's folder.
    outputs: folder of a set's manifests -> where its :class:`KeyedVectors` folder goes; keys are
        the items' ids. A test condition ``test-...`` needs the quality of ``test`` beside it.
    trust: see :func:`load_student`.

    Raises
    ------
    InputError: no trained student, missing manifests, unreadable files.
    """
    student, checkpoints = load_student(student_exp, trust)
    perceived_of = {}
    sources = {
        folder: {**embedded_from(student_exp, checkpoints), **_set_sources(folder)}
        for folder in outputs
    }
    for folder, output in outputs.items():
        if is_made_from(output / MADE_FROM, sources[folder]):
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
            with written_whole(outputs[folder]) as whole:
                KeyedVectors([item.id for item in members.items], own).save(whole)
                write_record(whole / MADE_FROM, sources[folder])


def load_student(
    student_exp: Path, trust: bool = True, remedy: str = "--trust true"
) -> tuple[Student, list[Checkpoint]]:
    """Load a trained student: its checkpoint of lowest dev error, or what its YAML averages.

    The second value is the checkpoints that it was loaded from, the newest first.

    Arguments
    ---------
    student_exp: the student's folder.
    trust: whether what its YAML names may be built, whatever it is: False for a folder that
        somebody else may have made (:func:`speechdistill.models.trust.check_trusted`).
    remedy: how a user says that it is trusted.

    Raises
    ------
    InputError: no trained student in the folder, one of another version, or one that is not
        trusted and names more than parts of models.
    """
    hparams = rebuild_student(student_exp, trust, remedy)
    parts = set(hparams["checkpointer"].recoverables) - NOT_OF_THE_STUDENT
    checkpoints = CheckpointAveraging.of(hparams).load(hparams["checkpointer"], sorted(parts))
    return student_of(hparams), checkpoints


def rebuild_student(
    student_exp: Path, trust: bool = True, remedy: str = "--trust true"
) -> dict[str, Any]:
    """Build the objects of a student's YAML as it was trained, untrained.

    Raises
    ------
    InputError: see :func:`load_student`.
    """
    kinds = {"student": str, "student overrides": dict, "seed": int, "people": int}
    settings = recall_settings(student_exp, Stage.STUDENT, kinds)
    if not trust:
        overrides = settings["student overrides"]
        check_trusted(settings["student"], overrides, f"{student_exp}/{SETTINGS}", remedy)
    return build_student(
        Hyperparameters(settings["student"], f"{student_exp}/settings.json"),
        settings["student overrides"],
        student_exp,
        settings["seed"],
        settings["people"],
    )


def embedded_from(student_exp: Path, checkpoints: Sequence[Checkpoint]) -> dict[str, object]:
    """Return what a trained student is: the contents of its settings and of its checkpoints."""
    return {
        "settings": content_of(student_exp / SETTINGS),
        "checkpoints": {found.path.name: content_of(found.path / WHOLE) for found in checkpoints},
    }


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
    encoder: torch.nn.Module,
    perceived: PerceivedSet,
    device: str,
    workers: int,
    is_shared: bool = True,
    with_progress: bool = True,
) -> np.ndarray:
    """Embed whole items: float32 ``(items, dimension)``, in their order.

    One longer than 60 s is embedded in windows of equal length, whose embeddings are averaged as
    they are, before any normalisation: memory does not grow with an item's length. Of several
    processes each embeds its share, and all get the whole; all of them have to call. Where
    ``is_shared`` is False, the one that calls embeds all. ``with_progress`` shows a progress bar.
    """
    number, of = (rank(), world_size()) if is_shared else (0, 1)
    encoder = encoder.to(device).eval()
    perceived, windows_of = perceived.in_windows()
    # On a CPU a process that reads ahead takes from the model more time than it saves.
    workers = 0 if device == "cpu" else workers
    with (
        torch.inference_mode(),
        tqdm(
            total=len(perceived),
            unit="item",
            dynamic_ncols=True,
            disable=not (with_progress and is_main()),
        ) as progress,
    ):
        batches = equal_shape_batches(perceived)[number::of]
        parts: list[np.ndarray] = []
        loader = torch.utils.data.DataLoader(
            _WholeItems(perceived), batch_sampler=batches, num_workers=workers
        )
        for inputs in loader:
            parts.append(encoder(inputs.to(device)).float().cpu().numpy())
            progress.update(len(inputs) * of)
    shares = gather_objects((batches, parts)) if is_shared else [(batches, parts)]
    rows = [row for batches, _ in shares for batch in batches for row in batch]
    vectors = np.concatenate([part for _, parts in shares for part in parts])[np.argsort(rows)]
    return _averaged(vectors, windows_of)


def _averaged(vectors: np.ndarray, windows_of: np.ndarray) -> np.ndarray:
    """Average the rows of each item; windows of an item are equally long, so that all weigh alike.

    What has one row stays what it is, bit by bit.
    """
    if len(vectors) == len(windows_of):
        return vectors
    starts = np.cumsum(windows_of) - windows_of
    return np.add.reduceat(vectors, starts, axis=0) / windows_of[:, None].astype(np.float32)


class _WholeItems(torch.utils.data.Dataset):
    def __init__(self, perceived: PerceivedSet) -> None:
        self.perceived = perceived

    def __len__(self) -> int:
        return len(self.perceived)

    def __getitem__(self, row: int) -> torch.Tensor:
        return self.perceived.read(row, None)


def _set_sources(folder: Path) -> dict[str, object]:
    sources: dict[str, object] = {**rated_set_sources(folder)}
    if (clean := clean_set_of(folder)) != folder:
        sources["clean set"] = rated_set_sources(clean)
    return sources
