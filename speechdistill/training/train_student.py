"""From manifests, a student YAML and a distillation YAML to a trained student."""

import logging
import os
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from speechbrain.utils.distributed import infer_device

from speechdistill.augmentation.speechbrain_annotation import write_annotations
from speechdistill.base.errors import InputError
from speechdistill.distillation.connection import pair_and_connect
from speechdistill.distillation.objective import DistillationObjective
from speechdistill.distillation.targets import TeacherTargets
from speechdistill.distributed.processes import is_main, main_first
from speechdistill.inputs.items import labels_of
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.models.checkpoints import check_epochs
from speechdistill.models.hyperparameters import EPOCHS, Hyperparameters, remember_settings
from speechdistill.models.key_kinds import AUTO
from speechdistill.models.label_settings import SPEAKER, LabelSettings
from speechdistill.models.needed_keys import require_objective, require_student
from speechdistill.models.overrides import route_overrides
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.lock import locked
from speechdistill.storage.made_from import MADE_FROM, content_of, recorded
from speechdistill.storage.places import EMBEDDINGS, SETS, TRAIN, student_named
from speechdistill.students.extraction import extract_embeddings
from speechdistill.students.student import build_inputs, build_student, inputs_of, student_of
from speechdistill.training.fine_tuning import FROM_LABELS_ALONE, FineTuning, InitialStudent
from speechdistill.training.inputs_data import (
    InputDataset,
    digest_of,
    training_loader,
    validation_loader,
)
from speechdistill.training.precision import training_precision
from speechdistill.training.student_brain import StudentBrain
from speechdistill.training.unlabelled import with_classes
from speechdistill.training.validation import validation_sets

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class StudentSettings:
    """What a student is made from.

    Arguments
    ---------
    data: folder with ``train/`` and ``dev/`` manifests, quality and trials.
    student: SpeechBrain speaker-recognition YAML, or one that says what else it perceives
        (:func:`speechdistill.students.student.student_of`).
    distill: YAML that builds ``objective``; its key ``control`` may put a control in the
        teacher's place. Its key ``sampler``, or the student's, says how batches are sampled
        (:mod:`speechdistill.sampling`); without, in random order.
    output: the student's folder.
    targets: the teachers' folders ``<teacher>/targets``, needed if the objective has constraints.
    overrides: key -> value; each goes to the YAMLs that have the key.
    seed: of everything random.
    fine_tuning: where a trained student, made from the same, is trained on.
    """

    data: Path
    student: Path
    distill: Path
    output: Path
    targets: Sequence[Path]
    overrides: Mapping[str, Any]
    seed: int
    fine_tuning: FineTuning | None = None


def train_student(settings: StudentSettings) -> None:
    """Train, or go on training, the student; its best checkpoint is that of lowest dev error.

    Raises
    ------
    InputError: missing manifests or targets, an override that matches no key, other settings or
        targets than the folder was made with, another run in the folder, a loss that is not finite.
    """
    with locked(settings.output) if is_main() else nullcontext():
        _train(settings)


def _train(settings: StudentSettings) -> None:
    student_yaml = Hyperparameters.read(settings.student)
    distill_yaml = Hyperparameters.read(settings.distill)
    overrides = route_overrides(settings.overrides, [student_yaml, distill_yaml])
    require_student(student_yaml, overrides[0])
    require_objective(distill_yaml, overrides[1])
    distillation = distill_yaml.build(overrides[1], {"seed": settings.seed})
    labels = LabelSettings.of(distillation, settings.seed)
    control = distillation.get("control", "none")
    temperature = distillation.get("prototype_temperature")
    initial = None
    if (tuning := settings.fine_tuning) is not None:
        initial = InitialStudent(tuning.initial, student_yaml)
        overrides[0] = {**overrides[0], **tuning.overrides}
        if not tuning.keeps_distillation:  # the classes stay what they were
            distill_yaml, overrides[1] = FROM_LABELS_ALONE, {}
            distillation = distill_yaml.build({}, {})
    objective: DistillationObjective = distillation["objective"]
    teachers: Mapping[str, TeacherTargets] = {}
    if objective.needs_teacher or labels.needs_teacher:
        if not settings.targets:
            raise InputError(f"{settings.distill} needs a teacher: give --targets")
        teachers = {folder.parent.name: TeacherTargets.load(folder) for folder in settings.targets}
    taught_by = {
        folder.parent.name: content_of(folder / MADE_FROM)
        for folder in settings.targets
        if teachers
    }
    speakers = training = _perceive_training(settings, student_yaml, overrides[0])
    known_as = None
    voice = None
    if labels.voice and labels.needs_teacher:
        voice = student_named(labels.voice, settings.output, settings.student, settings.seed)
    has_names = all(len(found.class_weights) for found in teachers.values())
    if labels.labels != SPEAKER or temperature is not None or not has_names:
        known_as = with_classes(
            *(training, teachers, labels, AUTO if temperature is None else temperature),
            is_shuffled=control == "shuffled",
            has_terms=objective.needs_teacher,
            heard=_heard(voice, settings.data) if voice else None,
        )
        training, teachers = known_as.training, known_as.teachers
        control = "none" if control == "shuffled" else control
    class_of = _classes(training)
    if len(class_of) < 2:
        by = "" if known_as is None else f" (labels: {labels.labels})"
        raise InputError(
            f"{settings.data} has {len(training)} training items of one class{by}: a student "
            "learns to tell apart two or more"
        )
    hparams = build_student(
        student_yaml, overrides[0], settings.output, settings.seed, len(class_of)
    )
    student = student_of(hparams)
    logger.info("training on %d items of %d classes", len(training), len(class_of))
    pairings = {}
    checkpointer = hparams["checkpointer"]
    person_of = {item.label: item.person for item in training.items}
    people = [person_of[label] for label in class_of]
    if known_as is not None:
        objective.weigh_lone([person in known_as.labels.lone for person in people])
    if objective.needs_teacher:
        pairings = pair_and_connect(
            *(objective, teachers, people),
            *(width(student.encoder, training), control, settings.seed),
        )
        checkpointer.add_recoverable("objective", objective)
    of_file = {}
    if known_as is not None and labels.file is not None:  # not where it lies, but what it says
        of_file["labels"] = f"a file, {known_as.labels.digest}"
    made_from: dict[str, Any] = {
        "student": student_yaml.text,
        "student overrides": overrides[0],
        "distill": distill_yaml.text,
        "distill overrides": {**overrides[1], **of_file},
        "seed": settings.seed,
        "people": len(class_of),
        "training data": digest_of(training),
        "targets": taught_by,
    }
    if voice:
        place = os.path.relpath(voice, settings.output)
        made_from["voice"] = {place: recorded(voice / EMBEDDINGS / TRAIN / MADE_FROM)}
    if initial is not None:
        initial.check_data(made_from["training data"])
        initial.load_into(checkpointer.recoverables)
        made_from["initial student"] = initial.fingerprint
    check_epochs(checkpointer, hparams["epoch_counter"].limit, f"--{EPOCHS}")
    with main_first():
        remember_settings(settings.output, made_from, may_change=EPOCHS)
        if known_as is not None and is_main():
            known_as.save(settings.output)

    dataset = InputDataset(training, class_of, pairings, settings.seed)
    train_loader = training_loader(dataset, hparams | distillation, student.workers)
    dev = student.inputs.perceive(settings.data, settings.output, "dev")
    # Who speaks is known where checkpoints are selected, and where over-fitting is watched.
    seen, validation = validation_sets(settings.data, speakers, dev, _classes(speakers))

    precision = training_precision(hparams.get("precision", "fp32"), infer_device())
    logger.info("training in %s", precision)
    brain = StudentBrain(
        modules=dict(hparams["modules"]) | {"objective": objective},
        opt_class=hparams["opt_class"],
        hparams=hparams,
        checkpointer=checkpointer,
        run_opts={"precision": precision},
    )
    brain.student = student
    valid_loader = validation_loader(seen, student.workers)
    brain.train(train_loader, valid_loader, validation)


def width(encoder: torch.nn.Module, training: PerceivedSet) -> int:
    """Find the width of an encoder's embeddings by embedding an item."""
    encoder.eval()
    first, _ = training.select([0]).in_windows()
    with torch.no_grad():
        return encoder(first.read(0, None).unsqueeze(0)).shape[1]


def _heard(student_exp: Path, data: Path) -> KeyedVectors:
    """Embed the training set with a student trained before, once."""
    output = student_exp / EMBEDDINGS / TRAIN
    extract_embeddings(student_exp, {data / TRAIN: output})
    with main_first():
        return KeyedVectors.load(output)


def _classes(training: PerceivedSet) -> dict[str, int]:
    """Return label -> column of the student's logits."""
    return {label: column for column, label in enumerate(sorted(set(labels_of(training.items))))}


def _perceive_training(
    settings: StudentSettings, yaml: Hyperparameters, overrides: Mapping[str, Any]
) -> PerceivedSet:
    hparams = build_inputs(yaml, overrides, settings.output, settings.seed)
    _, inputs = inputs_of(hparams)
    with main_first():
        write_annotations(hparams, hparams.get("sample_rate", 0), settings.output)
        inputs.prepare(settings.data, settings.output, SETS)
    return inputs.perceive(settings.data, settings.output, "train")
