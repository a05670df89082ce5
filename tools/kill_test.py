#!/usr/bin/env python3
"""Kill a recipe at random moments, start it again each time, and compare what it ends with.

A run that nobody disturbs says how long each stage takes. Then, in another folder, SIGKILL ends the
run and all its processes within every stage in turn, until each has been hit and there were enough
kills; the last start goes through to the end. Both must have the same RESULTS.md and the same
embeddings, bit by bit.

    .venv/bin/python tools/kill_test.py --exp kills -- recipes/synthvox/run.sh --data {exp}/corpus
"""

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

STAGE = re.compile(r"^stage (\d):", flags=re.MULTILINE)


class Run:
    """The recipe in a session of its own, which says by its output in which stage it is."""

    def __init__(self, command: list[str], exp: Path) -> None:
        self.said = exp.with_name(f"{exp.name}.stdout")
        exp.parent.mkdir(parents=True, exist_ok=True)
        with self.said.open("w") as said, exp.with_name(f"{exp.name}.stderr").open("a") as errors:
            words = [word.replace("{exp}", str(exp)) for word in command]
            self.process = subprocess.Popen(
                [*words, "--exp", str(exp)], stdout=said, stderr=errors, start_new_session=True
            )

    def stage(self) -> int:
        """Return the stage it is in; -1 before the first."""
        begun = STAGE.findall(self.said.read_text())
        return int(begun[-1]) if begun else -1

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def time_stages(command: list[str], exp: Path) -> dict[int, float]:
    """Run undisturbed; return the seconds that each stage takes."""
    run, began = Run(command, exp), {}
    while not run.has_ended():
        began.setdefault(run.stage(), time.monotonic())
        time.sleep(0.05)
    if run.process.returncode != 0:
        sys.exit(f"the undisturbed run failed: see {exp}.stderr")
    stages = sorted(began.keys() - {-1})
    ends = [*(began[stage] for stage in stages[1:]), time.monotonic()]
    return {stage: end - began[stage] for stage, end in zip(stages, ends, strict=True)}


def kill_at_random(
    command: list[str], exp: Path, seconds: dict[int, float], kills: int, rng: random.Random
) -> list[int]:
    """Kill and start again, through all stages in order; return the stages that were hit."""
    hit: list[int] = []
    per_stage = -(-kills // len(seconds))
    for stage in seconds:
        for _ in range(per_stage):
            run = Run(command, exp)
            while run.stage() < stage and not run.has_ended():
                time.sleep(0.02)
            time.sleep(rng.uniform(0, seconds[stage]))
            if run.has_ended():
                print(f"aimed at stage {stage}: the run had ended (exit {run.process.returncode})")
                break
            hit.append(run.stage())
            run.kill()
            print(f"kill {len(hit)}: aimed at stage {stage}, hit stage {hit[-1]}", flush=True)
    return hit


def differences(whole: Path, killed: Path) -> list[str]:
    """Name what the two folders do not have in common."""
    found = []
    results = [(exp / "RESULTS.md").read_text().replace(str(exp), "") for exp in (whole, killed)]
    if results[0] != results[1]:
        found.append("RESULTS.md")
    for path in sorted(whole.glob("student*/embeddings/*/vectors.npy")):
        name = path.relative_to(whole)
        if not np.array_equal(np.load(path), np.load(killed / name)):
            found.append(str(name))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--exp", type=Path, required=True, help="folder for both runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "command", nargs="+", help="run.sh and its options; {exp} is the folder of the run"
    )
    arguments = parser.parse_args()
    whole, killed = arguments.exp / "whole", arguments.exp / "killed"
    seconds = time_stages(arguments.command, whole)
    print("seconds per stage:", " ".join(f"{stage}: {it:.1f}" for stage, it in seconds.items()))
    rng = random.Random(arguments.seed)
    hit = kill_at_random(arguments.command, killed, seconds, arguments.kills, rng)
    last = Run(arguments.command, killed)
    if last.process.wait() != 0:
        sys.exit(f"the run could not go on: see {killed}.stderr")
    print(f"{len(hit)} kills; stages hit: {sorted(set(hit))}")
    if unequal := differences(whole, killed):
        sys.exit(f"not the same after the kills: {', '.join(unequal)}")
    print("RESULTS.md and all embeddings are the same")


if __name__ == "__main__":
    main()
