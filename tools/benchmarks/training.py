#!/usr/bin/env python3
"""Training speed: our loop beside SpeechBrain's plain recipe loop, and beside the bare computation.

The loops take turns of some steps in one process, data loading included, so that whatever else the
machine does weighs on all alike; the first steps of a turn, whose batches were loaded before it,
are not counted. Bare is forward, backward and optimizer step on one batch in memory.

    .venv/bin/python tools/benchmarks/training.py
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
import speechbrain as sb
import torch
from distillation_step import CONF, make_cuts
from speechbrain.dataio.dataset import DynamicItemDataset
from tqdm import tqdm

from speechdistill.distillation.objective import DistillationObjective
from speechdistill.hyperparameters import Hyperparameters
from speechdistill.quality.table import QualityTable
from speechdistill.students.student import build_student, student_of
from speechdistill.training.inputs_data import InputDataset, training_loader
from speechdistill.training.student_brain import StudentBrain

STEPS_LOADED_AHEAD = 3


class PlainBrain(sb.Brain):
    """The loop of SpeechBrain's speaker recipes, train_speaker_embeddings.py."""

    def compute_forward(self, batch, stage):
        batch = batch.to(self.device)
        signals, lengths = batch.sig
        signals, lengths = self.hparams.wav_augment(signals, lengths)
        features = self.modules.compute_features(signals)
        features = self.modules.mean_var_norm(features, lengths)
        embeddings = self.modules.embedding_model(features, lengths)
        return self.modules.classifier(embeddings), lengths

    def compute_objectives(self, predictions, batch, stage):
        outputs, lengths = predictions
        labels = self.hparams.wav_augment.replicate_labels(batch.speaker)
        return self.hparams.compute_cost(outputs, labels.unsqueeze(1), lengths)


def plain_loader(brain: PlainBrain, cuts, speakers: list[str], hparams, workers: int):
    """Load random chunks as the recipe's audio pipeline does."""
    samples = int(hparams["sentence_len"] * hparams["sample_rate"])

    def read(path: str, length: int) -> torch.Tensor:
        start = random.randint(0, length - samples)
        signal, _ = soundfile.read(path, samples, start, dtype="float32")
        return torch.from_numpy(signal)

    items = {
        cut.id: {
            "wav": cut.recording.sources[0].source,
            "samples": cut.num_samples,
            "speaker": speakers.index(cut.supervisions[0].speaker),
        }
        for cut in cuts
    }
    dataset = DynamicItemDataset(items)
    dataset.add_dynamic_item(read, ["wav", "samples"], "sig")
    dataset.set_output_keys(["id", "sig", "speaker"])
    options = {"batch_size": hparams["batch_size"], "num_workers": workers, "shuffle": True}
    return brain.make_dataloader(dataset, sb.Stage.TRAIN, ckpt_prefix=None, **options)


def endless(loader) -> Iterator:
    while True:
        yield from loader


def steps_of(brain: sb.Brain, loader) -> Iterator[float]:
    """Take steps; yield the seconds of each, with what it waits for its batch."""
    batches = endless(loader)
    while True:
        started = time.perf_counter()
        brain.step += 1
        brain.fit_batch(next(batches))
        yield time.perf_counter() - started


def bare_steps(brain: StudentBrain, batch) -> Iterator[float]:
    """Take forward, backward and optimizer steps on one batch."""
    signals, rows = brain.student.augment(batch.inputs)
    batch = batch.augmented(signals, rows)
    while True:
        started = time.perf_counter()
        with brain.training_ctx:
            embeddings = brain.encode(batch.inputs)
            outputs = brain.modules.classifier(embeddings.unsqueeze(1))
            loss = brain.hparams.compute_cost(outputs, batch.labels.unsqueeze(1))
        loss.backward()
        brain.optimizers_step()
        yield time.perf_counter() - started


def make_lanes(arguments, folder: Path) -> dict[str, Iterator[float]]:
    speakers = [f"id{number:05d}" for number in range(arguments.speakers)]
    cuts = make_cuts(folder, speakers)
    yaml = Hyperparameters.read(arguments.student)
    overrides = {"batch_size": arguments.batch_size}
    if "augment_probability" in yaml.keys:
        overrides["augment_probability"] = 0.0  # the plain loop augments batches alone
    lanes: dict[str, Iterator[float]] = {}
    for precision in arguments.precisions:
        hparams = build_student(yaml, overrides, folder / precision, 1, len(speakers))
        plain = PlainBrain(
            hparams["modules"], hparams["opt_class"], hparams, {"precision": precision}
        )
        plain.init_optimizers()
        plain.modules.train()
        loader = plain_loader(plain, cuts, speakers, hparams, arguments.workers)
        lanes[f"SpeechBrain {precision}"] = steps_of(plain, loader)

        lanes |= our_lanes(arguments, yaml, overrides, folder, cuts, speakers, precision)
    return lanes


def our_lanes(
    arguments, yaml, overrides, folder: Path, cuts, speakers: list[str], precision: str
) -> dict[str, Iterator[float]]:
    lanes: dict[str, Iterator[float]] = {}
    for compiled in [False, True] if arguments.compiled else [False]:
        hparams = build_student(yaml, overrides, folder / precision, 1, len(speakers))
        hparams["compile"] = compiled
        student = student_of(hparams)
        quality = QualityTable([cut.id for cut in cuts], {"quality": np.ones(len(cuts))})
        class_of = {speaker: column for column, speaker in enumerate(speakers)}
        dataset = InputDataset(student.inputs.of_cuts(cuts, quality), class_of, seed=1)
        brain = StudentBrain(
            dict(hparams["modules"]) | {"objective": DistillationObjective()},
            hparams["opt_class"],
            hparams,
            {"precision": precision},
        )
        brain.student = student
        loader = training_loader(dataset, hparams, arguments.workers)
        brain.begin(loader, tqdm(disable=True))
        brain._wrap_distributed()
        brain.init_optimizers()
        brain.modules.train()
        brain.on_stage_start(sb.Stage.TRAIN, epoch=1)
        kind = f"{precision} compiled" if compiled else precision
        lanes[f"ours {kind}"] = steps_of(brain, loader)
        lanes[f"bare {kind}"] = bare_steps(brain, next(iter(loader)))
    return lanes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--student", type=Path, default=CONF / "student_ecapa.yaml")
    parser.add_argument("--precisions", nargs="+", default=["fp32", "bf16"])
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--speakers", type=int, default=128)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--steps", type=int, default=6, help="counted in each turn")
    parser.add_argument("--compiled", action="store_true", help="ours by torch.compile too")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as folder:
        lanes = make_lanes(arguments, Path(folder))
        seconds: dict[str, list[float]] = {name: [] for name in lanes}
        for _ in range(arguments.turns):
            for name, steps in lanes.items():
                for _ in range(STEPS_LOADED_AHEAD):
                    next(steps)
                seconds[name] += [next(steps) for _ in range(arguments.steps)]
    print("| loop | utterances per second | times SpeechBrain's fp32 |")
    print("|---|---|---|")
    medians = {name: float(np.median(values)) for name, values in seconds.items()}
    peer = medians[f"SpeechBrain {arguments.precisions[0]}"]
    for name, median in medians.items():
        print(f"| {name} | {arguments.batch_size / median:.2f} | {peer / median:.2f} |")
    for kind in [name.removeprefix("ours ") for name in lanes if name.startswith("ours ")]:
        share = 1 - medians[f"bare {kind}"] / medians[f"ours {kind}"]
        print(f"not forward, backward or optimizer in ours, {kind}: {100 * share:.1f} %")


if __name__ == "__main__":
    main()
