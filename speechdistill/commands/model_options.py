"""What the commands share that use a model: which one, of what in the audio, at which costs."""

import argparse
import math

from speechdistill.commands.parser import Parser, one_path
from speechdistill.inference.load import load_embedder
from speechdistill.inference.speaker_embedder import SpeakerEmbedder
from speechdistill.inference.speech_detection import DETECTORS, Detector
from speechdistill.verification.calibration.operating_point import Decision, DevCalibration
from speechdistill.verification.metrics import DetectionCost


def add_model(parser: Parser) -> None:
    """Add the model."""
    what = "folder of a trained student, or of its export"
    parser.add_argument("model", type=one_path, metavar="MODEL", help=what)
    parser.shared(trust="the model")


def add_detector(parser: Parser) -> None:
    """Add how pauses are found."""
    parser.add_argument(
        "--vad",
        choices=sorted(DETECTORS),
        help="hear speech alone: what is loud, or what the package silero-vad takes for a voice",
    )


def add_costs(parser: Parser) -> None:
    """Add the operating point of decisions."""
    what = "prior probability of one speaker"
    parser.add_argument("--p-target", type=float, default=0.05, help=what)
    parser.shared("json", c_miss=", one speaker taken for two", c_fa=", two taken for one")


def load(arguments: argparse.Namespace) -> SpeakerEmbedder:
    return load_embedder(arguments.model, arguments.trust == "true", remedy="--trust true")


def detector_of(arguments: argparse.Namespace) -> Detector | None:
    return DETECTORS[arguments.vad]() if arguments.vad else None


def cost_of(arguments: argparse.Namespace) -> DetectionCost:
    return DetectionCost(arguments.p_target, arguments.c_miss, arguments.c_fa)


def operating_point(cost: DetectionCost, calibration: DevCalibration) -> str:
    """Say at which prior and costs is decided, and what the ratios come from."""
    return (
        f"decided at a prior of {cost.p_target:g} for one speaker, a miss costing {cost.c_miss:g} "
        f"and a false alarm {cost.c_fa:g}: threshold {cost.threshold:+.2f}; calibration "
        f"{calibration}"
    )


def calibration_json(
    decision: Decision | None, cost: DetectionCost, calibration: DevCalibration | None
) -> dict[str, object]:
    """Return what JSON says of a decision: nulls where there is no calibration."""
    if decision is None or calibration is None:
        return {"llr": None, "threshold": cost.threshold, "same_speaker": None}
    return {
        "llr": decision.llr,
        "threshold": decision.threshold,
        "same_speaker": decision.is_same,
        "p_target": cost.p_target,
        "c_miss": cost.c_miss,
        "c_fa": cost.c_fa,
        "calibration": str(calibration),
    }


def how_likely(llr: float) -> str:
    """Say a natural-log likelihood ratio in words.

    Example
    -------
    >>> how_likely(2.303), how_likely(-0.693)
    ('10 times as likely from one speaker as from two', '2 times as likely from two speakers as \
from one')
    """
    order = "one speaker as from two" if llr >= 0 else "two speakers as from one"
    return f"{math.exp(min(abs(llr), 200.0)):.3g} times as likely from {order}"
