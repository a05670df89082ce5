"""Check a corpus and write manifests, trials and a report.

Writes <output>/{train,dev,test}/cuts.jsonl.gz (Lhotse) and images.jsonl.gz, dev/trials/dev.txt over
held-out training speakers, test/trials/<list>, report.txt, report.json and skipped.tsv. Nothing is
done if neither the arguments nor the corpus changed since.
"""

import argparse
import os
from dataclasses import fields
from pathlib import Path

from command import Parser, count_or_share, paths, run, seconds

from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from speechdistill.corpora.registry import AUTO, corpus_kinds


def main(arguments: argparse.Namespace) -> None:
    beside = Path(os.path.realpath(arguments.output)).parent / "decoded_audio"
    given = vars(arguments) | {"jobs": arguments.nj, "decoded_audio": beside}
    names = [field.name for field in fields(PreparationSettings)]
    prepare_corpus(PreparationSettings(**{name: given[name] for name in names}))


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add(
        "--data",
        type=paths,
        required=True,
        metavar="DIR[,DIR...]",
        help="corpus folders, or files that list a corpus",
    )
    add(
        "--corpus",
        default=AUTO,
        help=f"of which kind it is: {AUTO} to look, or one of "
        + "; ".join(f"{name} ({kind.FORM})" for name, kind in corpus_kinds().items()),
    )
    parser.shared(
        "nj",
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
        "--dev-speakers",
        type=count_or_share,
        metavar="N|SHARE",
        help="training speakers held out for model selection; without this option a tenth, but "
        "from 10 (or a quarter, if that is less) to 100",
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
