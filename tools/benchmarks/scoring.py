#!/usr/bin/env python3
"""Scoring from files on disk beside SpeechBrain's loop, and AS-norm beside its bare matrix product.

All are run in turn in one process, so that whatever else the machine does weighs on each alike;
ratios are of neighbouring runs. Peak memory is that of the command in a process of its own.

    OMP_NUM_THREADS=2 .venv/bin/python tools/benchmarks/scoring.py
"""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import speechbrain
import torch

from speechdistill.base.chunks import for_each_chunk
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.scoring import adaptive_snorm
from speechdistill.verification.scoring.embeddings import load_embeddings
from speechdistill.verification.scoring.score_list import score_list
from speechdistill.verification.trials.trial_list import TrialList

# What rusage says of a child includes its parent's memory from before exec; VmHWM does not.
RUN_AND_TELL_PEAK = """
import re, runpy
runpy.run_module("speechdistill", run_name="__main__", alter_sys=True)
print(re.search("VmHWM.*", open("/proc/self/status").read())[0])
"""
ROWS_AT_ONCE = 349


def make_files(folder: Path, arguments: argparse.Namespace) -> None:
    """Write trials, embeddings and a cohort at random, with VoxCeleb's kind of names."""
    generator = np.random.default_rng(0)
    names = [
        f"id1{generator.integers(1251):04d}/{generator.integers(2**44):011x}/{number % 1000:05d}"
        for number in range(arguments.embeddings)
    ]
    (folder / "ids.txt").write_text("".join(f"{name}\n" for name in names))
    for stem, rows in (("embeddings", arguments.embeddings), ("cohort", arguments.cohort)):
        vectors = generator.normal(size=(rows, arguments.dimension)).astype(np.float32)
        np.save(folder / f"{stem}.npy", vectors)
    (folder / "cohort.ids").write_text("".join(f"c{row}\n" for row in range(arguments.cohort)))
    pairs = generator.integers(arguments.embeddings, size=(arguments.trials, 2))
    with (folder / "trials.txt").open("w") as file:
        labels = pairs.sum(axis=1) % 2  # a pair that is drawn twice has one label
        for label, (enrol, test) in zip(labels.tolist(), pairs.tolist(), strict=True):
            file.write(f"{label} {names[enrol]}.wav {names[test]}.wav\n")


def cohort_of(folder: Path) -> KeyedVectors:
    vectors = np.load(folder / "cohort.npy")
    return KeyedVectors((folder / "cohort.ids").read_text().split(), vectors)


def our_scores(folder: Path) -> None:
    """Read embeddings and trials, score, write."""
    embeddings = load_embeddings(folder / "embeddings.npy")
    score_list(folder / "trials.txt", embeddings, embeddings, folder / "ours.txt")


def speechbrain_loop(folder: Path) -> None:
    """Do what recipes/VoxCeleb/SpeakerRec/speaker_verification_cosine.py does for each trial."""
    similarity = torch.nn.CosineSimilarity(dim=-1, eps=1e-6)
    vectors = torch.from_numpy(np.load(folder / "embeddings.npy")).unsqueeze(1)
    embedding_of = dict(zip((folder / "ids.txt").read_text().split(), vectors, strict=True))
    lines = (folder / "trials.txt").read_text().splitlines()
    with (folder / "loop.txt").open("w") as file:
        for line in lines:
            label, enrol, test = line.split(" ")
            enrol, test = enrol.rstrip().split(".")[0], test.rstrip().split(".")[0]
            score = similarity(embedding_of[enrol], embedding_of[test])[0]
            file.write(f"{enrol} {test} {int(label)} {score:f}\n")


def bare_matmul(vectors: np.ndarray, cohort: np.ndarray) -> None:
    """All scores against the cohort, on as many threads, and nothing done with them."""
    kept = threading.local()

    def multiply(rows: slice) -> None:
        if not hasattr(kept, "scores"):
            kept.scores = np.empty((ROWS_AT_ONCE, len(cohort)), dtype=np.float32)
        chunk = vectors[rows]
        np.matmul(chunk, cohort.T, out=kept.scores[: len(chunk)])

    for_each_chunk(multiply, len(vectors), ROWS_AT_ONCE)


def matmul_and_topk(vectors: np.ndarray, cohort: np.ndarray, top_n: int) -> None:
    """What one would write: a chunked product and torch.topk."""
    transposed = torch.from_numpy(cohort).T
    for chunk in torch.from_numpy(vectors).split(1024):
        top = torch.topk(chunk @ transposed, top_n, sorted=False).values
        top.mean(dim=1), top.std(dim=1)


def largest_difference(folder: Path, top_n: int, trials: int = 300) -> float:
    """Compare AS-norm with its definition, written naively in float64, on some trials."""
    embeddings, cohort = load_embeddings(folder / "embeddings.npy"), cohort_of(folder)
    listed = TrialList.load(folder / "trials.txt")
    some = listed.subset(np.arange(len(listed)) < trials)
    scores = adaptive_snorm(some, embeddings, embeddings, cohort, top_n)
    impostors = unit(cohort.vectors.astype(np.float64))
    differences = []
    for score, enrol, test in zip(scores, some.enrol, some.test, strict=True):
        sides = [unit(embeddings[some.ids[name]].astype(np.float64)) for name in (enrol, test)]
        tops = [np.sort(impostors @ side)[-top_n:] for side in sides]
        raw = sides[0] @ sides[1]
        expected = np.mean([(raw - top.mean()) / top.std() for top in tops])
        differences.append(abs(score - expected))
    return float(max(differences))


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def command(folder: Path, *options: str) -> tuple[float, float]:
    """Run the command on the files; return its seconds and its peak resident memory in MB."""
    words = [sys.executable, "-c", RUN_AND_TELL_PEAK, "score"]
    words += ["--trials", str(folder / "trials.txt")]
    words += ["--embeddings", str(folder / "embeddings.npy")]
    words += ["--output", str(folder / "command.txt"), *options]
    started = time.perf_counter()
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return time.perf_counter() - started, int(done.stdout.split()[-2]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=580_000)
    parser.add_argument("--embeddings", type=int, default=145_160)
    parser.add_argument("--dimension", type=int, default=192)
    parser.add_argument("--cohort", type=int, default=5_994)
    parser.add_argument("--top-n", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_files(folder, arguments)
        print(f"{arguments}, torch {torch.__version__}, speechbrain {speechbrain.__version__}")
        cosine = partial(our_scores, folder)
        loop = partial(speechbrain_loop, folder)
        cosine()
        times = np.array([(seconds(cosine), seconds(loop)) for _ in range(arguments.repeats)])
        report("cosine, from files to file", times, ["ours", "SpeechBrain's loop"], baseline=0)
        print("  the command, start included: {:.2f} s, peak {:.0f} MB".format(*command(folder)))

        embeddings, cohort = load_embeddings(folder / "embeddings.npy"), cohort_of(folder)
        vectors = unit(np.asarray(embeddings.vectors))
        trials = TrialList.load(folder / "trials.txt")
        works = [
            partial(bare_matmul, vectors, cohort.vectors),
            partial(adaptive_snorm, trials, embeddings, embeddings, cohort, arguments.top_n),
            partial(matmul_and_topk, vectors, cohort.vectors, arguments.top_n),
        ]
        times = np.array([[seconds(work) for work in works] for _ in range(arguments.repeats)])
        report("AS-norm", times, ["bare matmul", "ours", "matmul and torch.topk"], baseline=0)
        options = ("--snorm", str(folder / "cohort.npy"), "--top-n", str(arguments.top_n))
        took, peak = command(folder, *options)
        print(f"  the command, from files to file: {took:.2f} s, peak {peak:.0f} MB")
        difference = largest_difference(folder, arguments.top_n)
        print(f"  largest difference from the naive form {difference:.1e}")


def report(what: str, times: np.ndarray, names: list[str], baseline: int) -> None:
    print(what)
    for index, name in enumerate(names):
        ratio = np.median(times[:, index] / times[:, baseline])
        print(f"  {name}: median {np.median(times[:, index]):.2f} s, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
