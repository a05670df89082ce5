#!/usr/bin/env python3
"""What distillation costs per training step: the same student with and without a teacher.

Steps of both are taken in turn in one process, data loading included, so that whatever else the
machine does weighs on both alike. Beside other jobs the processor time of all threads is steadier
than the time that passes.

    OMP_WAIT_POLICY=PASSIVE .venv/bin/python tools/benchmarks/distillation_step.py
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
import speechbrain as sb
import torch
from lhotse import MonoCut, Recording, SupervisionSegment
from speechbrain.utils.distributed import infer_device
from tqdm import tqdm

from speechdistill.base.process_settings import tune_process
from speechdistill.distillation.connection import pair_and_connect
from speechdistill.distillation.owners import Owners
from speechdistill.distillation.targets import TeacherTargets
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.quality.table import QualityTable
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.students.student import build_student, student_of
from speechdistill.training.inputs_data import InputDataset, training_loader
from speechdistill.training.precision import training_precision
from speechdistill.training.student_brain import StudentBrain
from speechdistill.training.train_student import width

CONF = Path(__file__).parents[2] / "recipes" / "voxceleb" / "conf"
UTTERANCES_PER_SPEAKER = 2


def make_cuts(folder: Path, speakers: list[str]) -> list[MonoCut]:
    generator = np.random.default_rng(0)
    cuts = []
    for speaker in speakers:
        for take in range(UTTERANCES_PER_SPEAKER):
            path = folder / f"{speaker}-{take}.wav"
            soundfile.write(path, 0.1 * generator.normal(size=64000), 16000)
            recording = Recording.from_file(path)
            supervision = SupervisionSegment(path.stem, path.stem, 0, 4.0, speaker=speaker)
            cut = recording.to_cut()
            cut.id = f"{speaker}/v/{take}"
            cut.supervisions, cut.custom = [supervision], {"session": "v"}
            cuts.append(cut)
    return cuts


def make_targets(speakers: list[str]) -> TeacherTargets:
    generator = np.random.default_rng(0)
    ids = [f"{speaker}/v/{image}" for speaker in speakers for image in range(10)]
    embeddings = generator.normal(size=(len(ids), 128)).astype(np.float32)
    weights = generator.normal(size=(len(speakers), 128)).astype(np.float32)
    quality = QualityTable(ids, {"quality": generator.random(len(ids))})
    return TeacherTargets(
        KeyedVectors(ids, embeddings),
        KeyedVectors(speakers, weights),
        {speaker: speaker for speaker in speakers},
        30.0,
        quality,
        Owners([speaker for speaker in speakers for _ in range(10)], ["v"] * len(ids)),
    )


def endless_steps(brain: StudentBrain, loader: torch.utils.data.DataLoader):
    """Take a step; yield its seconds and its processor time, loading the batch included."""
    while True:
        started = time.perf_counter(), time.process_time()
        for batch in loader:
            brain.fit_batch(batch)
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            yield time.perf_counter() - started[0], time.process_time() - started[1]
            started = time.perf_counter(), time.process_time()


def make_brain(arguments, folder: Path, distill: Path):
    speakers = [f"id{number:05d}" for number in range(arguments.speakers)]
    yaml = Hyperparameters.read(arguments.student)
    hparams = build_student(yaml, {}, folder / distill.stem, seed=1, people=len(speakers))
    student = student_of(hparams)
    cuts = make_cuts(folder, speakers)
    quality = QualityTable([cut.id for cut in cuts], {"quality": np.ones(len(cuts))})
    utterances = student.inputs.perceive_cuts(cuts, quality)
    distillation = Hyperparameters.read(distill).build({}, {})
    objective, pairings = distillation["objective"], {}
    if objective.needs_teacher:
        make_targets(speakers).save(folder / "targets")
        teachers = {"teacher": TeacherTargets.load(folder / "targets")}
        dimension = width(student.encoder, utterances)
        pairings = pair_and_connect(objective, teachers, speakers, dimension, "none", seed=1)
    class_of = {speaker: index for index, speaker in enumerate(speakers)}
    dataset = InputDataset(utterances, class_of, pairings, seed=1)
    hparams["batch_size"] = arguments.batch_size or hparams["batch_size"]
    loader = training_loader(dataset, hparams, workers=0)
    precision = training_precision(arguments.precision, infer_device())
    brain = StudentBrain(
        dict(hparams["modules"]) | {"objective": objective},
        hparams["opt_class"],
        hparams,
        run_opts={"precision": precision},
    )
    brain.student = student
    brain.begin(loader, tqdm(disable=True))
    brain._wrap_distributed()
    brain.init_optimizers()
    brain.modules.train()
    brain.on_stage_start(sb.Stage.TRAIN, epoch=1)
    return endless_steps(brain, loader)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--student", type=Path, default=CONF / "student_small.yaml")
    parser.add_argument("--distill", type=Path, default=CONF / "distill_soft.yaml")
    parser.add_argument("--speakers", type=int, default=128)
    parser.add_argument("--batch-size", type=int, help="default: the student's")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--steps", type=int, default=100)
    arguments = parser.parse_args()
    tune_process()
    torch.set_num_threads(2)
    with tempfile.TemporaryDirectory() as folder:
        alone = make_brain(arguments, Path(folder), CONF / "distill_none.yaml")
        distilled = make_brain(arguments, Path(folder), arguments.distill)
        for _ in range(5):
            next(alone), next(distilled)
        seconds = np.array([(next(alone), next(distilled)) for _ in range(arguments.steps)])
    median_alone, median_distilled = np.median(seconds[..., 0], axis=0)
    ratio, ratio_of_processor = np.median(seconds[:, 1] / seconds[:, 0], axis=0)
    print(
        f"{arguments.student.stem}, {arguments.distill.stem}, {arguments.speakers} speakers: "
        f"{1000 * median_alone:.1f} ms per step alone, {1000 * median_distilled:.1f} ms distilled, "
        f"median ratio of neighbouring steps {ratio:.3f}, "
        f"of their processor time {ratio_of_processor:.3f} "
        f"({sb.__version__=}, {torch.__version__=})"
    )


if __name__ == "__main__":
    main()
