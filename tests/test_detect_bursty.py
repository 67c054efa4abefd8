"""Dense series that scatter far more than Poisson's law, as complaints do: quiet ones are seldom improbable, rises are found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from detect_worlds import FIRST, table
from numpy.typing import NDArray

from riskwarn.detect import judge
from riskwarn.detect.choice import accumulation_p
from riskwarn.detect.null import _years
from riskwarn.detect.recursion import RATIOS, accumulate
from riskwarn.indicators import load_indicators
from riskwarn.surveil import surveil

INDICATOR = next(one for one in load_indicators() if one.id == "complaints")
COMPLAINTS = replace(INDICATOR, scopes=("product_origin",), detector=replace(INDICATOR.counting, pyod="off"))
LANES, WEEKS = 80, 150


def bursty(seed: int, mean: float, phi: float) -> NDArray[np.int64]:
    """Counts of LANES series over WEEKS weeks, variance ``phi`` times the mean, in which nothing happens."""
    rng = np.random.default_rng(seed)
    size = np.tile(mean * rng.lognormal(0.0, 0.2, (LANES, 1)), WEEKS) / (phi - 1.0)
    return rng.negative_binomial(size, 1.0 / phi)


def p_values(counts: NDArray[np.int64], week: int) -> NDArray[np.float64]:
    """Of each lane on the Monday after ``week``."""
    lane, at = np.nonzero(np.ones((LANES, week + 1)))
    products, origins = np.char.mod("%02d0100", 10 + lane // 20), np.char.mod("O%02d", lane % 20)
    values = {"complaints": counts[lane, at], "declared_lots": np.full(lane.size, 100)}
    signals = judge(table(products, origins, at, values), COMPLAINTS, FIRST + timedelta(weeks=week + 1))
    return signals.sort_values("series_key")["p_value"].to_numpy() * COMPLAINTS.counting.look_weights[-1]


@pytest.mark.parametrize(("mean", "phi", "most"), [(500.0, 20.0, 0.006), (500.0, 100.0, 0.02), (5000.0, 100.0, 0.008)])
def test_a_quiet_dense_series_is_seldom_improbable_however_it_scatters(mean: float, phi: float, most: float) -> None:
    """Share of p <= 0.001 over 640 lane-nights; it was 0.02, 0.2 and 0.03 when only a law of dispersion 2 was learned."""
    counts = bursty(int(mean + phi), mean, phi)
    p_value = np.concatenate([p_values(counts, week) for week in range(100, 148, 6)])
    assert np.mean(p_value <= 0.001) <= most


def test_a_dense_series_that_doubles_is_found_though_it_scatters() -> None:
    counts = bursty(7, 500.0, 20.0)
    counts[::8, 140:] *= 2
    p_value = p_values(counts, 142)
    risen = np.arange(LANES) % 8 == 0
    assert np.mean(p_value[risen] <= 1e-4) >= 0.8
    assert np.mean(p_value[~risen] <= 1e-4) <= 0.03


@pytest.mark.parametrize(("mean", "phi"), [(5000.0, 500.0), (5000.0, 2000.0)])
def test_dense_first_weeks_do_not_decide_for_years(mean: float, phi: float) -> None:
    """Share of p <= 0.001 from the second year on; it was 0.1 and 0.3 when the first weeks were believed to scatter little."""
    counts = bursty(11, mean, phi)
    weeks = pd.date_range(FIRST, periods=WEEKS, freq="7D")
    found = surveil(
        pd.DataFrame({"series": np.repeat(np.arange(LANES), WEEKS).astype(str), "week": np.tile(weeks, LANES), "count": counts.ravel()})
    )
    p_value = found["p_value"].to_numpy().reshape(LANES, WEEKS)
    assert np.mean(p_value[:, 60:] <= 0.001) <= 0.008
    assert np.mean(p_value[:, 60:] <= 0.01) <= 0.03


@pytest.mark.parametrize(("weekly", "phi"), [(60.0, 20.0), (60.0, 60.0), (400.0, 60.0)])
def test_what_accumulates_in_a_quiet_year_is_judged_by_its_own_scatter(weekly: float, phi: float) -> None:
    """Weighted share of simulated quiet years with p <= 0.01; it was 0.02, 0.03 and 0.009 by the strata of dispersion 6."""
    years, weeks = 4000, 52
    counts, expected, rate_var = np.zeros((3, years, weeks))
    weight, given = np.zeros(years), (np.array([one]) for one in (weekly, phi, 0.03))
    _years(*given, np.array([5]), np.array(RATIOS), np.log(RATIOS), counts, expected, rate_var, weight)
    scatter, detector = np.full(years, phi), INDICATOR.counting
    summed = accumulate(counts, expected, rate_var, scatter)
    p_value = accumulation_p(summed, scatter, detector.windows, detector.window_weights, detector.accumulation)
    assert 0.003 <= (weight * (p_value <= 0.01)).sum() / years <= 0.0085
