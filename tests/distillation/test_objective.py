"""The objective against its formula, sample by sample."""

import dataclasses

import pytest
import torch

from speechdistill.distillation import Difference, DistillationObjective, QualityWeights
from speechdistill.distillation.batch import StudentBatch, TeacherBatch
from speechdistill.distillation.distances import CosineDistance, PosteriorKL
from speechdistill.distillation.teacher_head import TeacherHead
from speechdistill.distillation.term import Term, View

BATCH, STUDENT, TEACHER, SPEAKERS, IMAGES = 5, 4, 3, 6, 2
CLASS_COLUMNS = [0, 5, 2]
ONE, TWO = View("same_video"), View("same_person", IMAGES)
CLASS_OF = [0, -1, 2, -1, -1, 1]  # the inverse of CLASS_COLUMNS


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(1)
    student = StudentBatch(
        torch.randn(BATCH, STUDENT, generator=generator),
        3 * torch.randn(BATCH, SPEAKERS, generator=generator),
        torch.tensor([0, 2, 1, 5, 2]),
        torch.rand(BATCH, generator=generator),
    )
    present = torch.tensor([True, True, False, True, True])
    teachers = {
        view: TeacherBatch(
            torch.randn(BATCH, view.images, TEACHER, generator=generator),
            torch.rand(BATCH, generator=generator),
            present,
        )
        for view in (ONE, TWO)
    }
    return torch.rand(BATCH, generator=generator), student, teachers


def connected(terms, **arguments):
    objective = DistillationObjective(terms, **arguments)
    generator = torch.Generator().manual_seed(2)
    class_weights = torch.randn(len(CLASS_COLUMNS), TEACHER, generator=generator)
    objective.connect("teacher", TeacherHead(STUDENT, class_weights, CLASS_OF, scale=10.0))
    return objective, class_weights


def objective_of_both(**arguments):
    return connected(
        {
            "feature": Term(CosineDistance(), 2.0, 0.3, *TWO),
            "classifier": Term(PosteriorKL(2.0), 0.5, 0.1, *ONE),
        },
        **arguments,
    )


class Recorder(torch.nn.Module):
    """A distance that keeps what it is given."""

    def __init__(self, level, uses_labels=False):
        super().__init__()
        self.level, self.uses_labels, self.inputs = level, uses_labels, []

    def forward(self, student, *inputs):
        self.inputs.append((student, *inputs))
        return student.square().sum(dim=-1)


def test_objective_is_its_formula(batch):
    identity, student, teachers = batch
    objective, class_weights = objective_of_both(
        identity_weight=lambda speech, _: speech,
        distillation_weight=lambda speech, face: speech * face.nan_to_num(0),
    )
    loss, parts = objective(identity, student, teachers)

    cosine, kl = CosineDistance(), PosteriorKL(2.0)
    unit = class_weights / class_weights.norm(dim=1, keepdim=True)
    total = 0.0
    for i in range(BATCH):
        total += student.quality[i] * identity[i]
        if teachers[ONE].present[i]:
            projected = objective.heads["teacher"].projection(student.embeddings[i : i + 1])
            for image in range(IMAGES):
                seen = teachers[TWO].embeddings[i : i + 1, image]
                feature = max(cosine(projected, seen).item() - 0.3, 0)
                weight = student.quality[i] * teachers[TWO].quality[i]
                total += weight * 2.0 * feature / IMAGES
            seen = teachers[ONE].embeddings[i : i + 1, 0]
            logits = 10 * (seen / seen.norm()) @ unit.T
            classifier = max(kl(student.logits[i : i + 1, CLASS_COLUMNS], logits).item() - 0.1, 0)
            total += student.quality[i] * teachers[ONE].quality[i] * 0.5 * classifier
    assert loss.item() == pytest.approx(total.item() / BATCH, rel=1e-5)
    assert parts["identity"].item() == pytest.approx(identity.mean().item())
    assert 0 <= parts["feature_active"] <= 1


def test_without_terms_it_is_the_mean_identity_loss(batch):
    identity, student, _ = batch
    loss, parts = DistillationObjective()(identity, student)
    assert loss.item() == pytest.approx(identity.mean().item())
    assert list(parts) == ["identity"]


def test_a_person_without_teacher_gets_no_distillation_gradient(batch):
    identity, student, teachers = batch
    objective, _ = objective_of_both()
    student.embeddings.requires_grad_()
    objective(identity, student, teachers)[0].backward()
    assert student.embeddings.grad[2].abs().sum() == 0
    assert student.embeddings.grad.abs().sum() > 0


def test_a_batch_without_any_teacher_is_finite(batch):
    identity, student, teachers = batch
    for teacher in teachers.values():
        teacher.present[:] = False
    objective, _ = objective_of_both()
    loss, parts = objective(identity, student, teachers)
    assert loss.item() == pytest.approx(identity.mean().item())
    assert all(torch.isfinite(value) for value in parts.values())


def test_where_no_pair_is_worth_anything_the_terms_are_zero(batch):
    identity, student, teachers = batch
    student = dataclasses.replace(student, quality=torch.ones(BATCH))
    for teacher in teachers.values():
        teacher.quality.fill_(0.2)
    objective, _ = objective_of_both(distillation_weight=QualityWeights(0.0, Difference(1.0, 0.5)))
    student.embeddings.requires_grad_()
    loss, parts = objective(identity, student, teachers, measure_gradients=True)
    loss.backward()
    assert loss.item() == pytest.approx(identity.mean().item())
    assert (student.embeddings.grad == 0).all()
    assert all(torch.isfinite(value) for value in parts.values())
    assert parts["feature"] > 0 == parts["feature_gradient"]
    assert parts["feature_effective_sample_size"] == 0


def test_each_level_sees_its_own_side_of_student_and_teacher(batch):
    identity, student, teachers = batch
    recorders = {level: Recorder(level) for level in ("feature", "relational", "proxy")}
    objective, class_weights = connected(
        {level: Term(recorder, 1.0) for level, recorder in recorders.items()}
    )
    objective(identity, student, teachers)
    rows = torch.tensor([0, 1, 3, 4])
    projected = objective.heads["teacher"].projection(student.embeddings[rows])
    for level, own in (
        ("feature", projected),
        ("relational", student.embeddings[rows]),
        ("proxy", projected),
    ):
        torch.testing.assert_close(recorders[level].inputs[0][0], own)
        seen = recorders[level].inputs[0][1]
        if level == "proxy":
            torch.testing.assert_close(seen, torch.nn.functional.normalize(class_weights, dim=1))
        else:
            torch.testing.assert_close(seen, teachers[ONE].embeddings[rows, 0])


def test_labels_are_the_teachers_classes_where_classes_matter(batch):
    identity, student, teachers = batch
    by_class, by_person = Recorder("proxy", True), Recorder("relational", True)
    objective, _ = connected({"proxy": Term(by_class, 1.0), "relational": Term(by_person, 1.0)})
    student = dataclasses.replace(student, labels=torch.tensor([0, 3, 2, 5, 2]))
    _, parts = objective(identity, student, teachers)
    # Columns 0, 5 and 2 are the teacher's classes; person 3 is none, sample 2 has no teacher.
    assert by_class.inputs[0][2].tolist() == [0, 1, 2]
    assert by_person.inputs[0][2].tolist() == [0, SPEAKERS // 2 + 3, 1, 2]
    assert parts["proxy_active"] == 3 / 4


def test_gradient_norms_are_those_of_each_weighted_term(batch):
    _, student, teachers = batch
    embeddings = student.embeddings.requires_grad_()
    identity = embeddings.square().sum(dim=1)
    student = dataclasses.replace(student, logits=embeddings @ torch.ones(STUDENT, SPEAKERS))
    objective, _ = objective_of_both()
    _, parts = objective(identity, student, teachers, measure_gradients=True)
    expected = 2 * embeddings.norm() / BATCH
    assert parts["identity_gradient"].item() == pytest.approx(expected.item())
    alone, _ = connected({"feature": objective.terms["feature"]})
    alone.heads["teacher"].projection = objective.heads["teacher"].projection
    alone(torch.zeros(BATCH), student, teachers)[0].backward()
    assert parts["feature_gradient"].item() == pytest.approx(embeddings.grad.norm().item())
    assert "feature_gradient" not in objective(identity, student, teachers)[1]
    for teacher in teachers.values():
        teacher.present[:] = False
    _, parts = objective(identity, student, teachers, measure_gradients=True)
    assert parts["feature_gradient"].item() == 0.0


def test_the_epoch_reaches_the_margin(batch):
    class Epoch(torch.nn.Module):
        def forward(self, distances, epoch):
            return torch.tensor(float(epoch - 1))

    identity, student, teachers = batch
    objective, _ = connected({"feature": Term(Recorder("feature"), 1.0, Epoch())})
    values = []
    for objective.epoch in (1, 1000):
        values.append(objective(identity, student, teachers)[1]["feature"].item())
    assert values[0] > 0 == values[1]


def test_a_view_that_is_missing_is_named(batch):
    identity, student, teachers = batch
    del teachers[TWO]
    with pytest.raises(ValueError, match="same_person"):
        objective_of_both()[0](identity, student, teachers)


@pytest.mark.parametrize(
    "arguments", [{"weight": -1.0}, {"weight": 1.0, "images": 0}, {"weight": 1.0, "margin": -0.1}]
)
def test_a_term_refuses_what_makes_no_sense(arguments):
    with pytest.raises(ValueError, match=r"give 0 or more|negative"):
        Term(CosineDistance(), **arguments)


def test_a_distance_of_no_level_is_refused():
    with pytest.raises(ValueError, match="level of feature"):
        Term(torch.nn.L1Loss(), weight=1.0)


def test_each_term_sees_its_own_teacher(batch):
    identity, student, _ = batch
    face, text = Recorder("feature"), Recorder("feature")
    objective = DistillationObjective(
        {"face": Term(face, 1.0, teacher="face"), "text": Term(text, 1.0, teacher="text")}
    )
    teachers = {}
    for name, width in (("face", 3), ("text", 7)):
        objective.connect(name, TeacherHead(STUDENT, torch.randn(2, width), [0, 1, 0, 1, -1, -1]))
        teachers[View("same_video", 1, name)] = TeacherBatch(
            torch.randn(BATCH, 1, width), torch.ones(BATCH), torch.arange(BATCH) != len(name)
        )
    objective(identity, student, teachers)
    assert objective.views == list(teachers)
    assert face.inputs[0][0].shape == face.inputs[0][1].shape == (BATCH - 1, 3)
    assert text.inputs[0][0].shape == text.inputs[0][1].shape == (BATCH - 1, 7)
