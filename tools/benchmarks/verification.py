#!/usr/bin/env python3
"""What EER and minDCF cost, and the bootstrap: ours against scikit-learn, SpeechBrain, WeSpeaker.

All get the same random scores, half of them targets, and are taken in turn in one process, so that
whatever else the machine does weighs on all alike. Times are medians; memory is what numpy
allocates at most, beyond the scores. SpeechBrain's EER tries every threshold: above the
smallest size it is timed on scores rounded to some thousand thresholds, and scaled by their number.
Its minDCF is left out: it builds a matrix of thresholds by trials (17 GB for the smallest size).

    .venv/bin/python tools/benchmarks/verification.py
"""

import argparse
import time
import tracemalloc
from collections.abc import Callable
from functools import partial

import numpy as np
import sklearn
import speechbrain
import torch
from sklearn.metrics import roc_curve
from speechbrain.utils.metric_stats import EER

from speechdistill.verification.intervals.bootstrap import SpeakerBootstrap
from speechdistill.verification.intervals.replicated import relative_change
from speechdistill.verification.metrics import DetCurve, eer, min_dcf

try:
    from wespeaker.utils.score_metrics import compute_c_norm, compute_eer, compute_pmiss_pfa_rbst
except ImportError:
    compute_pmiss_pfa_rbst = None

SIZES = (37_720, 581_480, 5_000_000)
SPEAKERS = 1251
Sides = tuple[np.ndarray, np.ndarray]


def sample_scores(trials: int) -> Sides:
    generator = np.random.default_rng(0)
    return generator.normal(2, 1, trials // 2), generator.normal(0, 1, trials - trials // 2)


def ours(sides: Sides) -> tuple[float, float]:
    return eer(*sides), min_dcf(*sides)


def by_scikit_learn(sides: Sides) -> tuple[float, float]:
    labels = np.repeat([1, 0], [len(side) for side in sides])
    false_alarms, hits, _ = roc_curve(labels, np.concatenate(sides))
    misses = 1 - hits
    equal = float(np.interp(0, (false_alarms - misses), false_alarms))
    return equal, float((0.01 * misses + 0.99 * false_alarms).min() / 0.01)


def by_wespeaker(sides: Sides) -> tuple[float, float]:
    labels = np.repeat([1, 0], [len(side) for side in sides])
    misses, false_alarms = compute_pmiss_pfa_rbst(np.concatenate(sides), labels)
    equal = compute_eer(misses, false_alarms, np.concatenate(sides))[0]
    return float(equal), float(compute_c_norm(misses, false_alarms))


def eer_by_speechbrain(sides: Sides) -> tuple[float, float]:
    return EER(*(torch.from_numpy(side) for side in sides))[0], np.nan


def timed(compute: Callable[[Sides], tuple[float, float]], sides: Sides) -> float:
    started = time.perf_counter()
    compute(sides)
    return time.perf_counter() - started


def memory_mb(compute: Callable[[Sides], tuple[float, float]], sides: Sides) -> float:
    tracemalloc.start()
    compute(sides)
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return highest / 1e6


def compare(trials: int, repeats: int) -> None:
    sides = sample_scores(trials)
    systems = {"ours": ours, "scikit-learn": by_scikit_learn}
    if compute_pmiss_pfa_rbst is not None:
        systems["WeSpeaker"] = by_wespeaker
    found = {name: compute(sides) for name, compute in systems.items()}
    for name, values in found.items():
        np.testing.assert_allclose(values, found["ours"], rtol=1e-3, err_msg=name)
    seconds = {name: [] for name in systems}
    for _ in range(repeats):
        for name, compute in systems.items():
            seconds[name].append(timed(compute, sides))
    our_seconds = np.median(seconds["ours"])
    for name, compute in systems.items():
        ratio = np.median(np.divide(seconds[name], seconds["ours"]))
        print(
            f"| {trials:,} | {name} | {1000 * np.median(seconds[name]):.1f} ms | {ratio:.1f} "
            f"| {memory_mb(compute, sides):.0f} MB |"
        )
    if trials == max(SIZES):
        return
    if trials == min(SIZES):
        tried, scale = sides, 1.0
    else:
        tried = tuple(side.round(3) for side in sides)
        thresholds = len(np.unique(np.concatenate(tried)))
        scale = len(np.unique(np.concatenate(sides))) / thresholds
    of_eer = np.median([timed(lambda pair: (eer(*pair), 0), sides) for _ in range(repeats)])
    speechbrain_seconds = scale * timed(eer_by_speechbrain, tried)
    scaled = "" if scale == 1 else " (scaled)"
    print(
        f"| {trials:,} | SpeechBrain, EER alone{scaled} | {1000 * speechbrain_seconds:,.0f} ms "
        f"| {speechbrain_seconds / our_seconds:,.0f} (ours, EER alone: "
        f"{speechbrain_seconds / of_eer:,.0f}) | |"
    )


def bootstrap(trials: int) -> None:
    generator = np.random.default_rng(0)
    labels = np.repeat([1, 0], trials // 2)
    enrol, other = generator.integers(SPEAKERS, size=(2, trials))
    test = np.where(labels == 1, enrol, np.where(other == enrol, (enrol + 1) % SPEAKERS, other))
    metrics = {
        "EER": DetCurve.eer,
        "minDCF p=0.01": partial(DetCurve.min_dcf, p_target=0.01),
        "minDCF p=0.05": partial(DetCurve.min_dcf, p_target=0.05),
    }
    resampling = SpeakerBootstrap(labels, enrol, test, replicates=1000)
    systems = [2 * labels + generator.normal(size=trials) for _ in range(2)]
    started = time.perf_counter()
    one = resampling.evaluate(systems[0], metrics)
    alone = time.perf_counter() - started
    other_system = resampling.evaluate(systems[1], metrics)
    for name in metrics:
        relative_change(one[name], other_system[name])
    both = time.perf_counter() - started
    print(
        f"\n1,000 replicates over {SPEAKERS} speakers, {trials:,} trials, EER and minDCF at two "
        f"priors: {alone:.1f} s for a system, {both:.1f} s for two and their paired test"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    print(
        f"numpy {np.__version__}, scikit-learn {sklearn.__version__}, torch {torch.__version__}, "
        f"speechbrain {speechbrain.__version__}, "
        f"WeSpeaker {'not ' if compute_pmiss_pfa_rbst is None else ''}importable\n\n"
        "| trials | EER and minDCF by | time | times ours | memory |\n|---|---|---|---|---|"
    )
    for trials in arguments.sizes:
        compare(trials, arguments.repeats)
    bootstrap(581_480)


if __name__ == "__main__":
    main()
