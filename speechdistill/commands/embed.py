"""Embed recordings of any format that libsndfile reads, of any rate, number of channels and length.

AUDIO is a recording; a folder, for all below it; a list X.txt, a path per line; or X.scp, lines
`id path`. Without X.scp the ids are paths without extension, in a folder those within it. The
output is X.npz (ids, vectors), X.npy with X.ids, or X.ark with X.scp: `speechdistill score` reads
them all. Recordings that cannot be read are left out and listed in X.skipped.
"""

import argparse
import logging
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.commands.model_options import add_detector, add_model, detector_of, load
from speechdistill.commands.parser import Parser, one_path
from speechdistill.inference.listed_audio import listed_audio
from speechdistill.inference.readable import embed_readable
from speechdistill.storage.files import written_whole
from speechdistill.storage.output_places import check_output
from speechdistill.verification.scoring.saved_embeddings import places_of, save_embeddings

logger = logging.getLogger("speechdistill")

HEADER = "id\twhy it has no embedding\n"


def add_arguments(parser: Parser) -> None:
    """Add what the command takes."""
    add_model(parser)
    parser.add_argument("audio", type=one_path, nargs="+", metavar="AUDIO")
    parser.add_argument(
        "-o", "--output", type=one_path, required=True, help=".npz, .npy, .ark or .scp"
    )
    add_detector(parser)
    parser.shared(skipped_limit="recordings that may be unreadable")


def main(arguments: argparse.Namespace) -> None:
    output = arguments.output
    places, listing = places_of(output), output.with_name(f"{output.stem}.skipped")
    paths = listed_audio(arguments.audio)
    for place in [*places, listing]:
        check_output(place, [*arguments.audio, *paths.values()])
    _check_listing(listing)
    embedder = load(arguments)
    embeddings, broken = embed_readable(embedder, paths, detector_of(arguments), True)
    if broken:
        with written_whole(listing) as partial:
            lines = [f"{name}\t{reason}\n" for name, reason in broken.items()]
            partial.write_text("".join([HEADER, *lines]), encoding="utf-8")
    else:
        listing.unlink(missing_ok=True)
    if len(broken) > arguments.skipped_limit * len(paths):
        first = next(iter(broken.values()))
        raise InputError(
            f"{len(broken)} of {len(paths)} recordings cannot be embedded (all in {listing}): "
            f"{first}; mend them, or raise --skipped-limit ({arguments.skipped_limit})"
        )
    save_embeddings(embeddings, output)
    logger.info(
        "%d embeddings of dimension %d are in %s",
        *(len(embeddings), embedder.dimension, " and ".join(map(str, places))),
    )


def _check_listing(listing: Path) -> None:
    """Refuse a file that this command did not write: it will be replaced, or removed."""
    if listing.is_file() and not listing.read_bytes().startswith(HEADER.encode()):
        raise InputError(
            f"{listing} is there and lists no recordings that were left out: move it away, or give "
            "another --output"
        )
