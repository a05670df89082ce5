#!/usr/bin/env python3
"""Training steps of networks of 2-D convolutions: channels-last beside the default layout.

The layouts take turns on one thread; times are those of the processor.

    .venv/bin/python tools/benchmarks/memory_layout.py
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from distillation_step import CONF

from speechdistill.models.hyperparameters import Hyperparameters

LAYOUTS = {"default": torch.contiguous_format, "channels-last": torch.channels_last}
INPUTS = {"teacher_face": (32, 3, 64, 64), "student_resnet": (8, 200, 80)}


def build(name: str) -> torch.nn.Module:
    known = {"seed": 1, "output_folder": str(Path("unused")), "out_n_neurons": 100}
    network = Hyperparameters.read(CONF / f"{name}.yaml").build({}, known)["embedding_model"]
    return network.train()


def step_seconds(name: str, precision: str, steps: int) -> dict[str, list[float]]:
    """Return every layout's times, but for those of the first step."""
    networks = {layout: build(name).to(memory_format=kind) for layout, kind in LAYOUTS.items()}
    optimizers = {
        layout: torch.optim.AdamW(network.parameters()) for layout, network in networks.items()
    }
    inputs = torch.randn(INPUTS[name])
    seconds: dict[str, list[float]] = {layout: [] for layout in LAYOUTS}
    for _ in range(steps + 1):
        for layout, network in networks.items():
            started = time.process_time()
            with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
                loss = network(inputs).float().square().mean()
            loss.backward()
            optimizers[layout].step()
            optimizers[layout].zero_grad()
            seconds[layout].append(time.process_time() - started)
    return {layout: values[1:] for layout, values in seconds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=12)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print("| network | precision | default | channels-last | ratio |")
    print("|---|---|---|---|---|")
    for name in INPUTS:
        for precision in ("fp32", "bf16"):
            seconds = step_seconds(name, precision, arguments.steps)
            default, last = (1000 * float(np.median(seconds[layout])) for layout in LAYOUTS)
            ratio = np.median(np.divide(*(seconds[layout] for layout in LAYOUTS)))
            print(f"| {name} | {precision} | {default:.0f} ms | {last:.0f} ms | {ratio:.2f} |")


if __name__ == "__main__":
    main()
