#!/usr/bin/env python3
"""What the parts of a training step cost as SpeechBrain, Lhotse or torch do them, and as we do.

Both ways of a part take turns, on batches of the student's own shape. Medians of the time that
passes and of the processor time of all threads; beside other jobs the latter is the steadier one.

    OMP_WAIT_POLICY=PASSIVE .venv/bin/python tools/benchmarks/step_parts.py
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from distillation_step import make_cuts
from speechbrain.augment import time_domain
from speechbrain.lobes import features
from speechbrain.nnet.pooling import StatisticsPooling

from speechdistill.augmentation.drop_freq import DropFreq
from speechdistill.base.process_settings import tune_process
from speechdistill.corpora.cut_audio import load_cut_audio
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.students.fbank import Fbank
from speechdistill.students.student import build_student
from speechdistill.students.xvector import MomentPooling

STUDENT = Path(__file__).parents[2] / "recipes" / "voxceleb" / "conf" / "student_small.yaml"
CHANNELS, CHANNELS_BEFORE = "[64, 64, 64, 64, 192]", "[128, 128, 128, 128, 384]"
PEOPLE = 128
WARM_UP = 3


class Part(NamedTuple):
    """A part of a step, done in two ways."""

    name: str
    before: Callable[[], object]
    after: Callable[[], object]


def parts(folder: Path) -> Iterator[Part]:
    yaml = Hyperparameters.read(STUDENT)
    student = build_student(yaml, {}, folder, seed=1, people=PEOPLE)
    batch, seconds = student["batch_size"], student["sentence_len"]
    waveforms = 0.1 * torch.randn(batch, round(seconds * student["sample_rate"]))
    mels = Fbank(n_mels=student["n_mels"])(waveforms)

    cuts = make_cuts(folder, [f"id{number:05d}" for number in range(batch // 2)])
    yield Part(
        f"reading {batch} chunks of {seconds:g} s: Lhotse's cuts; 16-bit integers",
        lambda: [cut.truncate(offset=1.0, duration=seconds).load_audio()[0] for cut in cuts],
        lambda: [load_cut_audio(cut, 1.0, seconds) for cut in cuts],
    )
    options = {"drop_freq_count_low": 1, "drop_freq_count_high": 3, "drop_freq_width": 0.05}
    yield Part(
        "`DropFreq`, in 47 % of the steps: SpeechBrain's convolution; blocks of FFTs",
        lambda: dropped(time_domain.DropFreq(**options), waveforms),
        lambda: dropped(DropFreq(**options), waveforms),
    )
    theirs, ours = (kind(n_mels=student["n_mels"]) for kind in (features.Fbank, Fbank))
    yield Part(
        "features: SpeechBrain's; one square and sum for the power spectrum",
        lambda: theirs(waveforms),
        lambda: ours(waveforms),
    )
    frames = torch.randn(batch, mels.shape[1], 192, requires_grad=True)
    yield Part(
        "statistics pooling, forward and backward: SpeechBrain's; deviations by norm",
        lambda: there_and_back(StatisticsPooling(), frames),
        lambda: there_and_back(MomentPooling(), frames),
    )
    larger = Hyperparameters(yaml.text.replace(CHANNELS, CHANNELS_BEFORE), yaml.name)
    assert larger.text != yaml.text
    networks = [
        build_student(each, {}, folder, seed=1, people=PEOPLE)["embedding_model"]
        for each in (larger, yaml)
    ]
    yield Part(
        "the network, forward and backward: 128 and 384 channels; 64 and 192",
        lambda: there_and_back(networks[0], mels),
        lambda: there_and_back(networks[1], mels),
    )
    loop, fused = (optimizer(student["embedding_model"], is_fused) for is_fused in (False, True))
    yield Part("AdamW: a loop over tensors; fused", loop.step, fused.step)


def dropped(drop_freq: time_domain.DropFreq, waveforms: torch.Tensor) -> torch.Tensor:
    torch.manual_seed(0)  # both drop the same bands
    return drop_freq(waveforms)


def there_and_back(module: torch.nn.Module, inputs: torch.Tensor) -> None:
    module(inputs).sum().backward()


def optimizer(network: torch.nn.Module, fused: bool) -> torch.optim.Optimizer:
    weights = [torch.nn.Parameter(weight.detach().clone()) for weight in network.parameters()]
    for weight in weights:
        weight.grad = torch.randn_like(weight)
    return torch.optim.AdamW(weights, lr=1e-5, fused=fused)


def milliseconds(part: Part, rounds: int) -> np.ndarray:
    """Return before and after by time that passes and processor time, ``(2, 2)``, medians."""
    found = np.zeros((rounds, 2, 2))
    for number in range(-WARM_UP, rounds):
        for column, way in enumerate((part.before, part.after)):
            started = time.perf_counter(), time.process_time()
            way()
            ended = time.perf_counter(), time.process_time()
            if number >= 0:
                found[number, column] = np.subtract(ended, started)
    return 1000 * np.median(found, axis=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    tune_process()
    torch.set_num_threads(arguments.threads)
    print("| part of a step | before | after | processor time before | after |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for part in parts(Path(folder)):
            (wall, processor), (wall_after, processor_after) = milliseconds(part, arguments.rounds)
            times = (wall, wall_after, processor, processor_after)
            print(f"| {part.name} | " + " | ".join(f"{each:.1f} ms" for each in times) + " |")


if __name__ == "__main__":
    main()
