#!/usr/bin/env python3
"""Write sets as a Kaldi data directory: wav.scp, utt2spk, spk2gender, utt2session, trials, ..."""

import logging

from command import Parser, run

from speechdistill.corpora.export_kaldi import export_kaldi
from speechdistill.storage.output_places import check_output
from speechdistill.storage.places import SETS, Stage


def main(arguments) -> None:
    check_output(arguments.output, [arguments.data], is_folder=True)
    count = export_kaldi(arguments.data, arguments.sets, arguments.output)
    logging.info("wrote %d utterances to %s", count, arguments.output)


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.shared(data=f"made by {Stage.MANIFESTS}", output="the directory to write")
    parser.add_argument(
        "--sets", nargs="+", default=list(SETS), help="folders of --data that go into it"
    )
    run(parser, main)
