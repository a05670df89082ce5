"""The framework as VGSR's figure draws it trains a student, and keeps the teacher's head."""

import numpy as np
import torch

from speechdistill.distillation import Difference
from speechdistill.experiments.rows import controls_of, read_rows
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.training.train_student import StudentSettings, train_student
from tests.conftest import CONF
from tests.training.test_train_student import SMALL, embed_test

VGSR = CONF / "distill_vgsr.yaml"


def test_it_puts_the_figure_s_pieces_together():
    objective = Hyperparameters.read(VGSR).build({}, {})["objective"]
    assert objective.projection == "teacher" and objective.identity_weight is None
    assert {term.level for term in objective.terms.values()} == {
        "feature",
        "relational",
        "classifier",
    }
    weight = objective.distillation_weight
    assert isinstance(weight.combine, Difference) and weight.floor == 0
    good_face, good_speech = weight(torch.tensor([0.2, 0.8]), torch.tensor([0.8, 0.2])).tolist()
    assert good_face == 2 and good_speech == 0


def test_a_student_learns_from_it(prepared, tmp_path):
    settings = StudentSettings(
        data=prepared / "data",
        student=CONF / "student_small.yaml",
        distill=VGSR,
        output=tmp_path / "student",
        targets=[prepared / "teacher_face" / "targets"],
        overrides=SMALL | {"number_of_epochs": 2, "emb_dim": 12},
        seed=1,
    )
    train_student(settings)
    table = np.genfromtxt(settings.output / "train_log.tsv", names=True, delimiter="\t")
    for term in ("identity", "feature", "angle", "classifier"):
        assert np.isfinite(table[term]).all() and (table[f"{term}_gradient"] >= 0).all()
    assert (table["feature"] > 0).all()
    assert np.isfinite(embed_test(settings).vectors).all()
    [*_, checkpoint] = sorted(settings.output.glob("save/*/objective.ckpt"))
    saved = torch.load(checkpoint)
    head = "registered_heads.teacher.teacher_projection"
    assert saved.keys() == {f"{head}.{part}.weight" for part in ("narrow", "widen", "resize")}
    assert saved[f"{head}.widen.weight"].abs().sum() > 0  # it started as zeros
    assert saved[f"{head}.resize.weight"].shape == (12, 16)


def test_the_ablation_has_it_beside_its_control():
    rows = read_rows(CONF / "ablation_rows.txt", CONF.parent)
    assert controls_of(rows)["vgsr"] == "vgsr_shuffled"
