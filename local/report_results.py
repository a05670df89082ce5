#!/usr/bin/env python3
"""Compare systems on trial lists: RESULTS.md, DET plots, and the table on standard output.

Works with anybody's scores: a system is a folder with <stem of the trial list>.txt for every list,
lines `enrol test score`. The first system is the baseline that the others are compared with.
Speakers, over whom the intervals are, are the first path part of the trials' names, or what the
utt2spk beside the lists says.
"""

from pathlib import Path

from command import Parser, named, run

from speechdistill.base.errors import InputError
from speechdistill.corpora.report import CorpusReport
from speechdistill.reporting.class_report import class_note
from speechdistill.reporting.cross_table import cross_table
from speechdistill.reporting.det_plot import plot_det
from speechdistill.reporting.evaluation import evaluate_list
from speechdistill.reporting.freshness import check_fresh
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.report_record import ReportRecord
from speechdistill.reporting.results import results_table, write_results
from speechdistill.reporting.session_table import session_table, sessions_of
from speechdistill.storage.places import TEST, trials_of
from speechdistill.verification.scoring.submission import write_submission
from speechdistill.verification.trials.trial_files import is_labelled


def main(arguments) -> None:
    systems = dict(arguments.system)
    if len(systems) < len(arguments.system):
        raise InputError("two systems have one name: give each --system another NAME")
    if len({path.stem for path in arguments.trials}) < len(arguments.trials):
        raise InputError("two trial lists have one name: rename one, their score files would clash")
    if arguments.student_exp:
        if arguments.data is None:
            raise InputError("what were the students embedded from? give --data")
        tests = {name: place / TEST for name, place in arguments.test}
        check_fresh(
            arguments.student_exp, arguments.teacher_report, arguments.data, [TEST], tests=tests
        )
    sessions = None
    if arguments.by_session:
        if arguments.data is None:
            raise InputError("sessions of what test set? give --data")
        sessions = sessions_of(arguments.data / TEST)
    ceiling = arguments.ceiling
    if ceiling is not None and ceiling not in systems:
        raise InputError(f"--ceiling {ceiling} is no --system: {', '.join(systems)}")
    results, det_plots, breakdowns = [], {}, {}
    notes = [*filter(None, map(class_note, arguments.student_exp))]
    lists = [("", path) for path in arguments.trials]
    for name, place in arguments.test:
        lists += [(name, path) for path in sorted(trials_of(place / TEST).iterdir())]
        notes += [f"{name}: {note}" for note in CorpusReport.load(place).notes]
    for test, path in lists:
        folders = {system: folder / test for system, folder in systems.items()}
        if not is_labelled(path):
            notes += [
                submitted(folder / f"{path.stem}.txt", test, path) for folder in folders.values()
            ]
            continue
        result = evaluate_list(path, folders, arguments.seed, arguments.skipped_limit, test=test)
        stem = f"{test}_{path.stem}" if test else path.stem
        plot = arguments.det_plot_folder / f"det_{stem}.png"
        curves = {name: found.curve for name, found in result.systems.items()}
        bands = {name: found.band for name, found in result.systems.items() if found.band}
        plot_det(curves, result.name, plot, bands)
        if sessions is not None and not test:
            breakdowns[result.name] = session_table(result, sessions, arguments.by_session)
        results.append(result)
        det_plots[result.name] = plot
    notes += arguments.note
    record = ReportRecord(
        systems,
        [path for path in arguments.trials if is_labelled(path)],
        arguments.data,
        arguments.teacher_report,
        arguments.seed,
        arguments.skipped_limit,
        Provenance.of(arguments.command),
        notes,
        ceiling,
        dict(arguments.test),
        arguments.trained_on,
    )
    write_results(arguments.output, record, results, det_plots, breakdowns)
    if arguments.record:
        record.save(arguments.record)
    for result in results:
        print(f"\n{result.name}: {result.facts.n_trials} trials, 95 % intervals in brackets\n")
        print(results_table(result, ceiling))
    if arguments.test:
        print(f"\nall tests\n\n{cross_table(results, arguments.trained_on)}")
    print(f"more in {arguments.output}")


def submitted(scores: Path, test: str, trials: Path) -> str:
    """Write scores of a list without labels as a challenge takes them, and say where they are."""
    output = scores.with_name(f"{scores.stem}.submission.txt")
    count = write_submission(scores, output)
    return (
        f"{test}: {trials.name} says of no trial what it is; {count} scores for submission, lines "
        f"`score enrol test`, are in {output}"
    )


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add("--trials", type=Path, nargs="+", required=True, help="lists of `label enrol test`")
    add(
        "--system",
        type=named(Path),
        action="append",
        required=True,
        metavar="NAME=FOLDER",
        help="its name in the table, and the folder of its score files; repeat for each system",
    )
    add(
        "--ceiling",
        metavar="NAME",
        help="the system that knows the speaker labels where the others do not: the report says "
        "how much of the gap to it they close",
    )
    parser.shared("command", "teacher_report", "note", "record")
    parser.shared(
        output="the report, such as RESULTS.md",
        seed="the run and of the bootstrap",
        skipped_limit="trials that may lack a score by some system",
    )
    add(
        "--student-exp",
        type=Path,
        nargs="+",
        default=[],
        help="folders of the systems' students: refused if they, their embeddings and their "
        "teachers were not made from one another",
    )
    add("--data", type=Path, metavar="DIR", help="what these students were embedded from")
    parser.shared(test=": scores are in <FOLDER>/<NAME>/")
    add(
        "--by-session",
        metavar="WORD",
        help="what the test set's sessions are, such as genre: results by that of the test "
        "utterance, too",
    )
    add("--trained-on", default="", help="names the training set in the table of all tests")
    add("--det-plot-folder", type=Path, required=True, help="where det_<trial list>.png go")
    run(parser, main)
