"""From face images and a teacher YAML to a trained teacher, and from it to targets."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from speechbrain.dataio.sampler import ReproducibleRandomSampler
from speechbrain.utils.distributed import infer_device
from tqdm import tqdm

from speechdistill.corpora.faces import FaceImage, load_faces
from speechdistill.corpora.prepare import SETS
from speechdistill.corpora.teacher_faces import TEACHER_SET
from speechdistill.errors import InputError
from speechdistill.files import written_whole
from speechdistill.keyed_vectors import KeyedVectors
from speechdistill.quality.table import QualityTable
from speechdistill.quality.teacher import teacher_quality
from speechdistill.teachers.face_data import FaceDataset, collate_faces
from speechdistill.teachers.targets import TeacherTargets
from speechdistill.training.hyperparameters import (
    Hyperparameters,
    recall_settings,
    remember_settings,
)
from speechdistill.training.teacher_brain import FaceTeacherBrain
from speechdistill.training.verification_brain import load_best
from speechdistill.verification.metrics import eer
from speechdistill.verification.scoring import cosine_scores
from speechdistill.verification.trial_sampling import sample_trials
from speechdistill.verification.trials import TrialList

logger = logging.getLogger(__name__)

FACES_PER_PERSON_IN_TRIALS = 20
FACE_TRIALS = 10_000


@dataclass(frozen=True)
class FaceTeacherSettings:
    """What a face teacher is made from.

    Arguments
    ---------
    data: folder with ``train/``, ``dev/`` and ``test/`` manifests and face quality.
    teacher: YAML with ``image_model``, ``classifier`` and what a Brain needs.
    output: the teacher's folder.
    overrides: key -> value for the YAML.
    seed: of everything random.
    """

    data: Path
    teacher: Path
    output: Path
    overrides: Mapping[str, Any]
    seed: int


def train_face_teacher(settings: FaceTeacherSettings) -> None:
    """Train, or go on training, the teacher; report its face verification EER on held-out people.

    The EER on dev people selects the checkpoint; that on test people selects nothing. Both go to
    ``report.json``.

    Raises
    ------
    InputError: no faces, missing manifests, an override that matches no key, other settings than
        the folder was made with, a loss that is not finite.
    """
    faces = readable_faces(settings.data / "train")
    if (settings.data / TEACHER_SET).is_dir():
        faces += readable_faces(settings.data / TEACHER_SET)
    speakers = sorted({face.speaker for face in faces})
    dev_faces = _spread(readable_faces(settings.data / "dev"))
    if len(speakers) < 2 or not dev_faces:
        raise InputError(
            f"{settings.data} has {len(speakers)} training and {len(dev_faces)} dev people with "
            "faces: a face teacher needs unzippedFaces/ of more (stage 1)"
        )
    logger.info("training on %d images of %d people", len(faces), len(speakers))
    teacher = Hyperparameters.read(settings.teacher)
    hparams = build_teacher(
        teacher, settings.overrides, settings.output, settings.seed, len(speakers)
    )
    remember_settings(
        settings.output,
        {
            "teacher": teacher.text,
            "overrides": dict(settings.overrides),
            "seed": settings.seed,
            "speakers": speakers,
            "training data": hashlib.sha256(
                "\n".join(face.id for face in faces).encode()
            ).hexdigest(),
        },
        may_change="number_of_epochs",
    )

    dataset = FaceDataset(
        faces, hparams["image_size"], {name: index for index, name in enumerate(speakers)}
    )
    train_loader = torch.utils.data.DataLoader(
        dataset,
        batch_size=hparams["batch_size"],
        sampler=ReproducibleRandomSampler(dataset, seed=settings.seed),
        drop_last=len(dataset) > hparams["batch_size"],
        num_workers=hparams["num_workers"],
        collate_fn=collate_faces,
    )
    brain = FaceTeacherBrain(
        modules=hparams["modules"],
        opt_class=hparams["opt_class"],
        hparams=hparams,
        checkpointer=hparams["checkpointer"],
    )
    dev_trials = face_trials(dev_faces, settings.seed)
    brain.train(train_loader, _loader(dev_faces, hparams), {"dev": dev_trials})

    load_best(hparams["checkpointer"], ["image_model"])
    report = {"dev": _face_eer(hparams, dev_faces, dev_trials, brain.device)}
    test_faces = _spread(readable_faces(settings.data / "test"))
    if test_faces:
        test_trials = face_trials(test_faces, settings.seed)
        report["test"] = _face_eer(hparams, test_faces, test_trials, brain.device)
    for name, figures in report.items():
        logger.info(
            "face verification on %d %s people: EER %.2f %% (%d trials)",
            figures["people"],
            name,
            100 * figures["eer"],
            figures["trials"],
        )
    with written_whole(settings.output / "report.json") as partial:
        partial.write_text(json.dumps(report, indent=1) + "\n")


def write_face_targets(data: Path, teacher_exp: Path) -> None:
    """Embed every face of every set with the trained teacher; keep its class weights beside them.

    What the teacher says of each face is rated, too
    (:func:`speechdistill.quality.teacher.teacher_quality`).

    Raises
    ------
    InputError: no trained teacher, missing manifests or face quality.
    """
    settings = recall_settings(teacher_exp, "stage 3")
    speakers = settings["speakers"]
    hparams = build_teacher(
        Hyperparameters(settings["teacher"], f"{teacher_exp}/settings.json"),
        settings["overrides"],
        teacher_exp,
        settings["seed"],
        len(speakers),
    )
    load_best(hparams["checkpointer"], ["image_model", "classifier"])
    faces = [face for name in SETS for face in readable_faces(data / name)]
    embeddings = embed_faces(hparams, faces, infer_device())
    face_quality = QualityTable.joined(
        [QualityTable.load(data / name / "quality" / "face.tsv") for name in SETS]
    )
    weights = hparams["classifier"].weight.detach().cpu().numpy()
    training = {face.speaker for face in readable_faces(data / "train")}
    kept = [row for row, speaker in enumerate(speakers) if speaker in training]
    class_weights = KeyedVectors([speakers[row] for row in kept], weights[kept])
    targets = TeacherTargets(
        embeddings,
        class_weights,
        hparams["compute_cost"].loss_fn.scale,
        teacher_quality(embeddings, face_quality),
    )
    targets.save(teacher_exp / "targets")
    logger.info("wrote the embeddings of %d faces and %d class weights", len(faces), len(kept))


def build_teacher(
    teacher: Hyperparameters, overrides: Mapping[str, Any], output: Path, seed: int, people: int
) -> dict[str, Any]:
    """Build the teacher YAML's objects; folder, seed and number of people are filled in."""
    known = {"seed": seed, "output_folder": str(output), "out_n_neurons": people}
    return teacher.build(overrides, known)


def readable_faces(folder: Path) -> list[FaceImage]:
    """Load a set's faces, without the images that stage 2 could not read."""
    faces = load_faces(folder / "faces.jsonl.gz")
    readable = QualityTable.load(folder / "quality" / "face.tsv").scores
    return [face for face in faces if face.id in readable]


def face_trials(faces: Sequence[FaceImage], seed: int) -> TrialList:
    """Make face trials: the same person in another video, or another of the same gender."""
    return sample_trials(
        [face.id for face in faces],
        [face.speaker for face in faces],
        [face.session for face in faces],
        [face.gender for face in faces],
        FACE_TRIALS,
        seed=seed,
    )


def embed_faces(
    hparams: Mapping[str, Any], faces: Sequence[FaceImage], device: str
) -> KeyedVectors:
    """Embed images with the teacher's image model, in their order."""
    model = hparams["image_model"].to(device).eval()
    embeddings = []
    with torch.no_grad():
        for batch in tqdm(_loader(faces, hparams), unit="batch", dynamic_ncols=True):
            embeddings.append(model(batch.images.to(device)).cpu().numpy())
    return KeyedVectors([face.id for face in faces], np.concatenate(embeddings))


def _face_eer(
    hparams, faces: Sequence[FaceImage], trials: TrialList, device: str
) -> dict[str, Any]:
    vectors = embed_faces(hparams, faces, device)
    scores = cosine_scores(trials, vectors, vectors)
    is_target = trials.labels == 1
    return {
        "eer": eer(scores[is_target], scores[~is_target]),
        "people": len({face.speaker for face in faces}),
        "trials": len(scores),
    }


def _loader(faces: Sequence[FaceImage], hparams: Mapping[str, Any]) -> torch.utils.data.DataLoader:
    return torch.utils.data.DataLoader(
        FaceDataset(faces, hparams["image_size"]),
        batch_size=hparams["batch_size"],
        num_workers=hparams["num_workers"],
        collate_fn=collate_faces,
    )


def _spread(faces: Sequence[FaceImage]) -> list[FaceImage]:
    """At most FACES_PER_PERSON_IN_TRIALS of every person, evenly over their images."""
    by_person: dict[str, list[FaceImage]] = {}
    for face in faces:
        by_person.setdefault(face.speaker, []).append(face)
    chosen = []
    for images in by_person.values():
        count = min(len(images), FACES_PER_PERSON_IN_TRIALS)
        chosen += [images[i] for i in np.linspace(0, len(images) - 1, count).round().astype(int)]
    return chosen
