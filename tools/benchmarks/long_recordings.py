#!/usr/bin/env python3
"""What a long recording costs: peak memory and time of measuring, embedding and adding noise.

Each is a process of its own on one recording of noise in bursts, 16 bits at 16 kHz; the embedding
is that of an untrained student.

    .venv/bin/python tools/benchmarks/long_recordings.py --minutes 180
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
RATE = 16000


def recording(path: Path, minutes: float):
    import numpy as np
    import soundfile
    from lhotse import Recording, SupervisionSegment

    if not path.exists():
        generator = np.random.default_rng(0)
        bursts = np.sin(np.arange(60 * RATE) / 3000) > 0
        with soundfile.SoundFile(path, "w", RATE, 1, "PCM_16") as file:
            for _ in range(round(minutes)):
                file.write(0.1 * generator.normal(size=60 * RATE) * bursts)
    cut = Recording.from_file(path, recording_id="a/v/1").to_cut()
    cut.id = "a/v/1"
    cut.supervisions = [SupervisionSegment(cut.id, cut.id, 0, cut.duration, speaker="a")]
    return cut


def measure(cut, student: str) -> None:
    from speechdistill.quality.compute import measure_cut

    measure_cut(cut)


def embed(cut, student: str) -> None:
    import numpy as np

    from speechdistill.inputs.utterances import Utterances
    from speechdistill.models.hyperparameters import Hyperparameters
    from speechdistill.quality.table import QualityTable
    from speechdistill.students import extraction
    from speechdistill.students.student import build_student, student_of

    with tempfile.TemporaryDirectory() as folder:
        yaml = Hyperparameters.read(ROOT / f"recipes/voxceleb/conf/student_{student}.yaml")
        encoder = student_of(build_student(yaml, {}, Path(folder), 1, 5)).encoder
    quality = QualityTable([cut.id], {"quality": np.ones(1)})
    extraction.embed(encoder, Utterances(RATE, 2.0).perceive_cuts([cut], quality), "cpu", 0)


def add_noise(cut, student: str) -> None:
    from speechdistill.corpora.conditions.noisy_copies import NoisyUtterance, write_noisy_copies

    with tempfile.TemporaryDirectory() as folder:
        reason = write_noisy_copies(NoisyUtterance(cut, [cut] * 5), Path(folder), seed=1)
    if reason:
        raise RuntimeError(reason)


TASKS = {"quality": measure, "embedding": embed, "noise": add_noise}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=180)
    parser.add_argument("--student", default="small")
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--recording", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.recording:
        cut = recording(arguments.recording, arguments.minutes)
        started = time.perf_counter()
        TASKS[arguments.tasks[0]](cut, arguments.student)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        seconds = time.perf_counter() - started
        what = f"{arguments.tasks[0]} | {arguments.minutes:g} min"
        print(f"| {what} | {seconds:.0f} s | {peak:.0f} MB |")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.wav"
        recording(path, arguments.minutes)
        for task in arguments.tasks:
            words = [sys.executable, __file__, "--tasks", task, "--recording", str(path)]
            words += ["--minutes", str(arguments.minutes), "--student", arguments.student]
            subprocess.run(words, check=True, env={**os.environ, "TQDM_DISABLE": "1"})


if __name__ == "__main__":
    main()
