#!/usr/bin/env python3
"""Check what a recipe's script was given before any stage: says nothing if all is well.

Every override must have a YAML that it is meant for, every YAML the keys that its stage needs,
every well-known key a value in its range. Nothing is imported that takes long.
"""

import logging
from collections.abc import Mapping
from pathlib import Path

from command import Parser, paths, run, share

from speechdistill.base.errors import InputError
from speechdistill.commands.further_tests import further_tests
from speechdistill.corpora.exp_place import check_exp
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.key_ranges import check_ranges
from speechdistill.models.label_settings import LabelSettings, read_labels
from speechdistill.models.needed_keys import require_objective, require_student, require_teacher
from speechdistill.models.overrides import route_overrides
from speechdistill.models.plain_yaml import plain_yaml
from speechdistill.storage.places import SETTINGS, student_named

NOISES = ("noise_folder", "rir_folder")  # keys of students
PROBABILITY = "augment_probability"  # of an utterance with one of them
VOICES_MADE_FIRST = ("../{student}-distill_none", "../{student}-speaker_labels")


def _written(yaml: Hyperparameters, key: str) -> object:
    return yaml.nodes[key].value if key in yaml.nodes else None


def main(arguments) -> None:
    check_exp(arguments.exp, [*arguments.data, *(test.data for test in arguments.test)])
    read = Hyperparameters.read
    student = read(arguments.student)
    distill, teachers = [*map(read, arguments.distill)], [*map(read, arguments.teacher)]
    yamls = [student, *distill]
    own, *others = route_overrides(arguments.recipe_overrides, yamls, teachers, arguments.options)
    require_student(student, own)
    for key in NOISES if arguments.trains else ():
        if own.get(key) and not Path(own[key]).is_dir():
            raise InputError(f"there is no folder {own[key]}: give another with --{key}")
        if own.get(key) and own.get(PROBABILITY, _written(student, PROBABILITY)) in (0, "0", "0.0"):
            logging.warning("--%s has no effect: %s is 0", key, PROBABILITY)
    for yaml, overrides in zip(distill, others, strict=False):
        require_objective(yaml, overrides)
    for yaml, overrides in zip(teachers, others[len(distill) :], strict=True):
        require_teacher(yaml, overrides)
    if distill:
        check_labels(arguments, distill[0], others[0])
    for path in arguments.fine_tune:
        changed = {key: value for key, value in plain_yaml(path).items() if key != "distillation"}
        student.require_keys(changed, f"{path}: ")
        check_ranges(student.nodes, changed, str(path))


def check_labels(arguments, distill: Hyperparameters, overrides: Mapping[str, object]) -> None:
    """What students are to know of who speaks, as far as it can be seen before there are any."""
    labels = LabelSettings.written(distill, overrides)
    if labels.needs_teacher and not arguments.teacher:
        raise InputError("labels: teacher needs one, whose vectors it clusters: give --teacher")
    if overrides.get("voice") and not labels.needs_teacher:
        logging.warning("--voice has no effect: it joins in clustering, with --labels teacher")
    if not arguments.trains:
        return
    if labels.file is not None:
        read_labels(labels.file)
    if labels.voice and labels.needs_teacher:
        check_voice(arguments, labels.voice, "voice" in overrides)


def check_voice(arguments, name: str, is_given: bool) -> None:
    """It is there, or made first: but then it would hear with itself, if all are given it."""

    def found(name: str) -> Path:
        return student_named(name, arguments.exp / "any", arguments.student, arguments.seed)

    made_first = () if is_given else map(found, VOICES_MADE_FIRST)
    if not (found(name) / SETTINGS).exists() and found(name) not in made_first:
        raise InputError(
            f"--voice {name}: {found(name)} is no trained student: give the folder of one, as seen "
            f"from a student's in {arguments.exp}"
        )


if __name__ == "__main__":
    parser = Parser(__doc__, overrides_of="the YAMLs")
    add = parser.add_argument
    # Of these the forms alone are checked: they are other commands'.
    parser.shared(
        *("student", "dev_speakers"), skipped_limit="what may be unusable", seed="everything random"
    )
    add("--exp", type=Path, required=True, help="the experiment")
    add("--data", type=paths, action="extend", default=[], help="what it is made from")
    for name in ("--label-noise", "--degraded"):
        add(name, type=share, help="of the training images")
    add("--test", type=further_tests, default=[], help="further test sets")
    add("--distill", type=Path, nargs="*", default=[], help="YAML of the distillation")
    add("--teacher", type=Path, nargs="*", default=[], help="YAMLs of teachers")
    add("--fine-tune", type=Path, nargs="*", default=[], help="YAML of overrides of the student's")
    add(
        "--trains",
        action="store_true",
        help="students are to be trained: with noises that are there",
    )
    add("--options", nargs="*", default=[], help="names that the script knows, for its hints")
    run(parser, main)
