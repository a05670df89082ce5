"""Add a person's recordings to a gallery: a single file, which is made if there is none.

A gallery belongs to the model that it was made with. A person who is in it already gets the
recordings in addition.
"""

import argparse
import logging

from speechdistill.commands.model_options import add_detector, add_model, detector_of, load
from speechdistill.commands.parser import Parser, one_path
from speechdistill.inference.gallery import Gallery
from speechdistill.inference.listed_audio import named_audio
from speechdistill.inference.readable import opened
from speechdistill.storage.output_places import check_output

logger = logging.getLogger("speechdistill")


def add_arguments(parser: Parser) -> None:
    """Add what the command takes."""
    add_model(parser)
    parser.add_argument("gallery", type=one_path, metavar="GALLERY", help="the file")
    parser.add_argument("name", metavar="NAME", help="of the person")
    parser.add_argument(
        "audio", type=one_path, nargs="+", metavar="AUDIO", help="as `speechdistill embed` takes it"
    )
    add_detector(parser)


def main(arguments: argparse.Namespace) -> None:
    path = arguments.gallery
    recordings = [path for _, path in named_audio(arguments.audio)]
    check_output(path, [*arguments.audio, *recordings], what="GALLERY")
    before = Gallery.load(path) if path.exists() else None
    embedder, detector = load(arguments), detector_of(arguments)
    if before is None:
        before = Gallery.empty(embedder.reference, embedder.name)
    before.check(embedder, path)
    speech = [opened(embedder, each, detector) for each in recordings]
    after = before.with_person(arguments.name, embedder.embed_all(speech))
    after.save(path)
    count = int(after.counts[after.names.index(arguments.name)])
    logger.info(
        "%s: recordings of %s: %d; people: %d",
        *(path, arguments.name, count, len(after.names)),
    )
