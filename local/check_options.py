#!/usr/bin/env python3
"""Check what a recipe's script was given before any stage: says nothing if all is well.

Every override must have a YAML that it is meant for. Nothing is imported that takes long.
"""

from pathlib import Path

from command import Parser, run

from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.overrides import route_overrides


def main(arguments) -> None:
    read = Hyperparameters.read
    student = read(arguments.student)
    yamls = [student, *map(read, arguments.distill)]
    teachers = [*map(read, arguments.teacher)]
    route_overrides(arguments.recipe_overrides, yamls, teachers, arguments.options)
    for path in arguments.fine_tune:
        changed = [key for key in read(path).keys if key != "distillation"]
        student.require_keys(changed, f"{path}: ")


if __name__ == "__main__":
    parser = Parser(__doc__, overrides_of="the YAMLs")
    add = parser.add_argument
    parser.shared("student")
    add("--distill", type=Path, nargs="*", default=[], help="YAML of the distillation")
    add("--teacher", type=Path, nargs="*", default=[], help="YAMLs of teachers")
    add("--fine-tune", type=Path, nargs="*", default=[], help="YAML of overrides of the student's")
    add("--options", nargs="*", default=[], help="names that the script knows, for its hints")
    run(parser, main)
