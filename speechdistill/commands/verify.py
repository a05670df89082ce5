"""Say whether two recordings are of one speaker.

The score is the cosine of their embeddings. The calibration that was fitted on the model's dev
trials makes a log-likelihood ratio of it, which is decided by at the lowest expected cost.
"""

import argparse
import json

from speechdistill.commands.model_options import (
    add_costs,
    add_detector,
    add_model,
    calibration_json,
    cost_of,
    detector_of,
    how_likely,
    load,
    operating_point,
)
from speechdistill.commands.parser import Parser, one_path
from speechdistill.inference.readable import opened


def add_arguments(parser: Parser) -> None:
    """Add what the command takes."""
    add_model(parser)
    parser.add_argument("enrol", type=one_path, metavar="A", help="a recording")
    parser.add_argument("test", type=one_path, metavar="B", help="another")
    add_detector(parser)
    add_costs(parser)


def main(arguments: argparse.Namespace) -> None:
    cost = cost_of(arguments)
    embedder, detector = load(arguments), detector_of(arguments)
    paths = arguments.enrol, arguments.test
    enrol, test = embedder.embed_all([opened(embedder, path, detector) for path in paths])
    score = float(embedder.similarity(enrol, test))
    calibration = embedder.calibration
    decision = calibration.decide(score, cost) if calibration else None
    if arguments.json:
        found = {"enrol": str(paths[0]), "test": str(paths[1]), "score": score}
        print(json.dumps(found | calibration_json(decision, cost, calibration)))
        return
    if decision is None or calibration is None:
        print(f"cosine {score:.4f}; {embedder.name} has no calibration, so nothing is decided")
        return
    print("the same speaker" if decision.is_same else "different speakers")
    print(
        f"cosine {score:.4f}, log-likelihood ratio {decision.llr:+.2f}: {how_likely(decision.llr)}"
    )
    print(operating_point(cost, calibration))
