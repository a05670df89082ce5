#!/usr/bin/env python3
"""Training speed and memory: our loop, SpeechBrain's plain recipe loop and the bare computation.

Every loop is a process of its own, with the memory settings of its own; they take turns of some
steps, data loading included, so that whatever else the machine does weighs on all alike. The first
steps of a turn, whose batches were loaded before it, are not counted. SpeechBrain's loop is that of
its train_speaker_embeddings.py, with its own network and augmentation where our YAML names faster
ones. Bare is forward, backward and optimizer step on one batch in memory. --checkout adds our loop
as another checkout of this repository measures it, with the YAML that is there.

    .venv/bin/python tools/benchmarks/training.py --student recipes/voxceleb/conf/student_small.yaml
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path("tools/benchmarks/training.py")
STEPS_LOADED_AHEAD = 3
# What our YAMLs name in place of SpeechBrain's own.
SPEECHBRAINS = {
    "speechdistill.augmentation.drop_freq.DropFreq": "speechbrain.augment.time_domain.DropFreq",
    "speechdistill.students.fbank.Fbank": "speechbrain.lobes.features.Fbank",
    "speechdistill.students.xvector.Xvector": "speechbrain.lobes.models.Xvector.Xvector",
}
SPEECHBRAIN, OURS, BARE, CHECKOUT = "SpeechBrain", "ours", "bare", "the other checkout"
# Ours without one of the settings of speechdistill.base.process_settings.
SETTINGS = {
    "ours, memory as glibc has it": {"MALLOC_TOP_PAD_": "131072"},  # as it is by default
    "ours, threads that spin": {"OMP_WAIT_POLICY": "ACTIVE"},
}


def loop_steps(arguments, loop: str, precision: str, folder: Path) -> Iterator[float]:
    """Take steps of a loop; yield the seconds of each."""
    sys.path[:0] = [str(ROOT / "tools" / "benchmarks")]
    if find_spec("speechdistill.base.process_settings") and loop != SPEECHBRAIN:
        from speechdistill.base.process_settings import tune_process

        tune_process()
    import torch
    from distillation_step import make_cuts

    from speechdistill.models.hyperparameters import Hyperparameters
    from speechdistill.students.student import build_student

    torch.set_num_threads(arguments.threads)
    speakers = [f"id{number:05d}" for number in range(arguments.speakers)]
    yaml = Hyperparameters.read(arguments.student)
    if loop == SPEECHBRAIN:
        text = yaml.text
        for ours, theirs in SPEECHBRAINS.items():
            text = text.replace(ours, theirs)
        yaml = Hyperparameters(text, yaml.name)
    overrides = {"batch_size": arguments.batch_size} if arguments.batch_size else {}
    if "augment_probability" in yaml.keys:
        overrides["augment_probability"] = 0.0  # the plain loop augments batches alone
    hparams = build_student(yaml, overrides, folder, 1, len(speakers))
    cuts = make_cuts(folder, speakers)
    if loop == SPEECHBRAIN:
        return plain_steps(hparams, cuts, speakers, precision)
    hparams["compile"] = arguments.compiled
    brain, loader = our_brain(hparams, cuts, speakers, precision)
    return bare_steps(brain, next(iter(loader))) if loop == BARE else steps_of(brain, loader)


def plain_steps(hparams, cuts, speakers: list[str], precision: str) -> Iterator[float]:
    """Steps of SpeechBrain's recipe, which reads random chunks in its audio pipeline."""
    import soundfile
    import speechbrain as sb
    import torch
    from speechbrain.dataio.dataset import DynamicItemDataset

    class PlainBrain(sb.Brain):
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
    brain = PlainBrain(hparams["modules"], hparams["opt_class"], hparams, {"precision": precision})
    brain.init_optimizers()
    brain.modules.train()
    options = {"batch_size": hparams["batch_size"], "num_workers": hparams["num_workers"]}
    loader = brain.make_dataloader(
        dataset, sb.Stage.TRAIN, ckpt_prefix=None, shuffle=True, **options
    )
    return steps_of(brain, loader)


def our_brain(hparams, cuts, speakers: list[str], precision: str):
    """Make a StudentBrain without teacher, ready for steps, and its loader."""
    import numpy as np
    import speechbrain as sb
    from tqdm import tqdm

    from speechdistill.distillation.objective import DistillationObjective
    from speechdistill.quality.table import QualityTable
    from speechdistill.students.student import student_of
    from speechdistill.training.inputs_data import InputDataset, training_loader
    from speechdistill.training.student_brain import StudentBrain

    student = student_of(hparams)
    quality = QualityTable([cut.id for cut in cuts], {"quality": np.ones(len(cuts))})
    class_of = {speaker: column for column, speaker in enumerate(speakers)}
    dataset = InputDataset(student.inputs.perceive_cuts(cuts, quality), class_of, seed=1)
    brain = StudentBrain(
        dict(hparams["modules"]) | {"objective": DistillationObjective()},
        hparams["opt_class"],
        hparams,
        {"precision": precision},
    )
    brain.student = student
    loader = training_loader(dataset, hparams, student.workers)
    brain.begin(loader, tqdm(disable=True))
    brain._wrap_distributed()
    brain.init_optimizers()
    brain.modules.train()
    brain.on_stage_start(sb.Stage.TRAIN, epoch=1)
    return brain, loader


def endless(loader) -> Iterator:
    while True:
        yield from loader


def steps_of(brain, loader) -> Iterator[float]:
    """Take steps; yield the seconds of each, with what it waits for its batch."""
    batches = endless(loader)
    while True:
        started = time.perf_counter()
        brain.step += 1
        brain.fit_batch(next(batches))
        yield elapsed(started)


def bare_steps(brain, batch) -> Iterator[float]:
    """Take forward, backward and optimizer steps on one augmented batch."""
    batch = batch.to(brain.device)
    batch = batch.augmented(*brain.student.augment(batch.inputs))
    while True:
        started = time.perf_counter()
        with brain.training_ctx:
            embeddings = brain.encode(batch.inputs)
            outputs = brain.modules.classifier(embeddings.unsqueeze(1))
            loss = brain.hparams.compute_cost(outputs, batch.labels.unsqueeze(1))
        loss.backward()
        brain.optimizers_step()
        yield elapsed(started)


def elapsed(started: float) -> float:
    """The seconds since then, what a GPU has still to do included."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - started


def gpu_memory() -> float:
    """The most megabytes that PyTorch held on the GPU; 0 without one."""
    import torch

    return torch.cuda.max_memory_allocated() / 1e6 if torch.cuda.is_available() else 0.0


def serve(arguments) -> None:
    """In a loop's own process: for every number on standard input take so many steps."""
    loop, precision = arguments.serve
    with tempfile.TemporaryDirectory() as folder:
        steps = loop_steps(arguments, loop, precision, Path(folder))
        for line in sys.stdin:
            seconds = [next(steps) for _ in range(STEPS_LOADED_AHEAD + int(line))]
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
            answer = {"seconds": seconds[STEPS_LOADED_AHEAD:], "megabytes": peak}
            answer["gpu_megabytes"] = gpu_memory()
            print(f"answer {json.dumps(answer)}", flush=True)


def checkout(text: str) -> Path:
    """The option's type: a folder of this repository whose benchmark takes turns with others."""
    path = Path(text) / SCRIPT
    if not path.is_file() or "--serve" not in path.read_text():
        raise argparse.ArgumentTypeError(
            f"{path} is missing or older than f8df2a4: give the folder of a later commit, made by "
            "git worktree add"
        )
    return Path(text)


def start(arguments, loop: str, precision: str) -> subprocess.Popen:
    root, student, served = ROOT, arguments.student, loop
    if loop == CHECKOUT:
        root, served = arguments.checkout.resolve(), OURS
        student = root / student.resolve().relative_to(ROOT)
    options = [f"--student={student}"]
    options += [f"--{name}={getattr(arguments, name)}" for name in ("speakers", "threads")]
    if arguments.batch_size:
        options.append(f"--batch-size={arguments.batch_size}")
    if arguments.compiled:
        options.append("--compiled")
    environment = {"OMP_WAIT_POLICY": "PASSIVE"} | os.environ | SETTINGS.get(loop, {})
    environment["PYTHONPATH"] = str(root)
    return subprocess.Popen(
        # Another checkout measures itself: modules may have had other names.
        [sys.executable, root / SCRIPT, "--serve", served, precision, *options],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=None if arguments.verbose else subprocess.DEVNULL,
        text=True,
    )


def turn(process: subprocess.Popen, steps: int) -> dict:
    process.stdin.write(f"{steps}\n")
    process.stdin.flush()
    for line in process.stdout:
        if line.startswith("answer "):
            return json.loads(line.removeprefix("answer "))
    raise SystemExit("a loop ended early: --verbose shows why")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--student", type=Path, default=ROOT / "recipes/voxceleb/conf/student_ecapa.yaml"
    )
    parser.add_argument("--precisions", nargs="+", default=["fp32"])
    parser.add_argument("--batch-size", type=int, help="default: the YAML's")
    parser.add_argument("--speakers", type=int, default=128)
    parser.add_argument("--steps", type=int, default=6, help="counted in each turn")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--compiled", action="store_true", help="ours by torch.compile")
    parser.add_argument("--settings", action="store_true", help="ours without each setting, too")
    parser.add_argument("--checkout", type=checkout, metavar="DIR", help="of another commit")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help="show the messages of the loops")
    parser.add_argument("--serve", nargs=2, metavar=("LOOP", "PRECISION"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments)
        return
    loops = [SPEECHBRAIN, OURS, BARE]
    loops += list(SETTINGS) if arguments.settings else []
    loops += [CHECKOUT] if arguments.checkout else []
    lanes = {
        (loop, precision): start(arguments, loop, precision)
        for precision in arguments.precisions
        for loop in loops
    }
    answers: dict[tuple[str, str], list[dict]] = {lane: [] for lane in lanes}
    for _ in range(arguments.turns):
        for lane, process in lanes.items():
            answers[lane].append(turn(process, arguments.steps))
    for process in lanes.values():
        process.stdin.close()
        process.wait()
    report(arguments, answers)


def report(arguments, answers: dict[tuple[str, str], list[dict]]) -> None:
    from statistics import median

    seconds = {
        lane: median(second for answer in turns for second in answer["seconds"])
        for lane, turns in answers.items()
    }
    peer = seconds[SPEECHBRAIN, arguments.precisions[0]]
    print("| loop | milliseconds per step | times SpeechBrain's speed | peak memory | of the GPU |")
    print("|---|---|---|---|---|")
    for (loop, precision), value in seconds.items():
        peak, gpu = (
            max(answer.get(kind, 0) for answer in answers[loop, precision])
            for kind in ("megabytes", "gpu_megabytes")
        )
        print(
            f"| {loop} {precision} | {1000 * value:.1f} | {peer / value:.2f} | {peak:.0f} MB "
            f"| {gpu:.0f} MB |"
        )
    for precision in arguments.precisions:
        share = 1 - seconds[BARE, precision] / seconds[OURS, precision]
        print(f"not forward, backward or optimizer in ours, {precision}: {100 * share:.1f} %")
        if arguments.checkout:
            ratio = seconds[CHECKOUT, precision] / seconds[OURS, precision]
            print(f"ours is {ratio:.2f} times as fast as the other checkout, {precision}")


if __name__ == "__main__":
    main()
