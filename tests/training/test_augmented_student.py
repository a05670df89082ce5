"""A student learns from augmented utterances, and from speakers at other speeds."""

import json

import numpy as np
import pytest
import torch

from speechdistill.distillation.connection import pair_and_connect
from speechdistill.distillation.targets import TeacherTargets
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.students.extraction import extract_embeddings
from speechdistill.training.train_student import StudentSettings, train_student
from tests.augmentation.sets import write_noise
from tests.conftest import CONF
from tests.training.test_train_student import SMALL

AUGMENTED = SMALL | {
    "number_of_epochs": 1,
    "augment_probability": 1.0,
    "speed_perturbation": True,
}


@pytest.mark.slow
def test_a_student_learns_from_noise_rooms_and_speeds(prepared, tmp_path):
    write_noise(tmp_path / "musan" / "noise" / "a.wav")
    write_noise(tmp_path / "rirs" / "b.wav", seconds=0.1)
    folders = {"noise_folder": str(tmp_path / "musan"), "rir_folder": str(tmp_path / "rirs")}
    settings = StudentSettings(
        data=prepared / "data",
        student=CONF / "student_small.yaml",
        distill=CONF / "distill_soft.yaml",
        output=tmp_path / "student",
        targets=[prepared / "teacher_face" / "targets"],
        overrides=AUGMENTED | folders,
        seed=1,
    )
    train_student(settings)
    remembered = json.loads((settings.output / "settings.json").read_text())
    assert remembered["people"] == 3 * 4
    log = (settings.output / "train_log.tsv").read_text().splitlines()
    row = dict(zip(*(line.split("\t") for line in log), strict=True))
    assert np.isfinite(float(row["feature"]))
    assert np.isfinite(float(row["classifier"]))
    extract_embeddings(settings.output, {settings.data / "test": settings.output / "test"})
    assert len((settings.output / "test" / "ids.txt").read_text().split()) == 12


def test_all_speeds_of_a_person_are_one_class_to_the_teacher(prepared):
    objective = Hyperparameters.read(CONF / "distill_soft.yaml").build({}, {})["objective"]
    targets = TeacherTargets.load(prepared / "teacher_face" / "targets")
    known, unknown = sorted(targets.label_of)[0], "nobody"
    people = [*targets.label_of, unknown, *targets.label_of, known]
    pair_and_connect(objective, {"teacher_face": targets}, people, 8, "none", seed=1)
    [head] = [module for module in objective.modules() if hasattr(module, "class_of")]
    logits = torch.randn(3, len(people))
    posteriors = head.class_logits(logits).softmax(dim=1)
    mine = [column for column, person in enumerate(people) if person == known]
    of_teacher = [column for column, person in enumerate(people) if person != unknown]
    expected = logits[:, mine].exp().sum(1) / logits[:, of_teacher].exp().sum(1)
    row = targets.class_weights.row_of[targets.label_of[known]]
    assert len(mine) == 3
    torch.testing.assert_close(posteriors[:, row], expected)
