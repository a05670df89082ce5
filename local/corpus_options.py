"""What the commands on a corpus share: where it is, of which kind, and on what else is tested."""

from command import Parser, paths

from speechdistill.commands.further_tests import further_tests
from speechdistill.corpora.registry import AUTO, corpus_kinds


def add_corpus(parser: Parser) -> None:
    """Add the corpus and its kind."""
    parser.add_argument(
        "--data",
        type=paths,
        required=True,
        metavar="DIR[,DIR...]",
        help="corpus folders, or files that list a corpus",
    )
    parser.add_argument(
        "--corpus",
        default=AUTO,
        help=f"of which kind it is: {AUTO} to look, or one of "
        + "; ".join(f"{name} ({kind.FORM})" for name, kind in corpus_kinds().items()),
    )


def add_tests(parser: Parser, required: bool = False) -> None:
    """Add further test sets and their kind."""
    parser.add_argument(
        "--test",
        type=further_tests,
        required=required,
        default=[],
        metavar="NAME=DIR[:LIST]",
        help="a further test set: its name in tables, and where it is; several by comma",
    )
    kinds = ", ".join(corpus_kinds())
    parser.add_argument("--test-corpus", default=AUTO, help=f"their kind: {AUTO}, {kinds}")
