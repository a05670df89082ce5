"""What every distance keeps to: shape, type, gradient, and no regard to the batch's order."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.distillation.distance_cases import (
    DISTANCES,
    ZERO_AT_EQUALITY,
    example_inputs,
    name_of,
)

every_distance = pytest.mark.parametrize("distance", DISTANCES, ids=name_of)


@every_distance
def test_one_value_per_sample_in_the_precision_of_the_inputs(distance):
    for dtype in (torch.float32, torch.float64):
        value = distance(*example_inputs(distance, 7, dtype=dtype))
        assert value.shape == (7,) and value.dtype == dtype
        assert (value > 0).all()


@every_distance
def test_autocast_changes_nothing(distance):
    inputs = example_inputs(distance, 7, dtype=torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        value = distance(*inputs)
    assert torch.equal(value, distance(*inputs))


@every_distance
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA GPU")
def test_a_gpu_computes_the_same(distance):
    cases = []
    for device in ("cpu", "cuda"):
        student, *others = (x.to(device) for x in example_inputs(distance, 7))
        student.requires_grad_()
        value = distance(student, *others)
        value.sum().backward()
        cases.append((value.detach().cpu(), student.grad.cpu()))
    torch.testing.assert_close(cases[1], cases[0])


@every_distance
def test_half_precision_inputs_are_computed_in_float32(distance):
    student, *others = example_inputs(distance, 7, dtype=torch.bfloat16)
    student.requires_grad_()
    value = distance(student, *others)
    assert value.dtype == torch.float32
    value.sum().backward()
    assert student.grad.isfinite().all()


@every_distance
def test_gradient(distance):
    student, *others = example_inputs(distance, 5)
    student.requires_grad_()
    assert torch.autograd.gradcheck(lambda s: distance(s, *others), student)


@pytest.mark.parametrize("distance", ZERO_AT_EQUALITY, ids=name_of)
def test_distance_of_equals_is_zero(distance):
    student, _, *labels = example_inputs(distance, 6)
    value = distance(student, student, *labels)
    torch.testing.assert_close(value, torch.zeros_like(value), atol=1e-12, rtol=0)


@every_distance
@given(order=st.permutations(range(6)), seed=st.integers(0, 1000))
def test_order_of_the_batch_orders_the_values(distance, order, seed):
    student, teacher, *labels = example_inputs(distance, 6, seed)
    reordered = teacher if distance.level == "proxy" else teacher[order]
    value = distance(student[order], reordered, *(s[order] for s in labels))
    torch.testing.assert_close(value, distance(student, teacher, *labels)[order])


@every_distance
@given(
    batch=st.integers(1, 6),
    seed=st.integers(0, 1000),
    size=st.sampled_from([1e-3, 1.0, 1e3]),
    are_equal=st.booleans(),
)
def test_values_and_gradients_are_finite_and_no_value_is_negative(
    distance, batch, seed, size, are_equal
):
    student, teacher, *labels = example_inputs(distance, batch, seed, torch.float32)
    student = size * (student[:1].expand_as(student) if are_equal else student)
    student = student.clone().requires_grad_()
    value = distance(student, teacher, *labels)
    assert value.isfinite().all()
    assert (value >= -1e-5).all()
    value.sum().backward()
    assert student.grad.isfinite().all()


@every_distance
def test_a_step_down_the_gradient_brings_the_student_nearer(distance):
    student, *others = example_inputs(distance, 6)
    student.requires_grad_()
    before = distance(student, *others).mean()
    (gradient,) = torch.autograd.grad(before, student)
    after = distance(student - 1e-3 * gradient / gradient.norm(), *others).mean()
    assert after < before
