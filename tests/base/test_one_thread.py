"""What is too small to be shared out is computed by one thread, and so is its gradient."""

import pytest
import torch

from speechdistill.base.one_thread import by_one_thread


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


class _Watched(torch.autograd.Function):
    """The identity, which notes how many threads there are."""

    @staticmethod
    def forward(ctx, values, seen):
        ctx.seen = seen
        seen.append(("forward", torch.get_num_threads()))
        return values.clone()

    @staticmethod
    def backward(ctx, gradient):
        ctx.seen.append(("backward", torch.get_num_threads()))
        return gradient, None


def test_threads(two_threads):
    """One within, forward and back; as many as before beyond it."""
    inside, outside = [], []
    values = torch.ones(3, requires_grad=True)
    beyond = _Watched.apply(values, outside)
    by_one_thread(lambda x: _Watched.apply(x, inside).sum(), beyond).backward()
    assert inside == [("forward", 1), ("backward", 1)]
    assert outside == [("forward", 2), ("backward", 2)]
    assert torch.get_num_threads() == 2


def test_values_and_gradients(two_threads):
    """Also where an input gets none, and where nothing asks for any."""
    first, second = torch.randn(4, requires_grad=True), torch.randn(4, requires_grad=True)
    loss = by_one_thread(lambda x, y: (x.exp() * 2).sum(), first, second)
    expected = (first.exp() * 2).sum()
    assert loss == expected
    loss.backward()
    torch.testing.assert_close(first.grad, 2 * first.detach().exp())
    assert second.grad is None
    with torch.no_grad():
        assert by_one_thread(lambda x: x.sum(), first) == first.sum()
    assert torch.get_num_threads() == 2


def test_an_error_leaves_the_threads(two_threads):
    def fail(x):
        raise ValueError("no loss")

    with pytest.raises(ValueError, match="no loss"):
        by_one_thread(fail, torch.ones(1))
    assert torch.get_num_threads() == 2
