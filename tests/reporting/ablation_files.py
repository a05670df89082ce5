"""Scores and training logs of made-up students, as an ablation leaves them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from speechdistill.verification.scoring.score_files import write_scores
from speechdistill.verification.trials.trial_list import TrialList


def make_trial_list(path: Path, speakers: int = 10) -> TrialList:
    """Write and return a list over people with three utterances each."""
    names = [f"s{speaker}/v{take}/1.wav" for speaker in range(speakers) for take in range(3)]
    pairs = np.random.default_rng(0).integers(len(names), size=(2, 600))
    enrol, test = np.unique(pairs, axis=1)
    is_other = enrol != test
    labels = (enrol // 3 == test // 3).astype(int)
    trials = TrialList(names, enrol[is_other], test[is_other], labels[is_other])
    trials.save(path)
    return trials


def make_student(
    folder: Path, trials: TrialList, noise_of: Mapping[str, float], seed: int, list_name: str
) -> dict[str, np.ndarray]:
    """Write a student's scores of some sets, noisier or less, and its log; return the scores."""
    scores = {}
    for name, noise in noise_of.items():
        generator = np.random.default_rng([seed, len(name)])
        scores[name] = (trials.labels + noise * generator.normal(size=len(trials))).round(3)
        write_scores(trials, scores[name], folder / "scores" / name / f"{list_name}.txt")
    make_log(folder, [0.4, 0.3 + 0.01 * seed, 0.35])
    return scores


def make_log(folder: Path, dev_eers: Sequence[float]) -> None:
    """Write a training log whose training EERs are half the dev EERs."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{epoch}\t0.1\t{dev}\t{dev / 2}\n" for epoch, dev in enumerate(dev_eers, start=1)]
    (folder / "train_log.tsv").write_text("epoch\tlr\tdev_eer\ttrain_eer\n" + "".join(lines))
