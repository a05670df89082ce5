"""From manifests, a student YAML and a distillation YAML to a trained student."""

import difflib
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from speechbrain.dataio.sampler import ReproducibleRandomSampler

from speechdistill.distillation.objective import DistillationObjective
from speechdistill.errors import InputError
from speechdistill.files import require
from speechdistill.quality.table import QualityTable
from speechdistill.teachers.pairing import TeacherPairing
from speechdistill.teachers.targets import TeacherTargets
from speechdistill.training.encoder import SpeakerEncoder
from speechdistill.training.hyperparameters import Hyperparameters, remember_settings
from speechdistill.training.speech_data import SpeechDataset, collate, readable_cuts
from speechdistill.training.student_brain import StudentBrain
from speechdistill.verification.trials import TrialList

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class StudentSettings:
    """What a student is made from.

    Arguments
    ---------
    data: folder with ``train/`` and ``dev/`` manifests, quality and trials.
    student: SpeechBrain speaker-recognition YAML.
    distill: YAML that builds ``objective``; with a key ``pairing`` if it needs a teacher.
    output: the student's folder.
    targets: the teacher's targets folder, needed if the objective has constraints.
    overrides: key -> value; each goes to the YAMLs that have the key.
    seed: of everything random.
    """

    data: Path
    student: Path
    distill: Path
    output: Path
    targets: Path | None
    overrides: Mapping[str, Any]
    seed: int


def train_student(settings: StudentSettings) -> None:
    """Train, or go on training, the student; its best checkpoint is that of lowest dev EER.

    Raises
    ------
    InputError: missing manifests or targets, an override that matches no key, other settings than
        the folder was made with, a loss that is not finite.
    """
    cuts = readable_cuts(settings.data / "train")
    quality = QualityTable.load(settings.data / "train" / "quality" / "speech.tsv").scores
    speakers = sorted({cut.supervisions[0].speaker for cut in cuts})
    logger.info("training on %d utterances of %d speakers", len(cuts), len(speakers))
    student, distill = (
        Hyperparameters.read(settings.student),
        Hyperparameters.read(settings.distill),
    )
    overrides = route_overrides(settings.overrides, student, distill)
    hparams = build_student(student, overrides[0], settings.output, settings.seed, len(speakers))
    distillation = distill.build(overrides[1], {"seed": settings.seed})
    objective: DistillationObjective = distillation["objective"]
    encoder = student_encoder(hparams)
    pairing = None
    if objective.needs_teacher:
        if settings.targets is None:
            raise InputError(f"{settings.distill} needs a teacher: give --targets")
        targets = TeacherTargets.load(settings.targets)
        pairing = _pair(targets, settings.data, distillation.get("pairing", "same_video"))
        connect(objective, targets, speakers, width(encoder))
    remember_settings(
        settings.output,
        {
            "student": student.text,
            "student overrides": overrides[0],
            "distill": distill.text,
            "distill overrides": overrides[1],
            "seed": settings.seed,
            "speakers": len(speakers),
            "training data": hashlib.sha256("\n".join(cut.id for cut in cuts).encode()).hexdigest(),
        },
        may_change="number_of_epochs",
    )

    dataset = SpeechDataset(
        cuts,
        hparams["sample_rate"],
        hparams["sentence_len"],
        speaker_index={speaker: index for index, speaker in enumerate(speakers)},
        quality=quality,
        pairing=pairing,
        seed=settings.seed,
    )
    workers = hparams.get("num_workers", 0)
    train_loader = torch.utils.data.DataLoader(
        dataset,
        batch_size=hparams["batch_size"],
        sampler=ReproducibleRandomSampler(dataset, seed=settings.seed),
        drop_last=len(dataset) > hparams["batch_size"],
        num_workers=workers,
        collate_fn=collate,
    )
    dev = SpeechDataset(readable_cuts(settings.data / "dev"), hparams["sample_rate"])
    dev_loader = torch.utils.data.DataLoader(dev, num_workers=workers, collate_fn=collate)
    dev_trials = TrialList.load(require(settings.data / "dev/trials/dev.txt", "stage 1"))

    checkpointer = hparams["checkpointer"]
    if objective.needs_teacher:
        checkpointer.add_recoverable("objective", objective)
    brain = StudentBrain(
        modules=dict(hparams["modules"]) | {"objective": objective},
        opt_class=hparams["opt_class"],
        hparams=hparams,
        checkpointer=checkpointer,
    )
    brain.train(train_loader, dev_loader, dev_trials)


def route_overrides(
    overrides: Mapping[str, Any], student: Hyperparameters, distill: Hyperparameters
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split overrides into the student's and the distillation's; a key of both goes to both.

    Raises
    ------
    InputError: a key of neither.
    """
    for key in overrides:
        if key not in student.keys + distill.keys:
            nearest = difflib.get_close_matches(key, student.keys + distill.keys, n=1, cutoff=0)
            raise InputError(
                f"--{key} matches no key of {student.name} or {distill.name}: "
                f"the nearest is --{nearest[0]}"
            )
    return (
        {key: value for key, value in overrides.items() if key in student.keys},
        {key: value for key, value in overrides.items() if key in distill.keys},
    )


def build_student(
    student: Hyperparameters, overrides: Mapping[str, Any], output: Path, seed: int, speakers: int
) -> dict[str, Any]:
    """Build a student YAML's objects; folders, seed and number of speakers are filled in."""
    torch.manual_seed(seed)  # for a YAML that does not seed itself
    known = {
        "seed": seed,
        "output_folder": str(output),
        "data_folder": str(output),
        "out_n_neurons": speakers,
    }
    return student.build(overrides, known)


def student_encoder(hparams: Mapping[str, Any]) -> SpeakerEncoder:
    """Take the encoder out of a student's hyperparameters."""
    return SpeakerEncoder(
        hparams["compute_features"], hparams["mean_var_norm"], hparams["embedding_model"]
    )


def width(encoder: SpeakerEncoder) -> int:
    """Find the width of an encoder's embeddings by embedding a second of noise."""
    encoder.eval()
    with torch.no_grad():
        return encoder(torch.randn(1, 16000)).shape[1]


def _pair(targets: TeacherTargets, data: Path, mode) -> TeacherPairing:
    face_quality = QualityTable.load(data / "train" / "quality" / "face.tsv").scores
    return TeacherPairing(targets.embeddings, face_quality, mode)


def connect(
    objective: DistillationObjective, targets: TeacherTargets, speakers: list[str], width: int
) -> None:
    """Connect an objective to a teacher whose classes are among the training speakers.

    Arguments
    ---------
    objective: gets its projection and the teacher's class weights.
    targets: of the teacher.
    speakers: the training speakers, in the order of the student's classes.
    width: of the student's embeddings.

    Raises
    ------
    InputError: the teacher knows speakers that are not in training.
    """
    column_of = {speaker: column for column, speaker in enumerate(speakers)}
    strangers = [speaker for speaker in targets.class_weights.ids if speaker not in column_of]
    if strangers:
        raise InputError(
            f"the teacher's targets name {len(strangers)} speakers that are not in training "
            f"({strangers[0]}): train the teacher on this data (stages 3 and 4)"
        )
    objective.connect(
        width,
        targets.class_weight_tensor(),
        [column_of[speaker] for speaker in targets.class_weights.ids],
        targets.scale,
    )
