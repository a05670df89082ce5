"""What the commands on the students of an ablation share: which students there are."""

from argparse import ArgumentTypeError, Namespace
from pathlib import Path

from command import Parser, count, named, share

from speechdistill.corpora.images.sample_grid import TrainingCondition
from speechdistill.experiments.cell import TESTS
from speechdistill.experiments.grid import Grid
from speechdistill.experiments.rows import Row, read_rows
from speechdistill.storage.places import Stage


def shares(text: str) -> TrainingCondition:
    try:
        label_noise, degraded = map(share, text.split(","))
    except (ValueError, ArgumentTypeError) as error:
        raise ArgumentTypeError(
            f"{text} is not two shares, from 0 to 1: LABEL_NOISE,DEGRADED"
        ) from error
    return TrainingCondition(label_noise, degraded)


def grid_parser(description: str | None, overrides_of: str | None = None) -> Parser:
    parser = Parser(description, overrides_of)
    add = parser.add_argument
    add("--measure", choices=list(TESTS), required=True, help="what students are tested on")
    add("--cells", type=Path, required=True, help="folder of the students")
    add(
        "--rows",
        type=Path,
        required=True,
        help="lines `row YAML [--KEY VALUE ...]`, the first the baseline",
    )
    add("--recipe", type=Path, default=Path(), help="where their YAMLs are looked for as well")
    add(
        "--distill",
        type=named(str),
        action="append",
        default=[],
        metavar="ROW=YAML",
        help="another YAML for a row, or for a row more",
    )
    add("--sweep", action="store_true", help="test nothing: dev items alone tell")
    add(
        "--condition",
        type=named(shares),
        nargs="+",
        default=[],
        metavar="NAME=LABEL_NOISE,DEGRADED",
        help="shares of wrong labels and degraded images in training sets, such as noisy=0.3,0",
    )
    add("--images-per-class", type=count, nargs="+", default=[], help="in these training sets")
    parser.shared(
        *("nj", "seeds", "test"),
        data=f"made by {Stage.RATED_SETS}",
        skipped_limit="trials without score",
    )
    return parser


def rows_of(arguments: Namespace) -> list[Row]:
    return read_rows(arguments.rows, arguments.recipe, dict(arguments.distill))


def grid_of(arguments: Namespace, rows: list[Row]) -> Grid:
    return Grid(
        arguments.cells,
        [row.name for row in rows],
        range(1, arguments.seeds + 1),
        [f"{name}/{size}" for name, _ in arguments.condition for size in arguments.images_per_class]
        or [""],
    )
