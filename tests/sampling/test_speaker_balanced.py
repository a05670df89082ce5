from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechdistill.base.errors import InputError
from speechdistill.sampling import SpeakerBalanced


def batches_of(labels, batch_size, per_speaker, epoch=1):
    sampler = SpeakerBalanced(
        labels, np.ones(len(labels)), batch_size, 5, utterances_per_speaker=per_speaker
    )
    sampler.set_epoch(epoch)
    return list(sampler)


@settings(deadline=None)
@given(st.lists(st.integers(1, 12), min_size=4, max_size=12), st.integers(1, 3), st.integers(2, 4))
def test_batches_hold_k_of_each_of_p_speakers(counts, per_speaker, speakers):
    labels = np.repeat(np.arange(len(counts)), counts)
    np.random.default_rng(0).shuffle(labels)
    batches = batches_of(labels, per_speaker * speakers, per_speaker)
    assert len(batches) == max(1, len(labels) // (per_speaker * speakers))
    for batch in batches:
        heard = Counter(labels[batch].tolist())
        assert len(heard) == speakers and set(heard.values()) == {per_speaker}
        for speaker in heard:
            own = {row for row in batch if labels[row] == speaker}
            assert len(own) == min(per_speaker, counts[speaker])


def test_speakers_are_heard_equally_often_and_all_their_utterances():
    counts = [4, 40, 10, 6]
    labels = np.repeat(np.arange(4), counts)
    drawn = np.concatenate([np.ravel(batches_of(labels, 8, 2, epoch)) for epoch in range(1, 20)])
    assert np.ptp(np.bincount(labels[drawn])) == 0
    assert set(drawn.tolist()) == set(range(60))
    # Within an epoch, none comes again before the speaker's others have.
    epoch = np.ravel(batches_of(labels, 8, 2))
    times = np.bincount(epoch, minlength=60)
    for speaker in range(4):
        own = times[labels == speaker]
        assert own.max() - own.min() <= 1


def test_speakers_change_company():
    labels = np.repeat(np.arange(7), 6)
    companies = {
        tuple(sorted(set(labels[batch].tolist())))
        for epoch in range(1, 30)
        for batch in batches_of(labels, 4, 2, epoch)
    }
    assert len(companies) == 21


def test_wrong_sizes():
    labels = np.repeat(np.arange(3), 4)
    with pytest.raises(InputError, match="3 speakers are too few for batches of 4"):
        batches_of(labels, 8, 2)
    with pytest.raises(InputError, match="do not hold 3 utterances"):
        batches_of(labels, 8, 3)
