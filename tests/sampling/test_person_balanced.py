from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.base.errors import InputError
from speechdistill.sampling import PersonBalanced


def batches_of(labels, batch_size, per_person, epoch=1):
    sampler = PersonBalanced(
        labels, np.ones(len(labels)), batch_size, 5, items_per_person=per_person
    )
    sampler.set_epoch(epoch)
    return list(sampler)


@given(st.lists(st.integers(1, 12), min_size=4, max_size=12), st.integers(1, 3), st.integers(2, 4))
def test_batches_hold_k_of_each_of_p_people(counts, per_person, people):
    labels = np.repeat(np.arange(len(counts)), counts)
    np.random.default_rng(0).shuffle(labels)
    batches = batches_of(labels, per_person * people, per_person)
    assert len(batches) == max(1, len(labels) // (per_person * people))
    for batch in batches:
        heard = Counter(labels[batch].tolist())
        assert len(heard) == people and set(heard.values()) == {per_person}
        for person in heard:
            own = {row for row in batch if labels[row] == person}
            assert len(own) == min(per_person, counts[person])


def test_people_are_heard_equally_often_and_all_their_items():
    counts = [4, 40, 10, 6]
    labels = np.repeat(np.arange(4), counts)
    sampled = np.concatenate([np.ravel(batches_of(labels, 8, 2, epoch)) for epoch in range(1, 20)])
    assert np.ptp(np.bincount(labels[sampled])) == 0
    assert set(sampled.tolist()) == set(range(60))
    # Within an epoch, none comes again before the person's others have.
    epoch = np.ravel(batches_of(labels, 8, 2))
    times = np.bincount(epoch, minlength=60)
    for person in range(4):
        own = times[labels == person]
        assert own.max() - own.min() <= 1


def test_people_change_batchmates():
    labels = np.repeat(np.arange(7), 6)
    batchmates = {
        tuple(sorted(set(labels[batch].tolist())))
        for epoch in range(1, 30)
        for batch in batches_of(labels, 4, 2, epoch)
    }
    assert len(batchmates) == 21


def test_wrong_sizes():
    labels = np.repeat(np.arange(3), 4)
    with pytest.raises(InputError, match="3 people are too few for batches of 4"):
        batches_of(labels, 8, 2)
    with pytest.raises(InputError, match="do not hold 3 items"):
        batches_of(labels, 8, 3)
