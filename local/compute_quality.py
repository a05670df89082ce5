"""Score the quality of every utterance and every image, in [0, 1].

Writes <set>/quality/speech.tsv, image.tsv and skipped.tsv. Nothing is done if they are newer than
the manifests and of this version's columns.
"""

import argparse
from pathlib import Path

from command import Parser, run

from speechdistill.distributed.processes import process_group
from speechdistill.quality.compute import compute_quality
from speechdistill.storage.places import SETS, TEACHER_SET, Stage


def main(arguments: argparse.Namespace) -> None:
    with process_group():
        for folder in arguments.data:
            sets = [folder / name for name in (*SETS, TEACHER_SET) if (folder / name).is_dir()]
            for part in sets or [folder]:
                compute_quality(part, arguments.nj, arguments.skipped_limit)


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        nargs="+",
        required=True,
        metavar="DIR",
        help=f"made by {Stage.MANIFESTS}: the folder of all sets, or single sets with "
        "cuts.jsonl.gz and images.jsonl.gz",
    )
    parser.shared("nj", skipped_limit="recordings or images that may be unreadable")
    run(parser, main)
