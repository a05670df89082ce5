#!/usr/bin/env python3
"""What manifests cost: stage 1 against lhotse's prepare_voxceleb, on the same trees.

The trees are in VoxCeleb1's layout: 120 utterances of 0.05 s in 18 sessions per speaker, 1,000
trials. Each run is a process of its own with two jobs; its processor time is that of all its
processes, its memory that of the largest one. Lhotse looks for every recording in a list of all,
so its time grows with the square of the corpus: beyond --peer-largest it is extrapolated by
a + b n + c n^2 through its three measured sizes. Its download of a trial list is replaced by the
tree's. Stage 1 also samples dev speakers and trials, checks every file's length, hashes the
folders' listings and reports.

    .venv/bin/python tools/benchmarks/manifests.py --trees /tmp/trees
"""

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

ROOT = Path(__file__).resolve().parents[2]
UTTERANCES, SESSIONS = 120, 18
LHOTSE = """
import shutil, sys
from pathlib import Path
import lhotse.recipes.voxceleb as recipe
tree, output = map(Path, sys.argv[1:])
output.mkdir()
recipe.resumable_download = lambda url, filename: shutil.copy(tree / "veri_test2.txt", filename)
recipe.prepare_voxceleb(voxceleb1_root=tree, output_dir=output, num_jobs=2)
"""


@dataclass(frozen=True)
class Cost:
    seconds: float
    processor_seconds: float
    megabytes: float


def make_tree(tree: Path, utterances: int) -> None:
    random = np.random.default_rng(0)
    samples = (1000 * random.normal(size=800)).astype(np.int16)
    content = io.BytesIO()
    soundfile.write(content, samples, 16000, "PCM_16", format="WAV")
    names = [f"id{10001 + speaker}" for speaker in range(utterances // UTTERANCES)]
    tested = names[: max(2, len(names) // 30)]
    meta = ["VoxCeleb1 ID\tVGGFace1 ID\tGender\tNationality\tSet"]
    for row, name in enumerate(names):
        part = "test" if name in tested else "dev"
        meta.append(f"{name}\tPerson_{row}\t{'mf'[row % 2]}\tUK\t{part}")
        for utterance in range(UTTERANCES):
            session = tree / "wav" / name / f"session{utterance % SESSIONS:05d}"
            session.mkdir(parents=True, exist_ok=True)
            (session / f"{utterance:05d}.wav").write_bytes(content.getvalue())
    trials = []
    for row in range(1000):
        first = random.integers(len(tested))
        second = (first + row % 2) % len(tested)
        places = [
            f"{tested[who]}/session{at:05d}/{at:05d}.wav"
            for who, at in zip(
                (first, second), random.choice(SESSIONS, 2, replace=False), strict=True
            )
        ]
        trials.append(" ".join([str(1 - row % 2), *places]))
    (tree / "vox1_meta.csv").write_text("\n".join(meta) + "\n")
    (tree / "veri_test2.txt").write_text("\n".join(trials) + "\n")


def cost(command: list[str]) -> Cost:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, *command, f"{folder}/made"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TQDM_DISABLE": "1"},
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{command} ended with {process.returncode}")
    seconds = time.perf_counter() - started
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def ours(tree: Path) -> Cost:
    script = str(ROOT / "local" / "prepare_data.py")
    options = ["--data", str(tree), "--min-duration", "0", "--nj", "2", "--output"]
    return cost([script, *options])


def by_lhotse(tree: Path) -> Cost:
    return cost(["-c", LHOTSE, str(tree)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trees", type=Path, required=True, help="folder for the corpora")
    parser.add_argument("--largest", type=int, default=150_000)
    parser.add_argument("--peer-largest", type=int, default=37_500)
    arguments = parser.parse_args()
    peers = [arguments.peer_largest // part for part in (4, 2, 1)]
    sizes = [arguments.largest // part for part in (4, 2, 1)]
    measured: dict[int, Cost] = {}
    for size in sorted({*peers, *sizes}):
        tree = arguments.trees / str(size)
        if not tree.exists():
            make_tree(tree, size)
        runs = [("stage 1", ours)] + [("lhotse", by_lhotse)] * (size in peers)
        for name, run in runs:
            found = run(tree)
            if name == "lhotse":
                measured[size] = found
            print(
                f"| {size:,} | {name} | {found.seconds:.1f} s | {found.processor_seconds:.1f} s "
                f"| {found.megabytes:.0f} MB |",
                flush=True,
            )
    for what in ("seconds", "processor_seconds"):
        curve = np.polyfit(peers, [getattr(measured[size], what) for size in peers], 2)
        far = np.polyval(curve, arguments.largest)
        print(f"lhotse at {arguments.largest:,}, extrapolated: {what} {far:.0f}")


if __name__ == "__main__":
    main()
