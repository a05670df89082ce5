#!/usr/bin/env python3
"""What training without speaker labels makes of many videos before it starts, faces and voices.

Videos of people at random: a face and a voice of each utterance, whose vectors differ from the
person's by noise. `pairs` clusters from the distances of all pairs however many there are: its
memory grows with their square.

    .venv/bin/python tools/benchmarks/clusters.py --videos 21819 --people 1211
    .venv/bin/python tools/benchmarks/clusters.py --videos 145569 --people 5994
"""

import argparse
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from sklearn.metrics import adjusted_rand_score

from speechdistill.distillation import clusters
from speechdistill.distillation.labels import LabelSettings
from speechdistill.distillation.owners import Owners
from speechdistill.distillation.prototypes import weighted_means
from speechdistill.distillation.targets import TeacherTargets
from speechdistill.inputs.items import InputItem
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.quality.table import QualityTable
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.training.unlabelled import with_classes

UTTERANCES = 7  # of a video
FACE, VOICE = (128, 1.0), (192, 2.0)  # dimensions, noise


@contextmanager
def measured(what: str) -> Iterator[None]:
    started, begun = time.perf_counter(), time.process_time()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    elapsed, processor = time.perf_counter() - started, time.process_time() - begun
    print(f"| {what} | {elapsed:.1f} s | {processor:.1f} s | {peak:.0f} MB |", flush=True)


def vectors_of(who: np.ndarray, dimension: int, noise: float, seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    vectors = generator.standard_normal((len(who), dimension), dtype=np.float32)
    vectors *= noise
    vectors += generator.standard_normal((who.max() + 1, dimension), dtype=np.float32)[who]
    return vectors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--videos", type=int, default=21_819)
    parser.add_argument("--people", type=int, default=1_211)
    parser.add_argument("--pairs", action="store_true", help="keep all pairs' distances")
    arguments = parser.parse_args()
    if arguments.pairs:
        clusters.MOST_IN_PAIRS = arguments.videos
    generator = np.random.default_rng(0)
    who = np.sort(generator.integers(0, arguments.people, arguments.videos))
    videos = [f"id{person:05d}/{number:06d}" for number, person in enumerate(who.tolist())]
    with measured("made"):
        owner = np.repeat(np.arange(len(who)), UTTERANCES)
        ids = [f"{videos[row]}/{number}" for number, row in enumerate(owner.tolist())]
        faces, voices = (
            KeyedVectors(ids, vectors_of(who[owner], *kind, seed))
            for seed, kind in enumerate((FACE, VOICE))
        )
        quality = QualityTable(ids, {"quality": generator.random(len(ids))})
        parts = [name.split("/") for name in ids]
        items = [InputItem(name, *part[:2], part[0]) for name, part in zip(ids, parts, strict=True)]
        owners = Owners([part[0] for part in parts], [part[1] for part in parts])
        training = PerceivedSet(items, lambda row, how: row, quality)
        none = KeyedVectors([], np.zeros((0, FACE[0]), dtype=np.float32))
        targets = TeacherTargets(faces, none, {}, 1.0, quality, owners)
    with measured("temperature and prototypes"):
        with_classes(training, {"face": targets}, LabelSettings("video"), "auto", False)
    with measured("means of the videos"):
        of_video = [videos[row] for row in owner.tolist()]
        views = [
            weighted_means(each.vectors, np.ones(len(ids)), of_video) for each in (faces, voices)
        ]
    with measured("clusters"):
        found, _ = clusters.find_clusters([each.vectors for each in views])
    print(f"{found.max() + 1} clusters, adjusted Rand index {adjusted_rand_score(who, found):.4f}")


if __name__ == "__main__":
    main()
