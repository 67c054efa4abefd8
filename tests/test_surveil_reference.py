"""`surveil` against a slow reference written here: the filter in plain matrices, every tail by scipy's laws, every bound by search."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats
from scipy.special import betainc

from riskwarn.detect.filter import Tuning
from riskwarn.detect.filter_lanes import DOUBT
from riskwarn.detect.prospective import PRIOR_VARIANCE, WINDOWS
from riskwarn.detect.windows import inflation, weekly_share
from riskwarn.surveil import surveil

Floats = NDArray[np.float64]
MONDAY = date(2019, 12, 30)
T = Tuning()


def expectations(counts: Floats, exposure: Floats) -> tuple[Floats, Floats, Floats]:
    """Expected count, error of its rate and dispersion of every week of one series, as docs/detection.md words it."""
    weeks = counts.size
    angle = 2 * np.pi * (MONDAY.toordinal() + 7 * np.arange(weeks)) / 365.2425
    x = np.column_stack([np.ones(weeks), np.arange(weeks) / 100, np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)])
    mean, cov, widest = np.zeros(6), np.diag(PRIOR_VARIANCE[0]), PRIOR_VARIANCE[0].copy()
    discount = np.array([T.level_discount, 1.0] + [T.season_discount] * 4)
    square = weight = 0.0
    phi, awake, learned = T.prior_dispersion, False, 0
    found = np.zeros((3, weeks))
    for t in range(weeks):
        while learned < t - min(T.guard_weeks, t // 4):
            y, row = counts[learned], x[learned]
            if learned == 0:
                row = np.append(0.0, row[1:])
                var = row @ cov @ row
                mean[0] = math.log((1 + y) / exposure[0])
                cov[0] = cov[:, 0] = -cov @ row
                cov[0, 0] = widest[0] = 1 / (1 + y / max(phi, DOUBT * y)) + max(var, 1e-12)
                learned += 1
                continue
            var, mu = row @ cov @ row, exposure[learned] * math.exp(row @ mean)
            if learned >= T.settled_weeks:
                wide, z = max(phi, T.winsor_dispersion), T.winsor_sd
                y = min(y, mu + z * math.sqrt(wide * mu + mu * mu * var) + (z * z - 1) / 6 * (2 * wide - 1))
            doubt = 0.0 if learned >= T.settled_weeks else DOUBT * mu
            if awake:
                information = mu / (mu + 0.5)
                square += information * (y - mu) ** 2 / (mu * (1 + mu * var / max(phi, doubt)))
                weight += information
                phi = max(1.0, (square + T.prior_dispersion_weeks * T.prior_dispersion) / (weight + T.prior_dispersion_weeks))
            awake = awake or counts[learned] > 0
            toward = cov @ row
            believed = max(phi, doubt)
            mean = mean + toward / var * math.log((1 / var + y / believed) / (1 / var + mu / believed))
            cov = cov - np.outer(toward, toward) / var * (1 - (1 / var) / (1 / var + y / believed))
            spread = np.diag(cov)
            wider = np.maximum(spread, np.minimum(spread / discount, widest))
            wider[1] = spread[1]
            np.fill_diagonal(cov, wider)
            learned += 1
        found[0, t] = exposure[t] * math.exp(x[t] @ mean)
        found[1, t] = x[t] @ cov @ x[t]
        found[2, t] = min(phi, 100.0 + found[0, t])
    found[0, 0] = counts[0]
    return found[0], found[1], found[2]


def tail(y: float, mean: float, var: float) -> float:
    """P(Y > y) + P(Y = y) / 2 of the negative binomial, by the incomplete beta function."""
    size, p = mean**2 / (var - mean), mean / var
    above = betainc(y + 1, size, 1 - p)
    return float(above + 0.5 * stats.nbinom.pmf(y, size, p))


def reference(counts: Floats, exposure: Floats, alpha: float) -> pd.DataFrame:
    expected, rate_var, phi = expectations(counts, exposure)
    log_x, log_ratio = inflation(WINDOWS, (1.0, 1.0))
    level = weekly_share(WINDOWS, (1.0, 1.0), alpha)
    p_value, upper = np.ones(counts.size), counts.copy()
    for t in range(1, counts.size):
        best, bound = 1.0, math.inf
        for width in WINDOWS:
            if t - width + 1 < 1:
                continue
            mean, earlier = expected[t - width + 1 : t + 1].sum(), counts[t - width + 1 : t].sum()
            var = phi[t] * mean + rate_var[t] * mean**2
            best = min(best, tail(counts[t] + earlier, mean, var)) if counts[t] else best
            critical = next(y for y in range(10**6) if tail(y, mean, var) <= level)
            bound = min(bound, critical - earlier - 1)
        upper[t] = max(bound, 0.0)
        if best < 1.0:
            p_value[t] = min(1.0, best * math.exp(np.interp(math.log(best), log_x, log_ratio)))
    return pd.DataFrame({"expected": expected, "upper": upper, "p_value": p_value})


def series_of(seed: int, mean: float, size: float, weeks: int) -> Floats:
    rng = np.random.default_rng(seed)
    season = 1 + 0.5 * np.cos(2 * np.pi * np.arange(weeks) / 52)
    counts = rng.poisson(rng.gamma(size, mean * season / size)).astype(np.float64)
    counts[weeks // 2 : weeks // 2 + 3] += rng.poisson(4 * mean + 2)
    return counts


@pytest.mark.parametrize(
    ("mean", "size", "weeks"), [(0.05, 1.0, 200), (0.3, 0.5, 130), (1.0, 2.0, 117), (4.0, 5.0, 100), (12.0, 40.0, 75), (20.0, 1e6, 60)]
)
@pytest.mark.parametrize("seed", [0, 1])
def test_every_week_agrees_with_the_reference(mean: float, size: float, weeks: int, seed: int) -> None:
    counts = series_of(seed, mean, size, weeks)
    exposure = np.random.default_rng(seed).choice([1.0, 2.5, 0.7], weeks) if seed else np.ones(weeks)
    frame = pd.DataFrame({"series": "a", "week": [MONDAY + timedelta(weeks=i) for i in range(weeks)], "count": counts.astype(int)})
    if seed:
        frame["exposure"] = exposure
    for alpha in (0.05, 0.001):
        found, wanted = surveil(frame, alpha=alpha), reference(counts, exposure, alpha)
        np.testing.assert_allclose(found["expected"], wanted["expected"], rtol=1e-9)
        exact = np.convolve(wanted["expected"], [1.0, 1.0])[:weeks] < 60.0  # beyond, tails are approximated
        np.testing.assert_allclose(found["p_value"][exact], wanted["p_value"][exact], rtol=1e-9)
        np.testing.assert_allclose(found["p_value"], wanted["p_value"], rtol=0.02)
        np.testing.assert_array_equal(found["upper"], wanted["upper"])


@pytest.mark.parametrize(("mean", "size"), [(150.0, 1e6), (400.0, 8.0), (5000.0, 3.0)])
def test_what_dense_series_expect_agrees_with_the_reference(mean: float, size: float) -> None:
    counts = series_of(3, mean, size, 90)
    frame = pd.DataFrame({"series": "a", "week": [MONDAY + timedelta(weeks=i) for i in range(90)], "count": counts.astype(int)})
    np.testing.assert_allclose(surveil(frame)["expected"], expectations(counts, np.ones(90))[0], rtol=1e-9)


def shapes(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The same rows in every form in which series and weeks may come."""
    return {
        "as pandas keeps text": table.astype({"series": "str"}),
        "Python texts": table.astype({"series": object}),
        "categories": table.astype({"series": "category"}),
        "weeks as texts": table.assign(week=table["week"].dt.strftime("%Y-%m-%d")),
        "weeks in nanoseconds": table.astype({"week": "datetime64[ns]"}),
        "weeks with a time zone": table.assign(week=table["week"].dt.tz_localize("UTC")),
        "counts as decimals": table.astype({"count": float}),
        "exposure of one": table.assign(exposure=1.0),
        "part of a larger table": pd.concat([table.assign(series="before"), table]).iloc[len(table) :],
        "shuffled": table.sample(frac=1.0, random_state=1),
    }


FORMS = (
    "as pandas keeps text", "Python texts", "categories", "weeks as texts", "weeks in nanoseconds", "weeks with a time zone",
    "counts as decimals", "exposure of one", "part of a larger table", "shuffled",
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_the_table_does_not_matter(form: str) -> None:
    parts = [
        pd.DataFrame(
            {"series": name, "week": pd.date_range(MONDAY, periods=40 + 7 * i, freq="7D"), "count": series_of(i, 2.0, 2.0, 40 + 7 * i)}
        ).astype({"count": int})
        for i, name in enumerate(["甲", "b", "bb", "", "b "])
    ]
    table = pd.concat(parts, ignore_index=True)
    wanted, given = surveil(table), shapes(table)[form]
    found = surveil(given)
    assert list(found.index) == list(given.index)
    columns = ["expected", "upper", "p_value", "alarm"]
    pd.testing.assert_frame_equal(found.sort_index()[columns], wanted[columns], check_exact=True)
