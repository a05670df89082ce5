"""Say who of a gallery speaks in a recording, the most similar first.

Scores are cosines; with the model's calibration each is a log-likelihood ratio of that person
against somebody else, and decided on by itself: nobody, or several, may pass.
"""

import argparse
import json

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.commands.model_options import (
    add_costs,
    add_detector,
    add_model,
    calibration_json,
    cost_of,
    detector_of,
    load,
    operating_point,
)
from speechdistill.commands.parser import Parser, count, one_path
from speechdistill.inference.gallery import Gallery
from speechdistill.inference.readable import opened


def add_arguments(parser: Parser) -> None:
    """Add what the command takes."""
    add_model(parser)
    parser.add_argument("gallery", type=one_path, metavar="GALLERY", help="that enrol made")
    parser.add_argument("audio", type=one_path, metavar="AUDIO", help="a recording")
    parser.add_argument("--top-k", type=count, default=5, help="how many people to name")
    add_detector(parser)
    add_costs(parser)


def main(arguments: argparse.Namespace) -> None:
    cost = cost_of(arguments)
    gallery = Gallery.load(arguments.gallery)
    if not gallery.names:
        raise InputError(f"nobody is in {arguments.gallery}: speechdistill enrol adds people")
    embedder = load(arguments)
    gallery.check(embedder, arguments.gallery)
    speech = opened(embedder, arguments.audio, detector_of(arguments))
    scores = gallery.scores(embedder.embed_all([speech])[0])
    calibration = embedder.calibration
    found = []
    for row in np.argsort(-scores, kind="stable")[: arguments.top_k].tolist():
        score = float(scores[row])
        decision = calibration.decide(score, cost) if calibration else None
        found.append((gallery.names[row], score, decision))
    if arguments.json:
        people = [
            {"name": name, "score": score} | calibration_json(decision, cost, calibration)
            for name, score, decision in found
        ]
        print(json.dumps({"audio": str(arguments.audio), "people": people}))
        return
    for name, score, decision in found:
        words = f"cosine {score:.4f}"
        if decision:
            words += f", log-likelihood ratio {decision.llr:+.2f}"
            words += ": accepted" if decision.is_same else ": not accepted"
        print(f"{name}\t{words}")
    if calibration:
        print(operating_point(cost, calibration))
