"""The teacher's projection against its formula, and what it keeps of the teacher."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.distillation.residual_bottleneck import ResidualBottleneck


def bent(dimension, bottleneck, output=None, seed=0, dtype=torch.float64):
    """A head as training leaves it: away from the zeros where it starts."""
    torch.manual_seed(seed)
    head = ResidualBottleneck(dimension, bottleneck, output).to(dtype)
    torch.nn.init.normal_(head.widen.weight)
    return head


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("output", [None, 5])
def test_head_is_its_formula(output):
    head = bent(6, 2, output)
    embeddings = torch.randn(4, 6, dtype=torch.float64)
    narrow, widen = head.narrow.weight.tolist(), head.widen.weight.tolist()
    found = head(embeddings).detach()
    assert found.shape == (4, output or 6)
    for row, x in zip(found, embeddings.tolist(), strict=True):
        hidden = [max(dot(line, x), 0) for line in narrow]
        y = [v + dot(line, hidden) for v, line in zip(x, widen, strict=True)]
        if output:
            y = [dot(line, y) for line in head.resize.weight.tolist()]
        assert row.tolist() == pytest.approx(y)


def test_gradient():
    head = bent(4, 2, 3)
    weights = tuple(weight.detach().requires_grad_() for weight in head.parameters())
    names = [name for name, _ in head.named_parameters()]
    embeddings = torch.randn(3, 4, dtype=torch.float64, requires_grad=True)

    def call(x, *values):
        return torch.func.functional_call(head, dict(zip(names, values, strict=True)), (x,))

    assert torch.autograd.gradcheck(call, (embeddings, *weights))


@given(scale=st.floats(1e-3, 1e3), seed=st.integers(0, 100))
def test_the_length_of_an_embedding_scales_the_head_s_and_changes_no_direction(scale, seed):
    head = bent(6, 2, 5, seed)
    embeddings = torch.randn(4, 6, dtype=torch.float64)
    torch.testing.assert_close(head(scale * embeddings), scale * head(embeddings))


@given(seed=st.integers(0, 100))
def test_the_residual_keeps_all_dimensions_but_the_bottleneck_s(seed):
    head = bent(8, 3, seed=seed)
    slope = torch.autograd.functional.jacobian(
        lambda x: head(x[None])[0], torch.randn(8, dtype=torch.float64)
    )
    assert torch.linalg.matrix_rank(slope) >= 8 - 3


def test_it_starts_as_the_teacher_itself_and_can_leave():
    head = ResidualBottleneck(8)
    embeddings = torch.randn(64, 8)  # enough for the rectifier to let some through
    assert head.narrow.weight.shape == (2, 8)
    assert torch.equal(head(embeddings), embeddings)
    head(embeddings).square().sum().backward()
    assert head.widen.weight.grad.abs().sum() > 0
    assert ResidualBottleneck(3).narrow.weight.shape == (1, 3)


def test_autocast_and_half_precision_are_computed_in_float32():
    head, embeddings = bent(8, 2, dtype=torch.float32), torch.randn(3, 8)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = head(embeddings)
    assert torch.equal(found, head(embeddings))
    assert head(embeddings.bfloat16()).dtype == torch.float32


def test_a_bottleneck_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        ResidualBottleneck(8, bottleneck=0)
