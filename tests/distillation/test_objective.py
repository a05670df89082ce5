"""The objective against its formula, sample by sample."""

import pytest
import torch

from speechdistill.distillation.distances.cosine import CosineDistance
from speechdistill.distillation.distances.posterior_kl import PosteriorKL
from speechdistill.distillation.objective import (
    DistillationObjective,
    StudentBatch,
    TeacherBatch,
)
from speechdistill.distillation.soft import SoftConstraint

BATCH, STUDENT, TEACHER, SPEAKERS = 5, 4, 3, 6
CLASS_COLUMNS = [0, 2, 5]


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(1)
    student = StudentBatch(
        torch.randn(BATCH, STUDENT, generator=generator),
        3 * torch.randn(BATCH, SPEAKERS, generator=generator),
        torch.rand(BATCH, generator=generator),
    )
    teacher = TeacherBatch(
        torch.randn(BATCH, TEACHER, generator=generator),
        torch.rand(BATCH, generator=generator),
        torch.tensor([True, True, False, True, True]),
    )
    return torch.rand(BATCH, generator=generator), student, teacher


def objective_of_both(**arguments):
    constraints = {
        "feature": SoftConstraint(CosineDistance(), 0.3),
        "classifier": SoftConstraint(PosteriorKL(2.0), 0.1),
    }
    objective = DistillationObjective(
        constraints, weights={"feature": 2.0, "classifier": 0.5}, **arguments
    )
    generator = torch.Generator().manual_seed(2)
    class_weights = torch.randn(len(CLASS_COLUMNS), TEACHER, generator=generator)
    objective.connect(STUDENT, class_weights, CLASS_COLUMNS, scale=10.0)
    return objective, class_weights


def test_objective_is_its_formula(batch):
    identity, student, teacher = batch
    objective, class_weights = objective_of_both(
        identity_weight=lambda speech, _: speech,
        distillation_weight=lambda speech, face: speech * face.nan_to_num(0),
    )
    loss, parts = objective(identity, student, teacher)

    cosine, kl = CosineDistance(), PosteriorKL(2.0)
    unit = class_weights / class_weights.norm(dim=1, keepdim=True)
    total = 0.0
    for i in range(BATCH):
        total += student.quality[i] * identity[i]
        if teacher.present[i]:
            seen = teacher.embeddings[i : i + 1]
            projected = objective.projection(student.embeddings[i : i + 1])
            feature = max(cosine(projected, seen).item() - 0.3, 0)
            logits = 10 * (seen / seen.norm()) @ unit.T
            classifier = max(kl(student.logits[i : i + 1, CLASS_COLUMNS], logits).item() - 0.1, 0)
            weight = student.quality[i] * teacher.quality[i]
            total += weight * (2.0 * feature + 0.5 * classifier)
    assert loss.item() == pytest.approx(total.item() / BATCH, rel=1e-5)
    assert parts["identity"].item() == pytest.approx(identity.mean().item())
    assert 0 <= parts["feature_active"] <= 1


def test_without_constraints_it_is_the_mean_identity_loss(batch):
    identity, student, _ = batch
    loss, parts = DistillationObjective()(identity, student)
    assert loss.item() == pytest.approx(identity.mean().item())
    assert list(parts) == ["identity"]


def test_a_person_without_teacher_gets_no_distillation_gradient(batch):
    identity, student, teacher = batch
    objective, _ = objective_of_both()
    student.embeddings.requires_grad_()
    objective(identity, student, teacher)[0].backward()
    assert student.embeddings.grad[2].abs().sum() == 0
    assert student.embeddings.grad.abs().sum() > 0


def test_a_batch_without_any_teacher_is_finite(batch):
    identity, student, teacher = batch
    teacher.present[:] = False
    objective, _ = objective_of_both()
    loss, parts = objective(identity, student, teacher)
    assert loss.item() == pytest.approx(identity.mean().item())
    assert all(torch.isfinite(value) for value in parts.values())


def test_constraints_and_weights_must_agree():
    with pytest.raises(ValueError, match="weights"):
        DistillationObjective({"feature": SoftConstraint(CosineDistance())}, weights={})
