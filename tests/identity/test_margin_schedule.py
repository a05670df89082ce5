"""A margin's way from start to end."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.identity.margin_schedule import SHAPES, MarginSchedule

ANGLES = st.floats(0, math.pi / 2)


@given(ANGLES, ANGLES, st.floats(0, 20), st.floats(0.1, 20), st.sampled_from(SHAPES))
def test_it_keeps_its_ends_and_moves_one_way_between(start, final, first, length, shape):
    margin = MarginSchedule(final, start, [first, first + length], shape)
    assert margin.at(0) == start if first > 0 else margin.at(0) in (start, final)
    assert margin.at(first + length) == margin.at(1000) == final
    way = [margin.at(first + length * step / 10) for step in range(11)]
    assert way == sorted(way, reverse=start > final)


def test_halfway():
    assert MarginSchedule(0.4, 0.2, [5, 10], "linear").at(7.5) == pytest.approx(0.3)
    expected = 0.2 + 0.2 * (1 - math.exp(math.log(0.001) / 2)) / 0.999
    assert MarginSchedule(0.4, 0.2, [5, 10], "exponential").at(7.5) == pytest.approx(expected)


def test_without_epochs_it_is_the_final_margin_from_the_first_step():
    assert MarginSchedule(0.2).at(0.0) == 0.2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"shape": "cubic"}, "linear, exponential, not cubic"),
        ({"epochs": [5, 2]}, "two epochs"),
        ({"epochs": [5]}, "two epochs"),
        ({"start": -0.1}, "-0.1"),
    ],
)
def test_what_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        MarginSchedule(0.2, **arguments)
