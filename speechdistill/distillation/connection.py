"""Connect a student's objective to its teachers, or to controls in their place."""

from collections.abc import Mapping, Sequence

import torch

from speechdistill.base.errors import InputError
from speechdistill.distillation.controls import CONTROLS, random_embeddings, shuffled_people
from speechdistill.distillation.objective import DistillationObjective
from speechdistill.distillation.pairing import TeacherPairing
from speechdistill.distillation.targets import TeacherTargets
from speechdistill.distillation.teacher_head import TeacherHead
from speechdistill.distillation.term import THE_TEACHER, View
from speechdistill.storage.places import Stage, stages


def pair_and_connect(
    objective: DistillationObjective,
    teachers: Mapping[str, TeacherTargets],
    people: Sequence[str],
    width: int,
    control: str,
    seed: int,
) -> dict[View, TeacherPairing]:
    """Connect an objective to its teachers, or to the controls that take their place.

    Arguments
    ---------
    objective: gets, for each teacher that its terms name, the projections and the class weights.
    teachers: name -> targets. A term that names none takes the only one.
    people: that of each of the student's classes, in their order; who is heard at several speeds
        has several.
    width: of the student's embeddings.
    control: ``none`` for the teachers themselves, or one of
        :data:`speechdistill.distillation.controls.CONTROLS`. Shuffled class weights move with the
        people, so that teacher and label still agree on who is who; several teachers are shuffled
        alike.
    seed: of the control.

    Returns
    -------
    The pairing for each of the objective's views.

    Raises
    ------
    InputError: a term names a teacher that is not there, a teacher knows people that are not in
        training, an unknown control, or no projection between different widths.
    """
    if control not in CONTROLS:
        raise InputError(f"unknown control {control}: take one of {', '.join(CONTROLS)}")
    pairings: dict[View, TeacherPairing] = {}
    for name in dict.fromkeys(view.teacher for view in objective.views):
        targets = _named(teachers, name)
        _check_people(targets, people)
        teacher_of = {person: person for person in targets.label_of}
        embeddings, class_weights = targets.embeddings, targets.class_weights
        if control == "shuffled":
            teacher_of = shuffled_people(targets.label_of, seed)
        elif control == "random":
            embeddings = random_embeddings(embeddings, seed)
            class_weights = random_embeddings(class_weights, seed)
        objective.connect(
            name,
            TeacherHead(
                width,
                torch.tensor(class_weights.vectors),
                [
                    class_weights.row_of[targets.label_of[teacher_of[person]]]
                    if person in teacher_of
                    else -1
                    for person in people
                ],
                targets.scale,
                objective.projection,
                objective.bottleneck,
            ),
        )
        for view in objective.views:
            if view.teacher == name:
                pairings[view] = TeacherPairing(
                    embeddings,
                    targets.owners,
                    targets.quality.scores,
                    view.pairing,
                    view.images,
                    teacher_of,
                )
    return pairings


def _named(teachers: Mapping[str, TeacherTargets], name: str) -> TeacherTargets:
    if name == THE_TEACHER and len(teachers) == 1:
        return next(iter(teachers.values()))
    if name not in teachers:
        what = "no teacher" if name == THE_TEACHER else f"the teacher {name}"
        raise InputError(
            f"a term of the objective names {what}: its key `teacher` must be one of "
            f"{', '.join(teachers)}"
        )
    return teachers[name]


def _check_people(targets: TeacherTargets, people: Sequence[str]) -> None:
    unknown = targets.label_of.keys() - set(people)
    if unknown:
        raise InputError(
            f"the teacher's targets name {len(unknown)} people that are not in training "
            f"({min(unknown)}): train the teacher on this data "
            f"({stages(Stage.TEACHER, Stage.TARGETS)})"
        )
