#!/usr/bin/env python3
"""Embedding files beside SpeechBrain's encode_batch and one file at a time, as WeSpeaker does it.

The same untrained student embeds the same files, 16 bits at 16 kHz, in three loops: ours by
`SpeakerEmbedder.embed`; SpeechBrain's `EncoderClassifier.encode_batch` on padded batches; features
and network file by file. Each is a process of its own, and they take turns; imports and building
are not timed, but the peak resident memory is the whole process's. Then a single long file.

    OMP_NUM_THREADS=2 .venv/bin/python tools/benchmarks/embedding.py
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import soundfile  # noqa: E402

from speechdistill.base.process_settings import tune_process  # noqa: E402

RATE = 16000
BATCH = 16


def write_files(folder: Path, count: int, seconds: float, minutes: float) -> None:
    """Write noise in bursts: utterances, and one long recording."""
    generator = np.random.default_rng(0)
    (folder / "utterances").mkdir()
    for number in range(count):
        signal = 0.1 * generator.normal(size=round(seconds * RATE))
        soundfile.write(folder / "utterances" / f"{number:05d}.wav", signal, RATE, "PCM_16")
    bursts = np.sin(np.arange(60 * RATE) / 3000) > 0
    with soundfile.SoundFile(folder / "long.wav", "w", RATE, 1, "PCM_16") as file:
        for _ in range(round(minutes)):
            file.write(0.1 * generator.normal(size=60 * RATE) * bursts)


def build(student: str) -> dict:
    from speechdistill.models.hyperparameters import Hyperparameters
    from speechdistill.students.student import build_student

    yaml = Hyperparameters.read(ROOT / f"recipes/voxceleb/conf/student_{student}.yaml")
    with tempfile.TemporaryDirectory() as folder:
        hparams = build_student(yaml, {}, Path(folder), 1, 5)
    for module in hparams["modules"].values():
        module.eval()
    return hparams


def ours(hparams: dict) -> Callable[[list[Path]], np.ndarray]:
    from speechdistill.inference.speaker_embedder import SpeakerEmbedder
    from speechdistill.students.student import student_of

    embedder = SpeakerEmbedder(student_of(hparams).encoder, RATE, "untrained", device="cpu")
    return embedder.embed


def encode_batch(hparams: dict) -> Callable[[list[Path]], np.ndarray]:
    """Batches of the files as they come, padded to the longest."""
    import torch
    from speechbrain.dataio.batch import batch_pad_right
    from speechbrain.inference.classifiers import EncoderClassifier

    encoder = EncoderClassifier(modules=hparams["modules"], hparams={})

    def embed(paths: list[Path]) -> np.ndarray:
        parts = []
        with torch.no_grad():
            for start in range(0, len(paths), BATCH):
                signals = [torch.from_numpy(read(path)) for path in paths[start : start + BATCH]]
                batch, lengths = batch_pad_right(signals)
                parts.append(encoder.encode_batch(batch, lengths).reshape(len(signals), -1).numpy())
        return np.concatenate(parts)

    return embed


def one_by_one(hparams: dict) -> Callable[[list[Path]], np.ndarray]:
    """Read, features, mean, network: for each file."""
    import torch

    def embed(paths: list[Path]) -> np.ndarray:
        rows = []
        with torch.no_grad():
            for path in paths:
                features = hparams["compute_features"](torch.from_numpy(read(path))[None])
                features = hparams["mean_var_norm"](features, torch.ones(1))
                rows.append(hparams["embedding_model"](features).reshape(-1).numpy())
        return np.stack(rows)

    return embed


def read(path: Path) -> np.ndarray:
    return soundfile.read(path, dtype="float32")[0]


LOOPS = {"ours": ours, "encode_batch": encode_batch, "one by one": one_by_one}


def work(arguments: argparse.Namespace) -> None:
    """Be one of the processes: print seconds and peak memory, leave the embeddings."""
    tune_process()
    embed = LOOPS[arguments.loop](build(arguments.student))
    paths = sorted((arguments.files / "utterances").iterdir())
    if arguments.long:
        paths = [arguments.files / "long.wav"]
    else:
        embed(paths[: 2 * BATCH])
    started = time.perf_counter()
    vectors = embed(paths)
    seconds = time.perf_counter() - started
    np.save(arguments.files / f"{arguments.loop}.npy", vectors)
    # What rusage says of a child includes its parent's memory from before exec; VmHWM does not.
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    print(json.dumps({"seconds": seconds, "peak": int(peak[1]) / 1024 if peak else 0}))


def started(arguments: argparse.Namespace, folder: Path, loop: str, *options: str) -> dict:
    words = [sys.executable, __file__, "--loop", loop, "--files", str(folder), *options]
    words += ["--student", arguments.student]
    environment = {**os.environ, "TQDM_DISABLE": "1"}
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


def smallest_cosine(folder: Path, loop: str) -> float:
    first, second = (np.load(folder / f"{name}.npy") for name in ("ours", loop))
    norms = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return float((np.einsum("ij,ij->i", first, second) / norms).min())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files-count", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--minutes", type=float, default=180)
    parser.add_argument("--student", default="small")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--loop", choices=LOOPS, help=argparse.SUPPRESS)
    parser.add_argument("--files", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--long", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.loop:
        work(arguments)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder, arguments.files_count, arguments.seconds, arguments.minutes)
        turns = [
            {loop: started(arguments, folder, loop) for loop in LOOPS}
            for _ in range(arguments.turns)
        ]
        print(
            "| loop | utterances per second | times encode_batch | peak memory | smallest cosine |"
        )
        print("|---|---|---|---|---|")
        for loop in LOOPS:
            rate = arguments.files_count / np.median([turn[loop]["seconds"] for turn in turns])
            ratio = np.median(
                [turn["encode_batch"]["seconds"] / turn[loop]["seconds"] for turn in turns]
            )
            peak = max(turn[loop]["peak"] for turn in turns)
            cosine = smallest_cosine(folder, loop)
            print(f"| {loop} | {rate:.1f} | {ratio:.2f} | {peak:.0f} MB | {cosine:.7f} |")
        found = started(arguments, folder, "ours", "--long")
        seconds, peak = found["seconds"], found["peak"]
        print(f"\n{arguments.minutes:g} minutes in one file: {seconds:.0f} s, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
