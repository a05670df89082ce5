#!/usr/bin/env python3
"""Embed utterances with students' best checkpoints, or what their YAMLs average.

A set that is embedded already, by these checkpoints from these manifests, is left as it is. Where
there are trials of the set dev, scores are calibrated on them.
"""

from pathlib import Path

from command import Parser, run

from speechdistill.distributed.processes import is_main, process_group
from speechdistill.storage.places import DEV, EMBEDDINGS, TEST, Stage, trial_list
from speechdistill.students.calibration import calibrate_student
from speechdistill.students.extraction import extract_embeddings


def main(arguments) -> None:
    # A further test on its own: batches of all sets together would change the last bits of these.
    groups = [{arguments.data / name: name for name in (DEV, TEST)}]
    groups += [{place / TEST: name} for name, place in arguments.test]
    with process_group():
        for folder in arguments.student_exp:
            for group in groups:
                outputs = {place: folder / EMBEDDINGS / name for place, name in group.items()}
                extract_embeddings(folder, outputs, trust=arguments.trust == "true")
            dev = arguments.data / DEV
            if is_main() and trial_list(dev).exists():
                calibrate_student(folder, dev)


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.shared("test", data=f"made by {Stage.MANIFESTS}", trust="the student")
    parser.add_argument(
        "--student-exp", type=Path, nargs="+", required=True, help=f"made by {Stage.STUDENT}"
    )
    run(parser, main)
