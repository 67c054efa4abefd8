"""Dense series that scatter far more than Poisson's law, as complaints do: quiet ones are seldom improbable, rises are found."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from riskwarn.detect.choice import accumulation_p
from riskwarn.detect.null import _years
from riskwarn.detect.recursion import RATIOS, accumulate
from riskwarn.indicators import load_indicators
from riskwarn.surveil import surveil

INDICATOR = next(one for one in load_indicators() if one.id == "complaints")
LANES, WEEKS = 80, 150


@pytest.fixture
def scatter(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark that measures the same on more lanes."""
    monkeypatch.syspath_prepend(Path(__file__).resolve().parent.parent / "benchmarks")
    return import_module("bench_scatter")


@pytest.mark.parametrize(("mean", "phi", "most"), [(500.0, 20.0, 0.006), (500.0, 100.0, 0.02), (5000.0, 100.0, 0.008)])
def test_a_quiet_dense_series_is_seldom_improbable_however_it_scatters(scatter: ModuleType, mean: float, phi: float, most: float) -> None:
    """Share of p <= 0.001 over 640 lane-nights; it was 0.02, 0.2 and 0.03 when only a law of dispersion 2 was learned."""
    counts = scatter.quiet_lanes(mean, phi, LANES, WEEKS, int(mean + phi))
    p_value = np.concatenate([scatter.judged(counts, week)["p_value"] for week in range(100, 148, 6)])
    assert np.mean(p_value <= 0.001) <= most


def test_a_dense_series_that_doubles_is_found_though_it_scatters(scatter: ModuleType) -> None:
    counts = scatter.quiet_lanes(500.0, 20.0, LANES, WEEKS, 7)
    counts[::8, 140:] *= 2
    p_value = scatter.judged(counts, 142)["p_value"]
    risen = np.arange(LANES) % 8 == 0
    assert np.mean(p_value[risen] <= 1e-4) >= 0.8
    assert np.mean(p_value[~risen] <= 1e-4) <= 0.03


@pytest.mark.parametrize(("mean", "phi"), [(5000.0, 500.0), (5000.0, 2000.0)])
def test_dense_first_weeks_do_not_decide_for_years(scatter: ModuleType, mean: float, phi: float) -> None:
    """Share of p <= 0.001 from the second year on; it was 0.1 and 0.3 when the first weeks were believed to scatter little."""
    counts = scatter.quiet_lanes(mean, phi, LANES, WEEKS, 11)
    weeks = pd.date_range(scatter.FIRST, periods=WEEKS, freq="7D")
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
