#!/usr/bin/env python3
"""Sample trials among what a teacher perceives: images of one person in two videos, or of two.

Non-targets join people of one gender. With the frozen vectors in the same folder, `speechdistill
score` and `evaluate` then say what a pretrained teacher knows before anything is trained on it.
"""

from pathlib import Path

from command import Parser, count, run, whole

from speechdistill.base.errors import InputError
from speechdistill.inputs.items import load_items
from speechdistill.storage.places import ITEMS, Stage
from speechdistill.verification.trials.trial_sampling import sample_trials


def main(arguments) -> None:
    items = load_items(arguments.inputs / ITEMS)
    if not items:
        raise InputError(f"{arguments.inputs} is empty: nothing to sample trials from")
    trials = sample_trials(
        [item.id for item in items],
        [item.person for item in items],
        [item.session for item in items],
        [item.gender for item in items],
        arguments.trials,
        arguments.seed,
    )
    trials.save(arguments.output)


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add(
        "--inputs",
        type=Path,
        required=True,
        help=f"<teacher>/inputs/<set>, made by {Stage.TEACHER}",
    )
    add("--trials", type=count, default=10000, help="how many, if there are as many")
    add("--seed", type=whole, default=1, help="of the sampling")
    add("--output", type=Path, required=True, help="the list, lines `1 a b`")
    run(parser, main)
