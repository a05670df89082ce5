#!/usr/bin/env python3
"""Stage 9: export a student for others to load: a folder, SpeechBrain, ONNX, sherpa-onnx.

Prints size, real-time factor and the least cosine with the student's own embeddings of each form.
"""

from pathlib import Path

from command import Parser, run

from speechdistill.export.export_report import forms_table
from speechdistill.export.export_student import export_student
from speechdistill.storage.places import EXPORT


def main(arguments) -> None:
    output = arguments.output or arguments.student_exp / EXPORT
    forms = export_student(
        arguments.student_exp,
        arguments.data,
        output,
        arguments.int8 == "true",
        arguments.trust == "true",
    )
    print(f"\n{forms_table(forms)}\nmore in {output}")


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.shared(data="made by stage 1: voices of its test set are compared", trust="the student")
    add = parser.add_argument
    add("--student-exp", type=Path, required=True, help="made by stage 5 or 6")
    add("--output", type=Path, help="folder; by default export in that of the student")
    add("--int8", choices=("true", "false"), default="false", help="true: also 8-bit weights")
    run(parser, main)
