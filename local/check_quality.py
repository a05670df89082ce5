#!/usr/bin/env python3
"""Compare the measured quality of a synthvox corpus with the truth that it was made with.

Prints Spearman's correlation of every measure with the true SNR (by kind of noise, too), the room
and the channel, and of those of images and of the teacher's embeddings with the true degradation.
With --at-least-speech or --at-least-image it fails if quality, over all sets, agrees less.
"""

from collections.abc import Sequence
from pathlib import Path

from command import Parser, run

from speechdistill.reporting.tables import markdown_table
from speechdistill.storage.places import Stage
from speechdistill.synthvox.quality_check import (
    DEGRADATION,
    SNR,
    RankCorrelation,
    check_images,
    check_speech,
    check_teacher,
    require_correlation,
)


def main(arguments) -> None:
    speech = check_speech(arguments.data, arguments.truth)
    images = {"image": check_images(arguments.data, arguments.truth)}
    if arguments.targets:
        images["teacher"] = check_teacher(arguments.targets, arguments.data, arguments.truth)
    for name, found in {"speech": speech, **images}.items():
        print(f"{name}: Spearman's correlation with the truth\n\n{table(found)}")
    if arguments.at_least_speech is not None:
        require_correlation(speech, SNR, arguments.at_least_speech, "quality of speech")
    if arguments.at_least_image is not None:
        for name, found in images.items():
            require_correlation(found, DEGRADATION, arguments.at_least_image, f"quality of {name}")


def table(correlations: Sequence[RankCorrelation]) -> str:
    truths = list(dict.fromkeys(found.truth for found in correlations))
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for found in correlations:
        rows.setdefault((found.part, "n"), {})
        rows.setdefault((found.part, found.measure), {})[found.truth] = f"{found.value:.3f}"
        if found.measure == "quality":
            rows[found.part, "n"][found.truth] = str(found.n)
    return markdown_table(
        ["set", "measure", *truths],
        [[*key, *(cells.get(truth, "") for truth in truths)] for key, cells in rows.items()],
    )


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    parser.shared(data=f"made by {Stage.RATED_SETS}")
    add("--truth", type=Path, required=True, help="truth/ of the corpus, by make_synthvox.py")
    add("--targets", type=Path, help=f"made by {Stage.TARGETS}; without it the teacher is left out")
    add("--at-least-speech", type=float, metavar="R", help="wanted of speech, such as 0.8")
    add(
        "--at-least-image",
        type=float,
        metavar="R",
        help="wanted of images and teacher: 0.7 is -0.7",
    )
    run(parser, main)
