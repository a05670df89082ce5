#!/usr/bin/env python3
"""What it takes to start training on VoxCeleb2's size: 1.1 M cuts of 5,994 speakers, no audio.

Makes manifests and a quality table as stages 1 and 2 write them (ten face paths per cut) and a
teacher's embedding per cut, then, in a process of its own, does what training does until the first
batch could be read: perceives the set, pairs it with the teacher, and samples the first batch of an
epoch by each sampler. Memory is the peak of that process, libraries included.

    .venv/bin/python tools/benchmarks/million_cuts.py --folder /tmp/million
"""

import argparse
import resource
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np

from speechdistill.corpora.cut_records import cut_record
from speechdistill.corpora.integrity import AudioHeader
from speechdistill.corpora.json_lines import compressed_lines, member_writer
from speechdistill.corpora.utterances import Utterance
from speechdistill.quality.table import QualityTable
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.places import CUTS

SPEAKERS, SESSION, DIMENSION = 5994, 7, 16
MEASURED = ("snr_db", "clipping", "bandwidth_hz", "decay_s", "net_s")


def make(folder: Path, cuts: int) -> None:
    random = np.random.default_rng(0)
    ids = []
    with member_writer(folder / "train" / CUTS) as write:
        for speaker, count in enumerate(np.diff(np.linspace(0, cuts, SPEAKERS + 1).astype(int))):
            records = []
            for number in range(count):
                session = f"v{speaker:05d}{number // SESSION:05d}"
                name = f"id{speaker:05d}/{session}/{number:05d}"
                audio = Path(f"/corpora/VoxCeleb2/dev/wav/{name}.wav")
                header = AudioHeader(16000, int(random.integers(64_000, 320_000)))
                utterance = Utterance(name, audio, f"id{speaker:05d}", session)
                records.append(cut_record(utterance, header, audio, "m", None))
                ids.append(name)
            write(compressed_lines(records))
    columns = {name: random.random(len(ids)) for name in ("quality", *MEASURED)}
    QualityTable(ids, columns).save(folder / "train" / "quality" / "speech.tsv")
    vectors = random.normal(size=(len(ids), DIMENSION)).astype(np.float32)
    KeyedVectors(ids, vectors).save(folder / "embeddings")


def start(folder: Path) -> None:
    started = time.perf_counter()

    def report(what: str) -> None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        processor = usage.ru_utime + usage.ru_stime
        print(
            f"| {what} | {time.perf_counter() - started:.1f} s | {processor:.1f} s "
            f"| {usage.ru_maxrss / 1024:.0f} MB |",
            flush=True,
        )

    # What training imports is part of its start.
    from speechdistill.distillation.owners import Owners
    from speechdistill.distillation.pairing import TeacherPairing
    from speechdistill.distillation.term import View
    from speechdistill.inputs.items import labels_of
    from speechdistill.inputs.utterances import Utterances
    from speechdistill.sampling import PersonBalanced, QualityWeighted, RandomOrder
    from speechdistill.training.inputs_data import InputDataset, training_loader

    report("libraries")
    training = Utterances(16000, 3.0).perceive(folder, folder, "train")
    people = sorted(set(labels_of(training.items)))
    report("manifest and quality")
    embeddings = KeyedVectors.load(folder / "embeddings")
    columns = training.items.table.columns
    owners = Owners(columns["speaker"].tolist(), columns["session"].tolist())
    pairing = TeacherPairing(embeddings, owners, {}, "same_video")
    report("teacher's embeddings, paired")
    class_of = {person: column for column, person in enumerate(people)}
    dataset = InputDataset(training, class_of, {View("same_video"): pairing}, seed=1)
    for kind in (
        RandomOrder,
        partial(PersonBalanced, items_per_person=4),
        partial(QualityWeighted, floor=0.1),
    ):
        batches = training_loader(dataset, {"batch_size": 256, "sampler": kind}, 0).batch_sampler
        batches.set_epoch(1)
        rows = next(iter(batches))
        report(f"first of {len(batches):,} batches, {type(batches).__name__}")
        assert len({training.items[row].id for row in rows}) > 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="for what is made")
    parser.add_argument("--cuts", type=int, default=1_100_000)
    parser.add_argument("--start", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.start:
        start(arguments.folder)
        return
    if not (arguments.folder / "embeddings").exists():
        make(arguments.folder, arguments.cuts)
    command = [sys.executable, __file__, "--folder", str(arguments.folder), "--start"]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
