"""What holds of every sampler: global batches, slices, steps, resumption."""

import functools
from itertools import chain

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from speechbrain.dataio.sampler import (
    ReproducibleRandomSampler,
    ReproducibleWeightedRandomSampler,
)

from speechdistill.base.errors import InputError
from speechdistill.sampling import PersonBalanced, QualityWeighted, RandomOrder

KINDS = [
    RandomOrder,
    functools.partial(QualityWeighted, floor=0.2),
    functools.partial(PersonBalanced, items_per_person=2),
]
EACH_KIND = pytest.mark.parametrize("kind", KINDS, ids=["random", "quality", "person"])


def make(kind, size=50, batch_size=8, **options):
    labels = np.arange(size) * 7 % 9
    return kind(labels, np.linspace(0, 1, size), batch_size, **{"seed": 3, **options})


@EACH_KIND
@given(st.integers(16, 120), st.sampled_from([1, 2, 4]), st.integers(1, 4), st.integers(0, 5))
def test_ranks_share_the_global_batches(kind, size, world_size, share, epoch):
    share *= 2 // min(2, world_size)
    ranks = [
        make(kind, size, share * world_size, rank=rank, world_size=world_size)
        for rank in range(world_size)
    ]
    alone = make(kind, size, share * world_size)
    for sampler in (*ranks, alone):
        sampler.set_epoch(epoch)
    slices = [list(sampler) for sampler in ranks]
    assert {len(found) for found in slices} == {len(alone)} == {len(list(alone))}
    assert [list(chain(*parts)) for parts in zip(*slices, strict=True)] == list(alone)


@EACH_KIND
@given(st.integers(0, 6), st.integers(1, 4))
def test_an_epoch_goes_on_where_it_stopped(kind, done, epoch):
    whole, resumed = make(kind), make(kind)
    whole.set_epoch(epoch)
    resumed.set_epoch(epoch)
    resumed.start_at(done)
    assert list(resumed) == list(whole)[done:]
    assert len(resumed) == len(whole) == 6
    resumed.set_epoch(epoch)  # a Brain sets it once more
    assert len(list(resumed)) == 6 - done
    resumed.set_epoch(epoch + 1)
    assert len(list(resumed)) == 6


@EACH_KIND
def test_order_depends_on_seed_and_epoch_alone(kind):
    def sampled(seed, epoch):
        torch.rand(epoch + 1)  # the global generators have no say
        np.random.seed(epoch)  # noqa: NPY002
        sampler = make(kind, seed=seed)
        sampler.set_epoch(epoch)
        return list(sampler)

    assert sampled(1, 1) == sampled(1, 1)
    assert sampled(1, 1) != sampled(1, 2)
    assert sampled(1, 1) != sampled(5, 1)


@EACH_KIND
def test_an_epoch_can_be_repeated(kind):
    sampler = make(kind)
    assert list(sampler) == list(sampler)


@pytest.mark.parametrize("size", [5, 8, 50])
def test_random_order_is_that_of_speechbrain(size):
    theirs = ReproducibleRandomSampler(range(size), seed=3)
    drop_last = size > 8
    for epoch in (1, 2):
        theirs.set_epoch(epoch)
        ours = make(RandomOrder, size)
        ours.set_epoch(epoch)
        assert list(ours) == list(torch.utils.data.BatchSampler(theirs, 8, drop_last))


def test_weighted_order_is_that_of_speechbrain():
    ours = make(KINDS[1])
    theirs = ReproducibleWeightedRandomSampler(ours.weights.tolist(), 50, True, seed=3)
    for sampler in (ours, theirs):
        sampler.set_epoch(4)
    assert list(ours) == list(torch.utils.data.BatchSampler(theirs, 8, drop_last=True))


def test_a_set_smaller_than_a_batch_is_shared_evenly():
    ranks = [make(RandomOrder, 7, 8, rank=rank, world_size=2) for rank in (0, 1)]
    first, second = [list(sampler) for sampler in ranks]
    assert [len(batch) for batch in (*first, *second)] == [3, 3]
    assert not set(first[0]) & set(second[0])


def test_batches_that_cannot_be_shared():
    with pytest.raises(InputError, match="shared by 3 processes"):
        make(RandomOrder, 50, 8, world_size=3)
    with pytest.raises(InputError, match="1 items for 2 processes"):
        make(RandomOrder, 1, 8, world_size=2)
