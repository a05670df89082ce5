#!/usr/bin/env python3
"""Write the true traits of a synthvox corpus's voices: an ideal teacher by teacher_vectors.yaml.

For analysis alone: no teacher of real people knows this.
"""

from pathlib import Path

from command import Parser, run

from speechdistill.synthvox.truth_tables import voice_traits


def main(arguments) -> None:
    voice_traits(arguments.truth).save(arguments.output)


if __name__ == "__main__":
    parser = Parser(__doc__)
    truth = "truth/ of the corpus, by make_synthvox.py"
    parser.add_argument("--truth", type=Path, required=True, help=truth)
    parser.shared(output="folder of vectors.npy and ids.txt")
    run(parser, main)
