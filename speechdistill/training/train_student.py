"""From manifests, a student YAML and a distillation YAML to a trained student."""

import difflib
import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lhotse.cut import MonoCut
from speechbrain.dataio.sampler import ReproducibleRandomSampler
from speechbrain.utils.distributed import infer_device

from speechdistill.distillation.objective import DistillationObjective
from speechdistill.errors import InputError
from speechdistill.files import require
from speechdistill.quality.table import QualityTable
from speechdistill.teachers.targets import TeacherTargets
from speechdistill.training.encoder import SpeakerEncoder
from speechdistill.training.hyperparameters import Hyperparameters, remember_settings
from speechdistill.training.precision import training_precision
from speechdistill.training.speech_data import SpeechDataset, collate, readable_cuts
from speechdistill.training.student_brain import StudentBrain
from speechdistill.training.teacher_connection import pair_and_connect
from speechdistill.verification.trials import TrialList

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class StudentSettings:
    """What a student is made from.

    Arguments
    ---------
    data: folder with ``train/`` and ``dev/`` manifests, quality and trials.
    student: SpeechBrain speaker-recognition YAML.
    distill: YAML that builds ``objective``; its key ``control`` may put a control in the
        teacher's place, its key ``sampling`` draw batches by quality.
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
    pairings = {}
    if objective.needs_teacher:
        if settings.targets is None:
            raise InputError(f"{settings.distill} needs a teacher: give --targets")
        pairings = pair_and_connect(
            objective,
            TeacherTargets.load(settings.targets),
            speakers,
            width(encoder),
            distillation.get("control", "none"),
            settings.seed,
        )
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
        pairings=pairings,
        seed=settings.seed,
    )
    workers = hparams.get("num_workers", 0)
    train_loader = torch.utils.data.DataLoader(
        dataset,
        batch_size=hparams["batch_size"],
        sampler=_sampler(distillation, dataset, settings.seed),
        drop_last=len(dataset) > hparams["batch_size"],
        num_workers=workers,
        collate_fn=collate,
    )
    watched, trials = _watched(settings.data, cuts)
    valid_loader = torch.utils.data.DataLoader(
        SpeechDataset(watched, hparams["sample_rate"]), num_workers=workers, collate_fn=collate
    )

    precision = training_precision(hparams.get("precision", "fp32"), infer_device())
    logger.info("training in %s", precision)
    checkpointer = hparams["checkpointer"]
    if objective.needs_teacher:
        checkpointer.add_recoverable("objective", objective)
    brain = StudentBrain(
        modules=dict(hparams["modules"]) | {"objective": objective},
        opt_class=hparams["opt_class"],
        hparams=hparams,
        checkpointer=checkpointer,
        run_opts={"precision": precision},
    )
    brain.train(train_loader, valid_loader, trials)


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


def _sampler(
    distillation: Mapping[str, Any], dataset: SpeechDataset, seed: int
) -> torch.utils.data.Sampler:
    if "sampling" not in distillation:
        return ReproducibleRandomSampler(dataset, seed=seed)
    qualities = np.array([dataset.quality.get(cut.id, 1.0) for cut in dataset.cuts])
    return distillation["sampling"].sampler(qualities, seed)


def _watched(data: Path, training: Sequence[MonoCut]) -> tuple[list[MonoCut], dict[str, TrialList]]:
    """Return the utterances that every epoch embeds, and the trials over them.

    Dev trials select the checkpoint; those among training speakers show over-fitting.
    """
    trials = {
        name: TrialList.load(require(data / name / "trials" / f"{name}.txt", "stage 1"))
        for name in ("dev", "train")
    }
    named = set(trials["train"].ids)
    return readable_cuts(data / "dev") + [cut for cut in training if cut.id in named], trials
