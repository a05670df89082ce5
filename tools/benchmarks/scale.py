#!/usr/bin/env python3
"""What stage 1 costs on VoxCeleb2 and CN-Celeb2 together: 1.7 M files of one second, two corpora.

Two thirds of the files are in VoxCeleb's layout (188 utterances in 25 sessions per speaker), a
third in CN-Celeb2's (265 per speaker); 1,000 trials. All files of a tree are hard links to one, so
that a file takes a folder's entry and no more: in a tmpfs, --trees holds the largest in 1 GB.
Lhotse gets the part in VoxCeleb's layout alone, and so does stage 1 beside it. Each run is a
process of its own with two jobs; see manifests.py for what time and memory are of.

    .venv/bin/python tools/benchmarks/scale.py --trees /dev/shm/trees
"""

import argparse
import shutil
from functools import partial
from pathlib import Path

import numpy as np
import soundfile
from manifests import ROOT, Cost, by_lhotse, cost

VOXCELEB_SHARE, PER_SPEAKER, SESSIONS, CN_PER_SPEAKER = 2 / 3, 188, 25, 265
GENRES = ("entertainment", "interview", "live_broadcast", "singing", "vlog")


def make_trees(folder: Path, files: int) -> tuple[Path, Path]:
    folder.mkdir(parents=True)
    one = folder / "one.wav"
    noise = 1000 * np.random.default_rng(0).normal(size=16000)
    soundfile.write(one, noise.astype(np.int16), 16000, "PCM_16")
    voxceleb, cn_celeb = folder / "VoxCeleb2", folder / "CN-Celeb2_flac"
    meta = ["VoxCeleb1 ID\tVGGFace1 ID\tGender\tNationality\tSet"]
    speakers = max(40, round(VOXCELEB_SHARE * files / PER_SPEAKER))
    for number in range(speakers):
        # Ids as VoxCeleb2's, below those of CN-Celeb2.
        name, part = f"id{number:05d}", "test" if number < speakers // 30 + 2 else "dev"
        meta.append(f"{name}\tPerson_{number}\t{'mf'[number % 2]}\tUK\t{part}")
        for session in range(SESSIONS):
            place = voxceleb / "wav" / name / f"session{session:05d}"
            place.mkdir(parents=True)
            for take in range(session, PER_SPEAKER, SESSIONS):
                (place / f"{take:05d}.wav").hardlink_to(one)
    (voxceleb / "vox1_meta.csv").write_text("\n".join(meta) + "\n")
    tested = speakers // 30 + 2
    trials = [
        f"{row % 2} id{row % tested:05d}/session00000/00000.wav "
        f"id{(row + 1 - row % 2) % tested:05d}/session{row % 24 + 1:05d}/{row % 24 + 1:05d}.wav"
        for row in range(1000)
    ]
    (voxceleb / "veri_test2.txt").write_text("\n".join(trials) + "\n")
    others = max(20, round((1 - VOXCELEB_SHARE) * files / CN_PER_SPEAKER))
    for number in range(others):
        place = cn_celeb / "data" / f"id{10000 + number}"
        place.mkdir(parents=True)
        for take in range(CN_PER_SPEAKER):
            genre, video = GENRES[take % len(GENRES)], take // 50 + 1
            (place / f"{genre}-{video:02d}-{take:03d}.wav").hardlink_to(one)
    names = "".join(f"id{10000 + number}\n" for number in range(others))
    (cn_celeb / "spk.lst").write_text(names)
    return voxceleb, cn_celeb


def stage_1(*trees: Path) -> Cost:
    script = str(ROOT / "local" / "prepare_data.py")
    return cost([script, "--data", ",".join(map(str, trees)), "--nj", "2", "--output"])


def report(files: int, what: str, found: Cost) -> None:
    print(
        f"| {files:,} | {what} | {found.seconds:.1f} s | {found.processor_seconds:.1f} s "
        f"| {1e6 * found.processor_seconds / files:.0f} us | {found.megabytes:.0f} MB |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trees", type=Path, required=True, help="folder for the corpora, a tmpfs")
    parser.add_argument("--files", type=int, nargs="+", default=[17_000, 170_000, 1_700_000])
    parser.add_argument("--peer", type=int, nargs="*", default=[17_000, 34_000])
    arguments = parser.parse_args()
    for files in sorted({*arguments.files, *arguments.peer}):
        folder = arguments.trees / str(files)
        voxceleb, cn_celeb = make_trees(folder, files)
        try:
            paths = partial(Path.rglob, pattern="*.wav")
            of_voxceleb = sum(1 for _ in paths(voxceleb))
            both = of_voxceleb + sum(1 for _ in paths(cn_celeb))
            if files in arguments.files:
                report(both, "stage 1, both corpora", stage_1(voxceleb, cn_celeb))
            if files in arguments.peer:
                ours, theirs = stage_1(voxceleb), by_lhotse(voxceleb)
                report(of_voxceleb, "stage 1, VoxCeleb's layout", ours)
                report(of_voxceleb, "lhotse, VoxCeleb's layout", theirs)
                print(
                    f"lhotse takes {theirs.seconds / ours.seconds:.1f} times the time, "
                    f"{theirs.processor_seconds / ours.processor_seconds:.1f} times the "
                    f"processor time, {theirs.megabytes / ours.megabytes:.1f} times the memory"
                )
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
