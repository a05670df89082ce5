#!/usr/bin/env python3
"""Copy sets with wrong or degraded faces in the training set, to see what they harm.

The copy is an --exp's data: run.sh goes on there with its quality.
"""

from command import Parser, run, share

from speechdistill.corpora.spoilt_faces import FaceSpoiling, spoil_faces
from speechdistill.storage.places import Stage


def main(arguments) -> None:
    spoiling = FaceSpoiling(arguments.wrong, arguments.degraded, arguments.seed)
    spoil_faces(arguments.data, arguments.output, spoiling)


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.shared(data=f"made by {Stage.MANIFESTS}", output="the copy", seed="which videos")
    add = parser.add_argument
    add("--wrong", type=share, default=0.0, help="share of the videos with another person's faces")
    add("--degraded", type=share, default=0.0, help="share of the videos whose faces are degraded")
    run(parser, main)
