#!/usr/bin/env python3
"""Look of which kind a corpus is and whether it is in its layout; say what was found."""

import logging

from command import Parser, run
from corpus_options import add_corpus, add_tests

from speechdistill.corpora.folder_walk import walk
from speechdistill.corpora.official_lists import find_list
from speechdistill.corpora.registry import kind_of, read_corpus


def main(arguments) -> None:
    corpus = read_corpus(arguments.data, arguments.corpus)
    for folder in corpus.folders:
        for found in walk(folder):
            corpus.survey.look(found)
    corpus.survey.check(arguments.data, limit=1.0)  # what is too much, prepare_data.py is told
    kinds = dict.fromkeys(kind_of(path, arguments.corpus) for path in arguments.data)
    for test in arguments.test:
        found = read_corpus([test.data], arguments.test_corpus)
        for name in test.lists:
            find_list(name, test.data, found)
    logging.info(
        "found (%s) %d speakers, %d people with faces, %s, %s",
        " and ".join(kinds),
        len(corpus.speakers),
        len(corpus.face_names),
        ", ".join(path.name for path in corpus.tables) or "no metadata",
        ", ".join(each.kept_name for each in corpus.trials) or "no trial list",
    )


if __name__ == "__main__":
    parser = Parser(__doc__)
    add_corpus(parser)
    add_tests(parser)
    run(parser, main)
