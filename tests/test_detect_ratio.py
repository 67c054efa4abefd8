"""The rate ratio and its interval."""

from __future__ import annotations

import numpy as np

from riskwarn.detect.evidence import HIGHEST_RATIO, ratio_interval


def interval(observed: float, expected: float, dispersion: float, rate_var: float) -> tuple[float, float, float]:
    return tuple(float(a[0]) for a in ratio_interval(*(np.array([v]) for v in (observed, expected, dispersion, rate_var))))  # type: ignore[return-value]


def test_a_rate_known_from_next_to_nothing_still_bounds_the_ratio_from_below() -> None:
    ratio, low, high = interval(12.0, 0.015, 1.0, 20.0)
    assert ratio > 100
    assert 5 < low < ratio
    assert high == HIGHEST_RATIO


def test_the_interval_covers_the_true_ratio_nine_times_in_ten() -> None:
    rng = np.random.default_rng(5)
    draws, shape, usual, true = 20_000, 8.0, 6.0, 2.5
    rate = rng.gamma(shape, 1 / shape, draws)  # what the usual rate really is, relative to its estimate
    observed = rng.poisson(usual * rate * true).astype(float)
    _, low, high = ratio_interval(observed, np.full(draws, usual), np.ones(draws), np.full(draws, 1 / shape))
    assert abs(np.mean((low <= true) & (true <= high)) - 0.9) < 0.015


def test_more_uncertainty_is_a_wider_interval() -> None:
    _, low, high = interval(20.0, 5.0, 1.0, 0.01)
    for wider in (interval(20.0, 5.0, 3.0, 0.01), interval(20.0, 5.0, 1.0, 0.3)):
        assert wider[1] < low < high < wider[2]
