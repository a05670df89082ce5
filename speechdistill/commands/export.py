"""Export a student for others to load: a folder, SpeechBrain, ONNX, sherpa-onnx.

Prints size, real-time factor and the least cosine with the student's own embeddings of each form.
"""

import argparse

from speechdistill.commands.parser import Parser, one_path
from speechdistill.export.export_report import forms_table
from speechdistill.export.export_student import export_student
from speechdistill.storage.places import DATA, EXPORT, Stage


def add_arguments(parser: Parser) -> None:
    """Add what the command takes."""
    add = parser.add_argument
    add("student", type=one_path, metavar="STUDENT", help=f"folder that {Stage.STUDENT} made")
    add("-o", "--output", type=one_path, help="folder; by default export in that of the student")
    add(
        "--data",
        type=one_path,
        metavar="DIR",
        help=f"made by {Stage.MANIFESTS}: voices of its test set are compared; by default data "
        "beside the student",
    )
    add("--int8", choices=("true", "false"), default="false", help="true: also 8-bit weights")
    parser.shared(trust="the student")


def main(arguments: argparse.Namespace) -> None:
    student = arguments.student.resolve()  # "." has a name, and a folder around it
    output = arguments.output or student / EXPORT
    data = arguments.data or student.parent / DATA
    int8, trust = arguments.int8 == "true", arguments.trust == "true"
    forms = export_student(student, data, output, int8, trust)
    print(f"\n{forms_table(forms)}\nmore in {output}")
