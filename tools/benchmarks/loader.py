#!/usr/bin/env python3
"""What a loader must deliver to a node of eight GPUs, and what ours does per core.

Must: multiply-adds of a student's step, counted by torch's FlopCounterMode for one chunk (forward
and backward), at a share of a GPU's peak. Small networks reach less of it, so that this is what a
node can take at most. Does: chunks of utterances of 8 s at random places, as training reads them,
by one process and one thread, from files that the kernel has in memory; by processor time.

    OMP_NUM_THREADS=1 .venv/bin/python tools/benchmarks/loader.py
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
import torch
from torch.utils.flop_counter import FlopCounterMode

from speechdistill.corpora.packing import pack_set
from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from speechdistill.inputs.utterances import Utterances
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.quality.compute import compute_quality
from speechdistill.quality.table import QualityTable
from speechdistill.storage.places import DEV, SPEECH_QUALITY, TEST, TRAIN
from speechdistill.students.student import build_student, student_of

CONF = Path(__file__).parents[2] / "recipes" / "voxceleb" / "conf"
STUDENTS = ("student_small", "student_ecapa", "student_resnet")
RATE, SECONDS, SPEAKERS, SESSIONS, TAKES = 16000, 8, 16, 2, 8
GPUS = 8


def flops_per_chunk(student: str, seconds: float, folder: Path) -> float:
    yaml = Hyperparameters.read(CONF / f"{student}.yaml")
    built = build_student(yaml, {}, folder / student, seed=1, people=8)
    encoder = student_of(built).encoder.train()
    chunks = torch.randn(2, round(seconds * RATE))
    with FlopCounterMode(display=False) as counter:
        encoder(chunks).sum().backward()
    return counter.get_total_flops() / len(chunks)


def make_corpus(folder: Path, suffix: str) -> Path:
    generator = np.random.default_rng(0)
    data = folder / suffix
    trials = []
    for speaker in range(SPEAKERS):
        for session in range(SESSIONS):
            place = data / "wav" / f"id{speaker}" / f"v{session}"
            place.mkdir(parents=True)
            for take in range(TAKES):
                noise = (2000 * generator.normal(size=SECONDS * RATE)).astype(np.int16)
                soundfile.write(place / f"{take}.{suffix}", noise, RATE, "PCM_16")
    for first in range(2):
        trials += [
            f"{int(first == other)} id{first}/v0/0.wav id{other}/v1/0.wav" for other in (0, 1)
        ]
    (data / "veri_test2.txt").write_text("\n".join(trials) + "\n")
    output = folder / f"{suffix}-data"
    prepare_corpus(PreparationSettings([data], output, folder / "decoded", dev_speakers=2))
    for name in (TRAIN, DEV, TEST):
        compute_quality(output / name, 1, 0.01)
    return output


def chunks_per_core(data: Path, seconds: float, rounds: int) -> float:
    perceived = Utterances(RATE, seconds).perceive(data, data, TRAIN)
    generator = np.random.default_rng(1)
    for row in range(len(perceived)):
        perceived.read(row, generator)
    started = time.process_time()
    for _ in range(rounds):
        for row in generator.permutation(len(perceived)):
            perceived.read(int(row), generator)
    return rounds * len(perceived) / (time.process_time() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3.0, help="of a chunk")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peak", type=float, default=989e12, help="of a GPU: an H100's, in bf16")
    parser.add_argument("--share", type=float, default=0.4, help="of the peak that is reached")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for student in STUDENTS:
            flops = flops_per_chunk(student, arguments.seconds, folder)
            most = GPUS * arguments.share * arguments.peak / flops
            print(f"| {student} | {flops / 1e9:.1f} GFLOP a chunk | at most {most:,.0f} chunks/s |")
        wav, flac = make_corpus(folder, "wav"), make_corpus(folder, "flac")
        for what, data in (("WAV", wav), ("FLAC", flac)):
            found = chunks_per_core(data, arguments.seconds, arguments.rounds)
            print(f"| {what} | {found:,.0f} chunks/s per core |", flush=True)
        names = QualityTable.load(flac / TRAIN / SPEECH_QUALITY).ids
        pack_set(flac / TRAIN, names, 1)
        found = chunks_per_core(flac, arguments.seconds, arguments.rounds)
        print(f"| Shar | {found:,.0f} chunks/s per core |")


if __name__ == "__main__":
    main()
