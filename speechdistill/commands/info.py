"""Say what is known of a model."""

import argparse
import json
from dataclasses import asdict

from speechdistill.commands.model_options import add_model, load
from speechdistill.commands.parser import Parser


def add_arguments(parser: Parser) -> None:
    """Add what the command takes."""
    add_model(parser)
    parser.shared("json")


def main(arguments: argparse.Namespace) -> None:
    embedder = load(arguments)
    parameters = sum(each.numel() for each in embedder.encoder.parameters())
    facts = {
        "name": embedder.name,
        "sample rate": embedder.sample_rate,
        "dimension": embedder.dimension,
        "parameters": parameters,
        **embedder.facts,
    }
    calibration = embedder.calibration
    if arguments.json:
        print(json.dumps(facts | {"calibration": calibration and asdict(calibration)}))
        return
    facts["calibration"] = calibration or "none: `verify` gives a score and decides nothing"
    for name, value in facts.items():
        print(f"{name}: {value}")
