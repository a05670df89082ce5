#!/usr/bin/env python3
"""Pack the audio of every set in shards, read from then on in its place."""

from command import Parser, run

from speechdistill.corpora.packing import pack_set
from speechdistill.quality.table import QualityTable
from speechdistill.storage.places import SETS, SPEECH_QUALITY, Stage


def main(arguments) -> None:
    for name in SETS:
        folder = arguments.data / name
        quality = QualityTable.load(folder / SPEECH_QUALITY)
        pack_set(folder, quality.ids, arguments.nj)


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.shared("nj", data=f"made by {Stage.RATED_SETS}")
    run(parser, main)
