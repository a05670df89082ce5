"""The student's side of a teacher's space: classes that several persons share."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from speechdistill.distillation.teacher_head import TeacherHead


def head(class_of, classes=None) -> TeacherHead:
    classes = max(class_of) + 1 if classes is None else classes
    return TeacherHead(4, torch.randn(classes, 3), class_of)


@settings(max_examples=50)
@given(
    st.lists(st.integers(-1, 3), min_size=4, max_size=9).filter(lambda row: {0, 1, 2, 3} <= {*row}),
    st.integers(0, 1000),
    st.sampled_from([1.0, 30.0, 1000.0]),
)
def test_a_class_has_the_posterior_of_its_persons_together(class_of, seed, scale):
    logits = scale * torch.randn(5, len(class_of), generator=torch.Generator().manual_seed(seed))
    found = head(class_of).class_logits(logits).softmax(dim=1)
    known = [column for column, row in enumerate(class_of) if row >= 0]
    posterior = logits[:, known].double().softmax(dim=1)
    for row in range(4):
        members = [at for at, column in enumerate(known) if class_of[column] == row]
        torch.testing.assert_close(
            found[:, row].double(), posterior[:, members].sum(dim=1), atol=1e-5, rtol=1e-4
        )


def test_one_person_per_class_keeps_the_logits_as_they_are():
    logits = torch.randn(3, 4)
    found = head([2, -1, 0, 1]).class_logits(logits)
    assert torch.equal(found, logits[:, [2, 3, 0]])


def test_a_class_without_persons_has_no_posterior_and_no_nan():
    found = head([0, 0, 2], classes=3).class_logits(torch.randn(2, 3))
    assert torch.isfinite(found.softmax(dim=1)).all()
    assert found.softmax(dim=1)[:, 1].abs().max() == 0


def test_the_gradient_of_shared_classes():
    logits = torch.randn(2, 5, dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(head([0, 1, 0, -1, 1]).class_logits, (logits,))


@pytest.mark.parametrize("labels", [[0, 1, 2, 3]])
def test_labels_are_equal_exactly_where_the_teacher_says_the_same(labels):
    found = head([0, 1, 0, -1]).labels(torch.tensor(labels))
    assert found.tolist() == [0, 1, 0, 2 + 3]
