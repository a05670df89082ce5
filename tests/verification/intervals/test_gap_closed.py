"""How much of the way from a floor to a ceiling a system goes."""

import numpy as np
import pytest

from speechdistill.verification.intervals.replicated import Replicated, gap_closed

FLOOR, CEILING = 0.30, 0.10


def drawn(value, generator, common):
    return Replicated(value, value + common + 0.001 * generator.normal(size=1000))


@pytest.mark.parametrize("error", [0.30, 0.25, 0.12, 0.10, 0.08, 0.35])
def test_shares_of_the_replicates(error):
    """What a list of speakers does to all of them alike does not count."""
    generator = np.random.default_rng(0)
    common = 0.05 * generator.normal(size=1000)
    floor, ceiling, system = (drawn(v, generator, common) for v in (FLOOR, CEILING, error))
    closed = gap_closed(floor, ceiling, system)
    assert closed.value == pytest.approx((FLOOR - error) / (FLOOR - CEILING))
    shares = (floor.replicates - system.replicates) / (floor.replicates - ceiling.replicates)
    low, high = np.percentile(shares, [2.5, 97.5])
    assert (closed.low, closed.high) == pytest.approx((low, high), abs=1e-3)
    assert closed.low < closed.value < closed.high


def test_without_a_gap_there_is_no_share():
    generator = np.random.default_rng(0)
    same = Replicated(0.2, 0.2 + 0.01 * generator.normal(size=1000))
    other = Replicated(0.2, 0.2 + 0.01 * generator.normal(size=1000))
    closed = gap_closed(same, other, same)
    assert np.isnan([closed.value, closed.low, closed.high]).all()
    nearly = gap_closed(Replicated(0.21, same.replicates), other, same)
    assert not np.isnan(nearly.value) and np.isnan([nearly.low, nearly.high]).all()


def test_replicates_without_targets_are_left_out():
    generator = np.random.default_rng(0)
    parts = [drawn(value, generator, 0.0) for value in (FLOOR, CEILING, 0.15)]
    with_holes = [Replicated(p.value, np.append(p.replicates, np.nan)) for p in parts]
    assert gap_closed(*with_holes) == gap_closed(*parts)
