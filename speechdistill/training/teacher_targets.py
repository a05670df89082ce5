"""From a trained teacher to what its students learn from."""

import logging
from collections.abc import Sequence
from functools import reduce
from pathlib import Path

import numpy as np
import torch
from speechbrain.utils.distributed import infer_device

from speechdistill.corpora.set_sources import rated_set_sources
from speechdistill.distillation.owners import Owners
from speechdistill.distillation.targets import OWNERS, TeacherTargets
from speechdistill.distributed.processes import is_main, main_first
from speechdistill.identity.sub_centres import class_centres
from speechdistill.inputs.items import InputItem
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.models.checkpoint_averaging import CheckpointAveraging
from speechdistill.models.hyperparameters import Hyperparameters, recall_settings
from speechdistill.models.trust import check_trusted
from speechdistill.quality.teacher import teacher_quality
from speechdistill.storage.files import written_whole
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.made_from import MADE_FROM, content_of, is_made_from, write_record
from speechdistill.storage.places import INPUTS, SETS, SETTINGS, TARGETS, Stage
from speechdistill.students.extraction import embed, embedded_from
from speechdistill.training.train_teacher import build_teacher

logger = logging.getLogger(__name__)


SETTINGS_OF_TEACHER = {
    "teacher": str,
    "overrides": dict,
    "seed": int,
    "labels": list,
    "dimension": int,
}


def write_targets(data: Path, teacher_exp: Path, trust: bool = True) -> None:
    """Embed every item of every set with the teacher; keep its class weights beside them.

    A frozen teacher has none: its embeddings are the vectors that it perceives.

    What the teacher says of each item is rated, too
    (:func:`speechdistill.quality.teacher.teacher_quality`). Targets that were made from the same
    checkpoints and sets stay as they are.

    Arguments
    ---------
    data: folder of the sets.
    teacher_exp: the teacher's folder.
    trust: whether what its YAML names may be built, whatever it is: False for a folder that
        somebody else may have made (:func:`speechdistill.models.trust.check_trusted`).

    Raises
    ------
    InputError: no trained teacher, or one that is not trusted and names more than parts of models;
        missing manifests or quality.
    """
    settings = recall_settings(teacher_exp, Stage.TEACHER, SETTINGS_OF_TEACHER)
    name = f"{teacher_exp}/{SETTINGS}"
    if not trust:
        check_trusted(settings["teacher"], settings["overrides"], name, "--trust true")
    hparams = build_teacher(
        Hyperparameters(settings["teacher"], name),
        settings["overrides"],
        teacher_exp,
        settings["seed"],
        len(settings["labels"]),
        settings["dimension"],
    )
    is_trained = "classifier" in hparams
    checkpoints, encoder = [], torch.nn.Identity()
    if is_trained:
        names = ["embedding_model", "classifier"]
        checkpoints = CheckpointAveraging.of(hparams).load(hparams["checkpointer"], names)
        encoder = hparams["embedding_model"]
    inputs = hparams["inputs"]
    with main_first():
        inputs.prepare(data, teacher_exp, SETS)
    sources = {
        **embedded_from(teacher_exp, checkpoints),
        "sets": {name: rated_set_sources(data / name) for name in SETS},
        "inputs": [content_of(teacher_exp / INPUTS / name / MADE_FROM) for name in SETS],
    }
    output = teacher_exp / TARGETS
    if is_made_from(output / MADE_FROM, sources) and (output / OWNERS).exists():
        logger.info("%s is up to date: nothing changed since it was made", output)
        return
    sets = [inputs.perceive(data, teacher_exp, name) for name in SETS]
    perceived = _each_once(reduce(PerceivedSet.joined, sets))
    vectors = embed(encoder, perceived, infer_device(), hparams.get("num_workers", 0))
    embeddings = KeyedVectors([item.id for item in perceived.items], vectors)
    owners = Owners(
        [item.person for item in perceived.items], [item.session for item in perceived.items]
    )
    label_of: dict[str, str] = {}
    class_weights = KeyedVectors([], np.zeros((0, vectors.shape[1]), dtype=np.float32))
    if is_trained:
        training = sets[SETS.index("train")].items
        # A teacher that has learned other people's faces has no name for those of the training set.
        known = set(settings["labels"])
        label_of = {item.person: item.label for item in training if item.label in known}
        class_weights = _class_weights(
            hparams["classifier"], embeddings, training, settings["labels"]
        )
    targets = TeacherTargets(
        embeddings,
        class_weights,
        label_of,
        hparams["compute_cost"].loss_fn.scale if is_trained else 1.0,
        teacher_quality(embeddings, owners.people, perceived.quality),
        owners,
    )
    if is_main():
        with written_whole(output) as whole:
            targets.save(whole)
            write_record(whole / MADE_FROM, sources)
    logger.info("wrote %d embeddings and %d class weights", len(embeddings), len(class_weights))


def _class_weights(
    classifier: torch.nn.Module,
    embeddings: KeyedVectors,
    training: Sequence[InputItem],
    labels: Sequence[str],
) -> KeyedVectors:
    """Return the trained weights of those labels that the training set has."""
    row_of = {label: row for row, label in enumerate(labels)}
    class_of = {item.id: row_of[item.label] for item in training if item.label in row_of}
    weights = class_centres(
        classifier,
        torch.from_numpy(embeddings.vectors),
        torch.tensor([class_of.get(name, -1) for name in embeddings.ids]),
    ).numpy()
    known = {item.label for item in training}
    kept = [row for row, label in enumerate(labels) if label in known]
    return KeyedVectors([labels[row] for row in kept], weights[kept])


def _each_once(perceived: PerceivedSet) -> PerceivedSet:
    """Leave out what occurs again: the texts of people who are in several sets."""
    row_of = {item.id: row for row, item in reversed(list(enumerate(perceived.items)))}
    return perceived.select(sorted(row_of.values()))
