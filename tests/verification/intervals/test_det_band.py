"""The band of a DET curve against percentiles over replicates made one by one."""

import numpy as np
import pytest

from speechdistill.verification.intervals.bootstrap import SpeakerBootstrap
from speechdistill.verification.intervals.det_band import DetBand
from speechdistill.verification.metrics import det_curve
from tests.verification.intervals.test_bootstrap import make_scores, make_trials, resample


def test_the_band_holds_the_middle_of_the_replicates_at_every_rate():
    labels, enrol, test = make_trials(nontargets=100)
    scores = make_scores(labels, enrol, test, 1.0, seed=1)
    bootstrap = SpeakerBootstrap(labels, enrol, test, replicates=41, seed=2)
    band = DetBand.of(bootstrap.evaluate(scores, DetBand.metrics()))
    curves = [
        det_curve(*resample(counts, labels, enrol, test, scores))
        for counts in bootstrap.sampled_counts()
    ]
    for point in range(0, len(band.low), 17):
        rate = band.false_alarm_rates[point]
        misses = sorted(curve.miss_rate_at(rate) for curve in curves)
        # Of 41 values, a tail of 2.5 % is the first and the last.
        assert band.low[point] == pytest.approx(misses[1])
        assert band.high[point] == pytest.approx(misses[-2])


def test_the_band_falls_and_holds_the_curve():
    labels, enrol, test = make_trials(30, 6, 2000)
    scores = make_scores(labels, enrol, test, 1.0, seed=1)
    bootstrap = SpeakerBootstrap(labels, enrol, test, replicates=200)
    band = DetBand.of(bootstrap.evaluate(scores, DetBand.metrics()))
    assert np.all(np.diff(band.low) <= 1e-12) and np.all(np.diff(band.high) <= 1e-12)
    curve = det_curve(scores[labels == 1], scores[labels == 0])
    inside = [
        low <= curve.miss_rate_at(rate) <= high
        for rate, low, high in zip(band.false_alarm_rates, band.low, band.high, strict=True)
        if rate > 1e-3
    ]
    assert np.mean(inside) > 0.95
