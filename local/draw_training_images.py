#!/usr/bin/env python3
"""Draw training sets of several sizes and conditions with several seeds, and rate their images.

Writes <output>/<condition>/<images per class>/seed<N>/ with train/ and truth/, and links to the
other sets of --data. Those that are there are left as they are.
"""

import os
from argparse import ArgumentTypeError
from pathlib import Path

from command import Parser, run

from speechdistill.corpora.images.draw_grid import TrainingCondition, draw_grid
from speechdistill.quality.compute import compute_quality


def condition(text: str) -> tuple[str, TrainingCondition]:
    try:
        name, shares = text.split("=")
        label_noise, degraded = map(float, shares.split(","))
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is not NAME=LABEL_NOISE,DEGRADED") from error
    return name, TrainingCondition(label_noise, degraded)


def main(arguments) -> None:
    seeds = range(1, arguments.seeds + 1)
    folders = draw_grid(
        arguments.data,
        arguments.output,
        dict(arguments.condition),
        arguments.images_per_class,
        seeds,
    )
    for folder in folders:
        compute_quality(folder / "train", arguments.nj, skipped_limit=0)


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="made by stage 1")
    add("--output", type=Path, required=True, help="the folder of the training sets")
    add("--images-per-class", type=int, nargs="+", required=True, help="sizes")
    add(
        "--condition",
        type=condition,
        nargs="+",
        required=True,
        metavar="NAME=LABEL_NOISE,DEGRADED",
        help="shares of wrong labels and of spoilt images, such as noisy=0.3,0",
    )
    add("--seeds", type=int, default=1, help="draws of each, with seeds 1 to this")
    add("--nj", type=int, default=os.cpu_count(), help="number of processes")
    run(parser, main)
