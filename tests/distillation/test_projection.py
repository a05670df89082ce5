"""Which side is projected: what each level compares then, and whether it can collapse."""

import itertools

import numpy as np
import pytest
import torch
from torch.nn import functional

from speechdistill.base.errors import InputError
from speechdistill.distillation import DistillationObjective, Term
from speechdistill.distillation.batch import StudentBatch, TeacherBatch
from speechdistill.distillation.connection import pair_and_connect
from speechdistill.distillation.distances import CosineDistance
from speechdistill.distillation.targets import TeacherTargets
from speechdistill.distillation.teacher_head import PROJECTIONS, TeacherHead
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.quality.table import QualityTable
from speechdistill.storage.keyed_vectors import KeyedVectors
from tests.conftest import CONF
from tests.owners import owners_of

BATCH, CLASSES = 5, 3
ROWS = torch.tensor([0, 1, 3])
LEVELS = ("feature", "relational", "proxy", "classifier")
every_projection = pytest.mark.parametrize("projection", PROJECTIONS)


def head_of(projection, student=4, teacher=4):
    torch.manual_seed(0)
    head = TeacherHead(student, torch.randn(CLASSES, teacher), [0, 1, 2], 10.0, projection)
    if projection in ("teacher", "both"):
        torch.nn.init.normal_(head.teacher_projection.widen.weight)
    return head


def draw(student=4, teacher=4):
    said = StudentBatch(
        torch.randn(BATCH, student),
        torch.randn(BATCH, CLASSES),
        torch.tensor([0, 1, 2, 0, 1]),
        torch.ones(BATCH),
    )
    return said, torch.randn(BATCH, teacher)


@pytest.mark.parametrize(
    ("projection", "student", "teacher"),
    [
        ("student", 4, 6),
        ("teacher", 4, 6),
        ("teacher", 6, 4),
        *((projection, 4, 4) for projection in PROJECTIONS),
        ("both", 4, 6),
    ],
)
def test_each_level_compares_what_the_table_says(projection, student, teacher):
    head = head_of(projection, student, teacher)
    said, shown = draw(student, teacher)
    own, shown_rows = said.embeddings[ROWS], shown[ROWS]
    unit = head.class_weights
    p = (lambda x: x) if projection in ("teacher", "none") else head.projection
    h = (lambda x: x) if projection in ("student", "none") else head.teacher_projection
    expected = {
        "feature": (p(own), h(shown_rows)),
        "relational": (own, h(shown_rows)),
        "proxy": (p(own), h(unit)),
        "classifier": (said.logits[ROWS], 10 * functional.normalize(shown_rows, dim=1) @ unit.T),
    }
    for level in LEVELS:
        torch.testing.assert_close(head.inputs(level, said, shown, ROWS), expected[level])
    feature = head.inputs("feature", said, shown, ROWS)
    assert feature[0].shape == feature[1].shape


@pytest.mark.parametrize(
    ("projection", "student", "shape"),
    [("teacher", 4, None), ("teacher", 6, (6, 4)), ("both", 4, None), ("both", 6, None)],
)
def test_a_linear_map_follows_only_where_widths_differ_and_the_student_s_stays(
    projection, student, shape
):
    parameters = dict(head_of(projection, student, 4).teacher_projection.named_parameters())
    found = parameters.get("resize.weight")
    assert (found if found is None else tuple(found.shape)) == shape


def test_without_projection_widths_must_agree():
    with pytest.raises(InputError, match=r"student of width 4 does not fit a teacher of width 6"):
        head_of("none", 4, 6)


def test_an_unknown_projection_is_refused():
    for make in (lambda: head_of("teachers"), lambda: DistillationObjective(projection="teachers")):
        with pytest.raises(InputError, match=r"teachers: take one of student, teacher, both, none"):
            make()


def test_a_head_of_another_projection_is_refused():
    with pytest.raises(ValueError, match="head of projection student"):
        DistillationObjective(projection="teacher").connect("teacher", head_of("student"))


@every_projection
def test_what_is_trained_belongs_to_the_objective(projection):
    term = Term(CosineDistance(), 1.0)
    objective = DistillationObjective({"feature": term}, projection=projection, bottleneck=2)
    ids = [f"{person}/v/0" for person in "abc"]
    targets = TeacherTargets(
        KeyedVectors(ids, np.eye(3, 4, dtype=np.float32)),
        KeyedVectors(list("abc"), np.eye(3, 4, dtype=np.float32)),
        {person: person for person in "abc"},
        10.0,
        QualityTable(ids, {"quality": np.ones(3)}),
        owners_of(ids),
    )
    pair_and_connect(objective, {"teacher": targets}, list("abc"), 4, "none", seed=1)
    p = {"projection.weight": (4, 4), "projection.bias": (4,)}
    h = {"teacher_projection.narrow.weight": (2, 4), "teacher_projection.widen.weight": (4, 2)}
    expected = {"student": p, "teacher": h, "both": p | h, "none": {}}[projection]
    found = {name: tuple(value.shape) for name, value in objective.named_parameters()}
    assert found == {f"registered_heads.teacher.{name}": shape for name, shape in expected.items()}
    assert found.keys() == objective.state_dict().keys()


def test_the_default_draws_what_it_drew_before_there_was_a_choice():
    torch.manual_seed(3)
    head = TeacherHead(4, torch.eye(3), [0, 1, 2])
    following = torch.rand(1)
    torch.manual_seed(3)
    expected = torch.nn.Linear(4, 3)
    assert torch.equal(head.projection.weight, expected.weight)
    assert torch.equal(head.projection.bias, expected.bias)
    assert torch.equal(following, torch.rand(1))


@pytest.mark.parametrize("name", ["feature", "soft", "face_text"])
@every_projection
def test_shipped_yamls_take_a_projection(name, projection):
    yaml = Hyperparameters.read(CONF / f"distill_{name}.yaml")
    assert yaml.build({}, {})["objective"].projection == "student"
    assert yaml.build({"projection": projection}, {})["objective"].projection == projection


def spread_after_training(projection, identity_counts):
    """Train a student of 8 people; return how far apart the compared sides hold them.

    The mean of ``1 - cos`` between the means of two people: 0 where all are one direction. It
    starts near 0, as that of real encoders does: everybody is moved the same way.
    """
    torch.manual_seed(1)
    people, each, width = 8, 6, 8
    labels = torch.arange(people).repeat_interleave(each)
    voice, face = 2 + torch.randn(people, 12), 0.5 + torch.randn(people, width)
    heard = voice[labels] + 0.3 * torch.randn(len(labels), 12)
    shown = face[labels] + 0.3 * torch.randn(len(labels), width)
    term = Term(CosineDistance(), 3.0)
    objective = DistillationObjective({"feature": term}, projection=projection)
    head = TeacherHead(width, face, range(people), 10.0, projection)
    objective.connect("teacher", head)
    encoder = torch.nn.Sequential(
        torch.nn.Linear(12, 32), torch.nn.ReLU(), torch.nn.Linear(32, width)
    )
    classes = torch.nn.Parameter(torch.randn(people, width))
    optimizer = torch.optim.Adam([*encoder.parameters(), classes, *objective.parameters()], 0.03)
    teacher = TeacherBatch(
        shown.unsqueeze(1), torch.ones(len(labels)), torch.ones(len(labels), dtype=torch.bool)
    )
    for _ in range(150):
        embeddings = encoder(heard)
        logits = 10 * functional.normalize(embeddings) @ functional.normalize(classes).T
        student = StudentBatch(embeddings, logits, labels, torch.ones(len(labels)))
        identity = identity_counts * functional.cross_entropy(logits, labels, reduction="none")
        loss, _ = objective(identity, student, {term.view: teacher})
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    sides = head.inputs("feature", student, shown, torch.arange(len(labels)))
    return [between_people(side.detach().reshape(people, each, -1)) for side in sides]


def between_people(embeddings):
    means = functional.normalize(embeddings.mean(dim=1), dim=1)
    pairs = itertools.combinations(range(len(means)), 2)
    return np.mean([1 - means[a] @ means[b] for a, b in pairs])


@pytest.mark.slow
def test_the_identity_loss_keeps_apart_what_the_teacher_s_head_would_let_collapse():
    assert min(spread_after_training("teacher", identity_counts=1.0)) > 0.1
    assert max(spread_after_training("teacher", identity_counts=0.0)) < 0.05
    # The identity loss holds neither of the two sides that are compared.
    assert max(spread_after_training("both", identity_counts=1.0)) < 0.05
