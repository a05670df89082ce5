"""EER, minDCF and more of score files on a labelled trial list; usable with anybody's scores.

Score files have lines `enrol test score`, in any order. With several, the others are compared with
the first by a paired bootstrap over speakers. With --calibrate-on, log-likelihood ratios are made
from the scores, and from quality measures if --quality-measures names some.

Prints Markdown tables. EER is that of the piecewise linear ROC curve through all operating points
(--convex-hull adds that of its hull); minDCF and actDCF are normalised; Cllr is in bits. A trial
that a list or a score file has more than once counts once: it is no more evidence. Lines that
contradict each other (two labels, two scores of one pair) are an error. Notes below the tables say
what flatters the figures.
"""

import argparse
import logging
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.commands.parser import Parser
from speechdistill.reporting.det_plot import check_plot, plot_det
from speechdistill.reporting.evaluation import swapped_notes
from speechdistill.reporting.score_report import (
    ScoreReport,
    bootstrap_of,
    calibrated,
    comparison_table,
    system_table,
)
from speechdistill.reporting.scored_trials import ScoredTrials
from speechdistill.reporting.trial_notes import trial_notes
from speechdistill.storage.output_places import check_output
from speechdistill.verification.metrics import DetectionCost
from speechdistill.verification.scoring.score_files import write_scores
from speechdistill.verification.trials.breakdown import groups_by_column
from speechdistill.verification.trials.utterance_facts import UtteranceFacts

logger = logging.getLogger("speechdistill")


def add_arguments(parser: Parser) -> None:
    """Add what the command takes."""
    add = parser.add_argument
    add(
        "--trials",
        type=Path,
        required=True,
        help="with labels: `1 enrol test`, `enrol test target`",
    )
    add(
        "--scores",
        type=perhaps_named,
        action="append",
        required=True,
        metavar="[NAME=]FILE",
        help="of one system; repeat for each, the baseline first",
    )
    add("--p-target", type=float, nargs="+", default=[0.01, 0.05], help="priors of DCF")
    parser.shared("c_miss", "c_fa")
    add("--convex-hull", action="store_true", help="give the EER on the convex hull, too")
    add(
        "--llrs",
        action="store_true",
        help="the scores are natural-log likelihood ratios: give Cllr and actual DCF",
    )
    add(
        "--calibrate-on",
        type=Path,
        nargs="+",
        metavar=("TRIALS", "SCORES"),
        help="development trials, of other speakers, and each system's scores of them",
    )
    add(
        "--quality-measures",
        nargs="+",
        default=[],
        metavar="COLUMN",
        help="numbers of --utterances to calibrate with; log:COLUMN takes the logarithm",
    )
    add("--calibrated-scores", type=Path, metavar="FOLDER", help="for <system>.txt, calibrated")
    add(
        "--utterances",
        type=perhaps_named,
        nargs="+",
        default=[],
        metavar="[COLUMN=]FILE",
        help="tables with header, by utterance or speaker (vox1_meta.csv, speech.tsv); "
        "or one column as lines `id value` (duration=utt2dur)",
    )
    add(
        "--breakdown",
        type=column_and_edges,
        nargs="+",
        default=[],
        metavar="COLUMN[:EDGE,...]",
        help="columns of --utterances by which trials are grouped, and session, which VoxCeleb's "
        "names say; numbers by the weaker side, in thirds or between EDGEs",
    )
    add(
        "--speakers",
        type=Path,
        help="lines `utterance speaker`; by default a speaker is the first path part of the names",
    )
    parser.bootstrap("; 0 for no intervals")
    add("--det-plot", type=Path, metavar="PLOT", help="DET curves: .png, .pdf or .svg")
    parser.shared(skipped_limit="trials that may lack a score by some system")


def perhaps_named(text: str) -> tuple[str | None, Path]:
    name, equals, path = text.partition("=")
    return (name, Path(path)) if equals else (None, Path(text))


def column_and_edges(text: str) -> tuple[str, list[float] | None]:
    column, colon, edges = text.partition(":")
    try:
        return column, [float(edge) for edge in edges.split(",")] if colon else None
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text} is not COLUMN or COLUMN:NUMBER,NUMBER,..."
        ) from None


def load_development(arguments: argparse.Namespace, scored: ScoredTrials) -> ScoredTrials | None:
    if not arguments.calibrate_on:
        if arguments.quality_measures or arguments.calibrated_scores:
            raise InputError("there is nothing to calibrate on: give --calibrate-on TRIALS SCORES")
        return None
    trials, *files = arguments.calibrate_on
    if len(files) != len(scored.scores):
        raise InputError(
            f"--calibrate-on has {len(files)} score files for {len(scored.scores)} systems: "
            "give the development trials, then every system's scores of them"
        )
    files_of = dict(zip(scored.scores, files, strict=True))
    return ScoredTrials.load(trials, files_of, arguments.skipped_limit)


def calibrate(
    arguments: argparse.Namespace,
    scored: ScoredTrials,
    development: ScoredTrials | None,
    facts: UtteranceFacts,
) -> dict[str, np.ndarray]:
    if development is None:
        return {}
    llrs = calibrated(scored, development, facts, arguments.quality_measures)
    if arguments.calibrated_scores:
        for name, found in llrs.items():
            write_scores(scored.trials, found, arguments.calibrated_scores / f"{name}.txt")
    return {f"{name} calibrated": found for name, found in llrs.items()}


def check_outputs(arguments: argparse.Namespace, systems: list[str]) -> None:
    inputs = [
        arguments.trials,
        arguments.speakers,
        *(path for _, path in [*arguments.scores, *arguments.utterances]),
        *(arguments.calibrate_on or []),
    ]
    if arguments.calibrated_scores:
        for name in systems:
            if Path(name).name != name:
                raise InputError(f"the system {name} is no name of a file: give --scores NAME=FILE")
            path = arguments.calibrated_scores / f"{name}.txt"
            check_output(path, inputs, what="--calibrated-scores")
            inputs.append(path)
    if arguments.det_plot:
        check_output(arguments.det_plot, inputs, what="--det-plot")
        check_plot(arguments.det_plot)


def main(arguments: argparse.Namespace) -> None:
    costs = [DetectionCost(p, arguments.c_miss, arguments.c_fa) for p in arguments.p_target]
    files = {name or path.stem: path for name, path in arguments.scores}
    if len(files) < len(arguments.scores):
        raise InputError("two systems have one name: give --scores NAME=FILE")
    check_outputs(arguments, list(files))
    facts = UtteranceFacts.load(
        [path for name, path in arguments.utterances if name is None],
        {name: path for name, path in arguments.utterances if name is not None},
    )
    scored = ScoredTrials.load(arguments.trials, files, arguments.skipped_limit)
    breakdown = {
        column: groups_by_column(scored.trials, facts, column, edges)
        for column, edges in arguments.breakdown
    }
    development = load_development(arguments, scored)
    llrs = calibrate(arguments, scored, development, facts)
    systems = scored.scores | llrs
    bootstrap = bootstrap_of(
        scored.trials, arguments.replicates, arguments.seed, arguments.speakers
    )
    llr_systems = systems if arguments.llrs else llrs
    labels = scored.trials.labels
    report = ScoreReport(labels, systems, costs, bootstrap, llr_systems, arguments.convex_hull)
    results = report.evaluate()
    size = f"{len(labels)} trials ({(labels == 1).sum()} targets)"
    if bootstrap:
        size += f" of {bootstrap.n_speakers} speakers; 95 % intervals in brackets"
    print(
        f"{arguments.trials.name}: {size}\n\n{system_table(results)}\n{comparison_table(results)}"
    )
    notes = trial_notes(scored.trials, development.trials if development else None)
    for note in [*notes, *swapped_notes(results)]:
        logger.warning("%s: %s", arguments.trials, note)
        print(f"Note: {note}.\n")
    for column, groups in breakdown.items():
        print(report.breakdown_table(groups, column))
    if arguments.det_plot:
        bands = {name: found.band for name, found in results.items() if found.band}
        curves = {name: found.curve for name, found in results.items()}
        plot_det(curves, arguments.trials.name, arguments.det_plot, bands)
