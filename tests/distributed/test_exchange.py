"""Two processes with a batch between them do what one does with all of it."""

import pytest
import torch

from speechdistill.base.errors import InputError
from speechdistill.distributed.batch_norm import SynchronisedBatchNorm, synchronise_batch_norms
from speechdistill.distributed.processes import process_group

ROWS = torch.randn(6, 5, 7, generator=torch.Generator().manual_seed(0))


def make_encoder() -> torch.nn.Module:
    torch.manual_seed(1)
    return torch.nn.Sequential(
        torch.nn.Conv1d(5, 4, 3),
        torch.nn.BatchNorm1d(4),
        torch.nn.Flatten(),
        torch.nn.Linear(20, 3),
        torch.nn.BatchNorm1d(3, affine=False, momentum=None),
    )


def loss_of(embeddings: torch.Tensor) -> torch.Tensor:
    """A loss that compares the samples with each other."""
    return torch.cdist(embeddings, embeddings + 1).logsumexp(dim=1).square().mean()


@pytest.mark.slow
def test_gradients_and_statistics_are_those_of_the_whole_batch(on_two_processes):
    state = torch.load(on_two_processes("exchange_on_two.py") / "state.pt")
    encoder = make_encoder()
    embeddings = encoder(ROWS)
    loss = loss_of(embeddings)
    loss.backward()
    torch.testing.assert_close(state["embeddings"], embeddings.detach())
    assert state["loss"] == pytest.approx(loss.item(), rel=1e-5)
    for found, weight in zip(state["gradients"], encoder.parameters(), strict=True):
        torch.testing.assert_close(found, weight.grad, rtol=1e-4, atol=1e-6)
    for found, buffer in zip(state["buffers"], encoder.buffers(), strict=True):
        torch.testing.assert_close(found, buffer)
    assert state["positive"].equal(ROWS[:, 0].bfloat16() > 0)
    assert state["ranks"] == [(0, 2), (1, 2)]
    assert state["seen"] == [False, True]


def test_alone_a_synchronised_norm_is_the_plain_one():
    plain, twin = make_encoder(), synchronise_batch_norms(make_encoder(), "cpu")
    assert [type(part) for part in twin].count(SynchronisedBatchNorm) == 2
    assert list(twin.state_dict()) == list(plain.state_dict())
    assert torch.equal(plain(ROWS), twin(ROWS))
    assert torch.equal(plain.eval()(ROWS), twin.eval()(ROWS))


def test_half_an_environment_is_an_error(monkeypatch):
    monkeypatch.setenv("RANK", "0")
    for name in ("LOCAL_RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(InputError, match="RANK is set but not LOCAL_RANK"), process_group():
        pass
