"""Check a corpus and write manifests, trials and a report.

Writes <output>/{train,dev,test}/cuts.jsonl.gz (Lhotse) and images.jsonl.gz, dev/trials/dev.txt over
held-out training speakers, test/trials/<list>, report.txt, report.json and skipped.tsv. Nothing is
done if neither the arguments nor the corpus changed since.
"""

import argparse
import os
from dataclasses import fields
from pathlib import Path

from command import Parser, paths, run, seconds
from corpus_options import add_corpus

from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus


def main(arguments: argparse.Namespace) -> None:
    beside = Path(os.path.realpath(arguments.output)).parent / "decoded_audio"
    given = vars(arguments) | {"jobs": arguments.nj, "decoded_audio": beside}
    names = [field.name for field in fields(PreparationSettings)]
    prepare_corpus(PreparationSettings(**{name: given[name] for name in names}))


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add_corpus(parser)
    parser.shared(
        *("nj", "dev_speakers"),
        output="folder to write",
        seed="the choice of dev speakers and dev trials",
        skipped_limit="audio files, images or trials that may be unusable",
    )
    add(
        "--trials",
        type=paths,
        metavar="LIST[,LIST...]",
        help="test trial lists; without this option the corpus's veri_test2.txt or veri_test.txt",
    )
    add(
        "--faces",
        type=Path,
        metavar="DIR",
        help="faces of the corpus's speakers, where it has none: <speaker>/<session>/<frame>.jpg",
    )
    add(
        "--teacher-faces",
        type=Path,
        metavar="DIR",
        help="faces of people who are not in the corpus, <person>/<session>/<frame>.jpg: they "
        "train the teacher too",
    )
    add(
        "--text",
        type=Path,
        metavar="TSV",
        help="lines `id<TAB>sentence` about speakers or utterances; without this option the "
        "corpus's speaker_text.tsv, if it has one",
    )
    add(
        "--drop-trial-speakers",
        action="store_true",
        help="take trial speakers out of training instead of stopping (VoxCeleb1-E and -H with "
        "VoxCeleb1 in --data)",
    )
    add(
        "--min-duration",
        type=float,
        default=1.0,
        help="in seconds; shorter training and dev utterances are skipped, test utterances never",
    )
    add(
        "--join-below",
        type=seconds,
        metavar="SECONDS",
        help="join training and dev utterances of a session that are shorter than this to "
        "neighbours; 5 is usual for CN-Celeb",
    )
    run(parser, main)
