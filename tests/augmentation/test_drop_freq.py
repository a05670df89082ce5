"""Our DropFreq drops what SpeechBrain's drops."""

import logging

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from speechbrain.augment import time_domain
from speechbrain.augment.augmenter import Augmenter

from speechdistill.augmentation import drop_freq
from speechdistill.augmentation.drop_freq import BLOCK, TAPS, DropFreq, faster, filtered
from speechdistill.students.batch_augmentation import WaveformBatchAugmentation


@settings(max_examples=12)
@given(
    seed=st.integers(0, 2**32 - 1),
    samples=st.integers(1, 3 * BLOCK),
    count=st.integers(0, 4),
    width=st.floats(0.01, 0.3),
)
def test_the_waveforms_and_the_state_of_randomness_are_speechbrains(seed, samples, count, width):
    waveforms = torch.rand(2, samples, generator=torch.Generator().manual_seed(seed)) * 2 - 1
    outputs = []
    for kind in (time_domain.DropFreq, DropFreq):
        drop = kind(drop_freq_count_low=count, drop_freq_count_high=4, drop_freq_width=width)
        torch.manual_seed(seed)
        outputs.append((drop(waveforms), torch.rand(1)))
    (theirs, after_theirs), (ours, after_ours) = outputs
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)
    assert after_ours == after_theirs


@pytest.mark.parametrize("samples", [1, 60, BLOCK - TAPS + 1, BLOCK - TAPS + 2, 5000])
def test_filtering_is_the_naive_sum(samples):
    generator = np.random.default_rng(samples)
    waveform, kernel = generator.normal(size=samples), generator.normal(size=TAPS)
    padded = np.pad(waveform, TAPS // 2)
    naive = [padded[start : start + TAPS] @ kernel for start in range(samples)]
    ours = filtered(torch.from_numpy(waveform).unsqueeze(0), torch.from_numpy(kernel))
    np.testing.assert_allclose(ours[0].numpy(), naive, atol=1e-10)


def test_channels_are_filtered_each_by_itself():
    waveforms = torch.randn(2, 3000, 3)
    together, alone = (
        torch.manual_seed(1) and DropFreq()(part) for part in (waveforms, waveforms[..., 1])
    )
    torch.testing.assert_close(together[..., 1], alone)


def test_ours_takes_the_place_of_speechbrains_in_a_yaml_with_a_line_in_the_log(caplog):
    caplog.set_level(logging.INFO)
    theirs = time_domain.DropFreq(drop_freq_low=0.2, drop_freq_high=0.4, drop_freq_count_low=2)
    augment = WaveformBatchAugmentation(
        Augmenter(min_augmentations=1, max_augmentations=1, augmentations=[theirs])
    )
    state = torch.get_rng_state()
    augment.start_epoch()
    assert torch.equal(torch.get_rng_state(), state)
    augment.start_epoch()
    [line] = [record.getMessage() for record in caplog.records if "DropFreq" in record.getMessage()]
    assert float(line.rsplit(" ", 1)[1]) < 1e-6
    waveforms = torch.randn(2, 8000)
    torch.manual_seed(3)
    with torch.random.fork_rng():
        torch.randint(1, 2, (1,))  # the Augmenter samples how many there are
        expected = theirs(waveforms)
    torch.testing.assert_close(augment(waveforms)[0], expected, atol=1e-5, rtol=0)
    assert type(augment.augmenter.augmentations["DropFreq0"]) is DropFreq


def test_speechbrains_stays_if_it_drops_otherwise(monkeypatch, caplog):
    monkeypatch.setattr(drop_freq, "filtered", lambda waveforms, kernel: 0.9 * waveforms)
    theirs = time_domain.DropFreq()
    assert faster(theirs) is theirs
    assert "differs" in caplog.text
