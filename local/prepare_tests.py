#!/usr/bin/env python3
"""Make manifests and trials of further test sets, from corpora of any kind.

Writes <output>/<NAME>/test/{cuts.jsonl.gz,trials/,utt2spk}, enrolment/ where trials name models,
report.txt and skipped.tsv. Where a corpus has no trial list, trials are sampled among its
utterances. A list is a file, or the name of one in the corpus; O, E and H are VoxCeleb1's.
"""

import os
from pathlib import Path

from command import Parser, run
from corpus_options import add_tests

from speechdistill.corpora.prepare_test import TestSettings, prepare_test_set
from speechdistill.storage.places import TRAIN, Stage


def main(arguments) -> None:
    beside = Path(os.path.realpath(arguments.output)).parent / "decoded_audio"
    for test in arguments.test:
        prepare_test_set(
            TestSettings(
                test.data,
                arguments.output / test.name,
                beside / test.name,
                arguments.data / TRAIN,
                test.lists,
                arguments.test_corpus,
                arguments.nj,
                arguments.seed,
                arguments.skipped_limit,
            )
        )


if __name__ == "__main__":
    parser = Parser(__doc__)
    add_tests(parser, required=True)
    parser.shared(
        "nj",
        data=f"made by {Stage.MANIFESTS}: nothing of its training set is tested",
        output="the folder of all further tests",
        seed="trials that are sampled",
        skipped_limit="audio files or trials that may be unusable",
    )
    run(parser, main)
