#!/usr/bin/env python3
"""Show what hard and soft teachers give by the share that face and voice have in common.

Reads <folder>/<row>/seed<N>/ of every setting, of the rows none, hard, soft and shuffled, and the
trials in <folder>/../data. Of a row's variants <folder>/<row>_<variant>/, such as margins, dev
trials choose one. Writes tables and one figure.
"""

from argparse import ArgumentTypeError
from pathlib import Path

from command import Parser, run

from speechdistill.base.errors import InputError
from speechdistill.reporting.freshness import check_fresh
from speechdistill.reporting.gap import evaluate_gap, gap_table, write_gap_report
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.teacher_report import teacher_note
from speechdistill.storage.places import DATA, TEST

BASELINE, ROWS = "none", ("hard", "soft", "shuffled")


def share_and_path(text: str) -> tuple[float, Path]:
    share, _, path = text.partition("=")
    try:
        if path and 0 <= float(share) <= 1:
            return float(share), Path(path)
    except ValueError:
        pass
    raise ArgumentTypeError(f"{text} is not SHARE=PATH with a share from 0 to 1")


def main(arguments) -> None:
    folders = dict(arguments.setting)
    if len(folders) < len(arguments.setting):
        raise InputError("two settings have one share: give each --setting another SHARE")
    reports = dict(arguments.teacher_report)
    for share, folder in folders.items():
        seeds = range(1, arguments.seeds + 1)
        students = [path for seed in seeds for path in sorted(folder.glob(f"*/seed{seed}"))]
        teachers = [reports[share]] if share in reports else []
        check_fresh(students, teachers, folder.parent / DATA, [TEST], may_lack=True)
    settings = evaluate_gap(
        folders,
        ROWS,
        BASELINE,
        range(1, arguments.seeds + 1),
        arguments.seed,
        arguments.nj,
        arguments.replicates,
    )
    notes = [f"share {share:g}: {teacher_note(path)}" for share, path in arguments.teacher_report]
    provenance = Provenance.of(arguments.command)
    write_gap_report(arguments.output, settings, provenance, [*notes, *arguments.note])
    print(gap_table(settings))
    print(f"more in {arguments.output}")


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add(
        "--setting",
        type=share_and_path,
        nargs="+",
        required=True,
        metavar="SHARE=FOLDER",
        help="share of a face's variance that the voice carries, and the folder of <row>/seed<N>/",
    )
    parser.shared("nj", "seeds", "command", "note", output="the report; gap.png goes beside it")
    parser.bootstrap()
    add(
        "--teacher-report",
        type=share_and_path,
        nargs="+",
        default=[],
        metavar="SHARE=FILE",
        help="report.json of a setting's teacher: what it reaches itself",
    )
    run(parser, main)
