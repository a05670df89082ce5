"""Margins that change."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.distillation.margins import MarginSchedule, QuantileMargin

BATCH = torch.tensor([0.3, 0.1, 0.8])


@pytest.mark.parametrize(("start", "end"), [(0.8, 0.2), (0.0, 0.6), (0.4, 0.4)])
def test_schedule_is_a_line_and_then_a_constant(start, end):
    margin = MarginSchedule(end, start, epochs=[0, 3], shape="linear")
    values = [margin(BATCH, epoch).item() for epoch in range(1, 8)]
    assert values == pytest.approx([*np.linspace(start, end, 4), end, end, end])


@given(
    st.lists(st.floats(0, 10, width=32), min_size=1, max_size=20),
    st.floats(0, 1, exclude_max=True),
)
def test_quantile_is_numpy_s_and_bounds_the_share_beyond_it(distances, quantile):
    batch = torch.tensor(distances)
    margin = QuantileMargin(quantile)(batch, epoch=1)
    assert margin.item() == pytest.approx(np.quantile(batch.numpy(), quantile), abs=1e-5)
    within = math.floor((len(batch) - 1) * quantile - 1e-4) + 1
    assert (batch > margin).sum() <= len(batch) - within


@pytest.mark.parametrize("margin", [MarginSchedule(0.2, 0.1, [0, 2]), QuantileMargin(0.5)])
def test_a_margin_is_a_scalar_without_gradient(margin):
    distances = BATCH.clone().requires_grad_()
    value = margin(distances, 2)
    assert value.shape == () and value.dtype == distances.dtype
    assert not value.requires_grad


def test_bad_settings_are_refused():
    for quantile in (-0.1, 1.0):
        with pytest.raises(ValueError, match="quantile"):
            QuantileMargin(quantile)
