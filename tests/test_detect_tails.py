"""Tails against scipy's exact laws, and windows against plain simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from riskwarn.detect.tails import critical_search, mid_p, tail_and_critical
from riskwarn.detect.windows import combined, inflation, weekly_share


def exact(y: float, mean: float, var: float) -> float:
    law = stats.poisson(mean) if var <= mean else stats.nbinom(mean**2 / (var - mean), mean / var)
    return float(law.sf(y) + 0.5 * law.pmf(y))


@pytest.mark.parametrize("mean", [0.01, 0.3, 2.0, 15.0, 59.0, 61.0, 150.0, 4000.0, 1e6])
@pytest.mark.parametrize("phi", [1.0, 1.2, 3.0, 20.0])
@pytest.mark.parametrize("z", [-2.0, -0.5, 0.0, 0.5, 2.0, 5.0, 10.0])
def test_mid_p_agrees_with_the_exact_law(mean: float, phi: float, z: float) -> None:
    var = phi * mean + 0.01 * mean**2
    y = max(0.0, float(np.round(mean + z * np.sqrt(var))))
    assert mid_p(y, mean, var) == pytest.approx(exact(y, mean, var), rel=0.02, abs=0)


@pytest.mark.parametrize("mean", [75.0, 900.0, 12345.0, 2e6])
@pytest.mark.parametrize("phi", [1.0, 1.4, 30.0])
@pytest.mark.parametrize("z", [-1.0, -0.05, -0.002, 0.0, 0.002, 0.011, 0.3])
def test_a_rounding_of_the_mean_does_not_show_in_the_tail(mean: float, phi: float, z: float) -> None:
    """Near the mean the saddlepoint divides differences of large numbers by each other."""
    y, var = np.round(mean), phi * mean + 1e-4 * mean**2
    middle = y - z * np.sqrt(var)
    tails = [mid_p(y, middle * (1.0 + i * 1e-15), var) for i in range(5)]
    assert max(tails) - min(tails) < 1e-10


@pytest.mark.parametrize("mean", [0.01, 0.5, 5.0, 59.0, 61.0, 400.0, 1e5])
@pytest.mark.parametrize("phi", [10.0, 300.0, 1e4, 1e6, 1e9, 1e16])
@pytest.mark.parametrize("y", [1.0, 24.0, 26.0, 999.0, 1001.0, 5000.0, 1e7, 1e12])
def test_the_tail_of_a_wide_law_is_that_of_the_exact_law(y: float, mean: float, phi: float) -> None:
    """What one absurd count leaves behind: P(Y = 0) near 1, and a tail that falls as slowly as 1 / y for a million millions."""
    tail = wide(y, mean, phi)
    assert mid_p(y, mean, phi * mean) == pytest.approx(tail, rel=0.02 if phi < mean / 2.0 else 2e-6, abs=1e-300)


def wide(y: float, mean: float, phi: float) -> float:
    """As ``exact``, for laws so wide that scipy's distributions round their probability of success to 0 or 1."""
    size, success = mean / (phi - 1.0), 1.0 / phi
    return float(special.betaincc(size, y + 1.0, success) + special.betaincc(size, y, success)) / 2.0


@pytest.mark.parametrize("mean", [0.01, 30.0, 61.0])
@pytest.mark.parametrize("phi", [1e4, 1e9, 1e16])
@pytest.mark.parametrize("level", [0.01, 1e-4, 1e-8, 1e-12])
def test_the_critical_count_of_a_wide_law_is_found(mean: float, phi: float, level: float) -> None:
    tail, critical = tail_and_critical(2e6, level, mean, phi * mean)
    assert tail == mid_p(2e6, mean, phi * mean)
    assert tail_and_critical(1.0, level, mean, phi * mean)[0] == pytest.approx(mid_p(1.0, mean, phi * mean), rel=1e-9, abs=0)
    assert mid_p(critical, mean, phi * mean) <= level * (1 + 1e-6)
    assert critical == 0.0 or mid_p(critical * (1 - 1e-12) - 1.0, mean, phi * mean) > level * (1 - 1e-6)


@pytest.mark.parametrize("level", [2e-9, 1e-10, 1e-12, 1.1e-13])
def test_a_walk_finds_no_critical_count_among_its_own_rounding(level: float) -> None:
    """One minus a sum of probabilities has no digits left to compare with a very small level."""
    for mean in np.linspace(0.5, 59.5, 1000):
        assert tail_and_critical(0.0, level, mean, 1.3 * mean)[1] == critical_search(level, mean, 1.3 * mean)


def test_what_is_not_a_number_ends_too() -> None:
    assert np.isnan(tail_and_critical(np.nan, 0.01, 3.0, 4.0)[0])
    assert np.isnan(tail_and_critical(2.0, 0.01, np.nan, np.nan)[0])


def test_small_probabilities_have_no_floor() -> None:
    assert mid_p(400.0, 20.0, 20.0) < 1e-100
    assert mid_p(300.0, 20.0, 20.0) > mid_p(310.0, 20.0, 20.0) > 0.0
    assert mid_p(0.0, 0.0, 0.0) == 1.0 and 0.0 < mid_p(1.0, 0.0, 0.0) < 1e-300


@given(st.integers(0, 400), st.floats(1e-6, 1e4), st.floats(1.0, 30.0), st.floats(0.0, 2.0))
def test_tail_is_a_probability_that_falls_with_the_count(y: int, mean: float, phi: float, spread: float) -> None:
    var = phi * mean + spread * mean**2
    here, above = mid_p(float(y), mean, var), mid_p(float(y + 1), mean, var)
    assert 0.0 < above <= here <= 1.0


@given(st.floats(1e-3, 3000.0), st.floats(1.0, 20.0), st.floats(1e-12, 0.4))
def test_critical_count_is_the_smallest_at_or_below_the_level(mean: float, phi: float, level: float) -> None:
    _, critical = tail_and_critical(0.0, level, mean, phi * mean)
    assert mid_p(critical, mean, phi * mean) <= level * (1 + 1e-6)
    assert critical == 0.0 or mid_p(critical - 1.0, mean, phi * mean) > level * (1 - 1e-6)


@given(st.integers(0, 60), st.floats(1e-3, 59.0), st.floats(1.0, 20.0))
def test_one_walk_gives_the_same_tail(y: int, mean: float, phi: float) -> None:
    assert tail_and_critical(float(y), 0.01, mean, phi * mean)[0] == pytest.approx(mid_p(float(y), mean, phi * mean), rel=1e-6, abs=0)


@pytest.mark.parametrize(
    ("windows", "weights"), [((1, 2), (1.0, 1.0)), ((1, 2, 4, 8), (1.0, 1.0, 1.0, 0.5)), ((4,), (1.0,)), ((1, 8), (1.0, 0.2))]
)
def test_the_best_of_several_windows_is_calibrated(windows: tuple[int, ...], weights: tuple[float, ...]) -> None:
    weeks = np.random.default_rng(11).standard_normal((400_000, max(windows)))
    tails = [stats.norm.sf(weeks[:, -w:].sum(axis=1) / np.sqrt(w)) / u for w, u in zip(windows, weights, strict=True)]
    smallest = np.minimum(np.min(tails, axis=0), 1.0)
    log_x, log_ratio = inflation(windows, weights)
    for alpha in (0.05, 0.01, 0.001):
        share = weekly_share(windows, weights, alpha)
        assert combined(share, log_x, log_ratio) == pytest.approx(alpha, rel=1e-3)
        standard_error = np.sqrt(alpha / weeks.shape[0])
        assert abs((smallest <= share).mean() - alpha) < 4 * standard_error + 0.02 * alpha


@pytest.mark.parametrize("alpha", [0.49, 1e-9, 1e-20, 1e-200])
def test_what_a_window_may_spend_is_found_at_any_level(alpha: float) -> None:
    assert combined(weekly_share((1, 2), (1.0, 1.0), alpha), *inflation((1, 2), (1.0, 1.0))) == pytest.approx(alpha, rel=1e-9, abs=0.0)


def test_combining_keeps_the_order() -> None:
    log_x, log_ratio = inflation((1, 2, 4), (1.0, 1.0, 0.5))
    values = [combined(x, log_x, log_ratio) for x in np.geomspace(1e-200, 1.0, 500)]
    assert values == sorted(values)
    assert values[-1] == 1.0
