#!/usr/bin/env python3
"""Stages 2 and 7 mapped over cuts by Dask: a local cluster of two workers, beside one process.

Lhotse splits the manifest of a set (CutSet.split_lazy); each part becomes a set of its own, which a
worker rates (stage 2) and embeds (stage 7); what they make is joined in the manifest's order. The
workers share nothing but the file system. Of a cluster elsewhere give the scheduler's address.

    tools/setup.sh dask
    recipes/synthvox/run.sh --stop-stage 7 --exp exp
    .venv/bin/python tools/benchmarks/dask_cuts.py --data exp/data/test \\
        --student-exp exp/student_small-distill_none
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from distributed import Client, LocalCluster
from lhotse import CutSet

from speechdistill.quality.compute import compute_quality
from speechdistill.quality.table import QualityTable
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.places import CUTS, IMAGES, SPEECH_QUALITY
from speechdistill.students.extraction import extract_embeddings


def split(folder: Path, output: Path, chunk_size: int) -> list[Path]:
    """Write a set of its own for every so many cuts of a set."""
    CutSet.from_jsonl_lazy(folder / CUTS).split_lazy(output, chunk_size, prefix="cuts")
    parts = []
    for path in sorted(output.glob("cuts.*.jsonl.gz")):
        part = output / path.name.split(".")[1] / "part"
        part.mkdir(parents=True)
        path.rename(part / CUTS)
        CutSet.from_cuts([]).to_file(part / IMAGES)
        parts.append(part)
    return parts


def rate(part: Path) -> QualityTable:
    compute_quality(part, 1, 0.01)
    return QualityTable.load(part / SPEECH_QUALITY)


def embed(part: Path, student_exp: Path) -> KeyedVectors:
    output = part.parent / "embeddings"
    extract_embeddings(student_exp, {part: output})
    return KeyedVectors(*_loaded(output))


def _loaded(output: Path) -> tuple[list[str], np.ndarray]:
    found = KeyedVectors.load(output)
    return list(found.ids), np.array(found.vectors)


def stages(
    parts: Sequence[Path], student_exp: Path, mapped: Callable
) -> tuple[QualityTable, KeyedVectors, list[float]]:
    started = time.perf_counter()
    quality = QualityTable.joined(list(mapped(rate, parts)))
    rated = time.perf_counter()
    embedded = list(mapped(embed, parts, [student_exp] * len(parts)))
    ids = [name for part in embedded for name in part.ids]
    vectors = KeyedVectors(ids, np.concatenate([part.vectors for part in embedded]))
    return quality, vectors, [rated - started, time.perf_counter() - rated]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--data", type=Path, required=True, help="a set, made by stage 1")
    add("--student-exp", type=Path, required=True, help="made by stage 5 or 6")
    add("--cuts", type=int, default=100, help="in a part")
    add("--scheduler", help="address of a cluster; by default two workers of this machine")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # One process takes the set whole.
        whole = Path(folder) / "whole" / "part"
        shutil.copytree(arguments.data, whole, ignore=shutil.ignore_patterns("quality", "shar"))
        one = stages([whole], arguments.student_exp, map)
        parts = split(arguments.data, Path(folder) / "parts", arguments.cuts)
        started = time.perf_counter()
        with ExitStack() as open_until_here:
            cluster = arguments.scheduler or open_until_here.enter_context(
                LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
            )
            client = open_until_here.enter_context(Client(cluster))
            began = time.perf_counter() - started

            def mapped(function: Callable, *lists: Sequence) -> list:
                return client.gather(client.map(function, *lists))

            many = stages(parts, arguments.student_exp, mapped)
    for name, column in one[0].columns.items():
        np.testing.assert_array_equal(column, many[0].columns[name])
    assert one[1].ids == many[1].ids
    apart = np.abs(one[1].vectors - many[1].vectors).max() / np.abs(one[1].vectors).max()
    print(f"{len(one[1])} cuts in {len(parts)} parts; the cluster was there after {began:.1f} s")
    for stage, alone, shared in zip((2, 7), one[2], many[2], strict=True):
        print(f"stage {stage}: one process {alone:.1f} s, two workers {shared:.1f} s")
    print(f"qualities are equal; embeddings to {apart:.1g} of the largest component")


if __name__ == "__main__":
    main()
