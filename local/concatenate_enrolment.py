#!/usr/bin/env python3
"""Write the audio of each enrolled model's utterances in one piece, to be embedded as one.

`speechdistill score --enrolment LIST --enrol-by concatenation` takes the embeddings made from it.
"""

from pathlib import Path

from command import Parser, run

from speechdistill.storage.output_places import check_output
from speechdistill.verification.trials.enrolment import read_enrolment
from speechdistill.verification.trials.enrolment_audio import concatenate_audio


def main(arguments) -> None:
    inputs = [arguments.enrolment, arguments.audio]
    check_output(arguments.output, inputs, is_folder=True)
    models = read_enrolment(arguments.enrolment)
    concatenate_audio(models, arguments.audio, arguments.output, arguments.skipped_limit)


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add("--enrolment", type=Path, required=True, help="lines `model utterance utterance ...`")
    add("--audio", type=Path, required=True, help="the folder in which the utterances are")
    parser.shared(
        output="folder of <model>.wav; its own is replaced",
        skipped_limit="models that may lack audio",
    )
    run(parser, main)
