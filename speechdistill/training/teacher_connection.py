"""Connect a student's objective to its teacher, or to a control in the teacher's place."""

from collections.abc import Sequence

import torch

from speechdistill.distillation.objective import DistillationObjective, View
from speechdistill.errors import InputError
from speechdistill.teachers.controls import CONTROLS, random_embeddings, shuffled_people
from speechdistill.teachers.pairing import TeacherPairing
from speechdistill.teachers.targets import TeacherTargets


def pair_and_connect(
    objective: DistillationObjective,
    targets: TeacherTargets,
    speakers: Sequence[str],
    width: int,
    control: str,
    seed: int,
) -> dict[View, TeacherPairing]:
    """Connect an objective to a teacher, or to the control that takes its place.

    Arguments
    ---------
    objective: gets its projection and the teacher's class weights.
    targets: of the teacher, whose classes are among the training speakers.
    speakers: the training speakers, in the order of the student's classes.
    width: of the student's embeddings.
    control: ``none`` for the teacher itself, or one of
        :data:`speechdistill.teachers.controls.CONTROLS`. Shuffled class weights move with the
        people, so that teacher and label still agree on who is who.
    seed: of the control.

    Returns
    -------
    The pairing for each of the objective's views.

    Raises
    ------
    InputError: the teacher knows speakers that are not in training, or an unknown control.
    """
    if control not in CONTROLS:
        raise InputError(f"unknown control {control}: take one of {', '.join(CONTROLS)}")
    column_of = {speaker: column for column, speaker in enumerate(speakers)}
    strangers = [speaker for speaker in targets.class_weights.ids if speaker not in column_of]
    if strangers:
        raise InputError(
            f"the teacher's targets name {len(strangers)} speakers that are not in training "
            f"({strangers[0]}): train the teacher on this data (stages 3 and 4)"
        )
    people = list(targets.class_weights.ids)
    teacher_of = dict(zip(people, people, strict=True))
    embeddings, class_weights = targets.embeddings, targets.class_weights
    if control == "shuffled":
        teacher_of = shuffled_people(people, seed)
    elif control == "random":
        embeddings = random_embeddings(embeddings, seed)
        class_weights = random_embeddings(class_weights, seed)
    student_of = {teacher: speaker for speaker, teacher in teacher_of.items()}
    objective.connect(
        width,
        torch.tensor(class_weights.vectors),
        [column_of[student_of[person]] for person in people],
        targets.scale,
    )
    return {
        (mode, images): TeacherPairing(embeddings, targets.quality.scores, mode, images, teacher_of)
        for mode, images in objective.views
    }
