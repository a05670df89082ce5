#!/usr/bin/env python3
"""Stage 0: look whether a corpus is in VoxCeleb's layout, and say what was found."""

import logging

from command import Parser, paths, run

from speechdistill.corpora.folder_walk import walk
from speechdistill.corpora.layout import find_layout
from speechdistill.corpora.survey import folders_to_walk


def main(arguments) -> None:
    layout = find_layout(arguments.data)
    folders, survey = folders_to_walk(layout)
    for folder in folders:
        for found in walk(folder):
            survey.look(found)
    survey.check(arguments.data, limit=1.0)  # what is too much, stage 1 is told
    logging.info(
        "found %d speakers, %d people with faces, %s, %s",
        len(layout.speaker_folders),
        len(layout.face_folders),
        ", ".join(path.name for path in layout.metadata) or "no metadata",
        layout.trial_list.name if layout.trial_list else "no trial list",
    )


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.add_argument(
        "--data", type=paths, required=True, metavar="DIR[,DIR2]", help="the corpus"
    )
    run(parser, main)
