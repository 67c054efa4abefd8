"""The detector watched by itself: are the newest quiet weeks as probable as it says? Where not, its warnings are marked.

A detector that drifts (a new registration practice, a changed delay, a season it does not know) goes on printing p-values. Four
figures over all series of an indicator tell: the PIT histogram of counts (Czado, Gneiting & Held 2009), the share of small p,
the scatter of counts about what was expected, and the delay of the newest reports beside that of the year.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numba import njit, prange

from riskwarn.detect.completeness import estimate_completeness
from riskwarn.detect.tails import log_pmf, mid_p, tail_and_critical
from riskwarn.detect.workdays import Floats

BINS = 10
SMALL_P = 0.01
LEAST_EVENTS = 50  # fewer events say nothing of the whole
SIGMA = 4.0  # how far beyond its bound a figure lies before it counts as drift, in its own standard errors
PIT_BOUND = 0.25  # a bin that holds a quarter more or less than its tenth
SMALL_P_BOUNDS = (0.005, 0.02)
SCATTER_BOUNDS = (0.5, 2.0)
DELAY_BOUND = 0.1  # of all events
RECENT_WEEKS = 13
COLUMNS = ("indicator_id", "check_name", "value", "lower_bound", "upper_bound", "standard_error", "event_count", "is_ok")


@dataclass(frozen=True)
class NewestWeeks:
    """What was counted and what was expected in the newest weeks (series x weeks) of series without an open episode.

    ``rate_var`` and ``dispersion`` (one a series): relative variance of the expected rate, variance of a count over its mean.
    """

    counts: Floats
    expected: Floats
    rate_var: Floats
    dispersion: Floats


@njit(parallel=True, cache=True)
def _look(
    counts: Floats,
    expected: Floats,
    rate_var: Floats,
    phi: Floats,
    bins: Floats,
    small: Floats,
    due: Floats,
    scatter: Floats,
    weeks: Floats,
) -> None:
    """Per series, summed over its weeks: PIT mass by bin, weeks with a small p and how many were due, squared residuals, weeks."""
    for i in prange(counts.shape[0]):
        for t in range(counts.shape[1]):
            mean = expected[i, t]
            if mean <= 0.0:
                continue
            y = counts[i, t]
            var = phi[i] * mean + rate_var[i] * mean * mean
            mass = math.exp(log_pmf(y, mean, var))
            tail, critical = tail_and_critical(y, SMALL_P, mean, var)
            high = min(max(1.0 - tail + 0.5 * mass, 0.0), 1.0)
            low = max(high - mass, 0.0)
            width = max(high - low, 1e-12)
            for j in range(bins.shape[1]):
                a, b = j / bins.shape[1], (j + 1) / bins.shape[1]
                bins[i, j] += max(min(high, b) - max(low, a), 0.0) / width
            small[i] += 1.0 if tail <= SMALL_P else 0.0
            due[i] += mid_p(critical, mean, var) + 0.5 * math.exp(log_pmf(critical, mean, var))
            scatter[i] += (y - mean) * (y - mean) / var
            weeks[i] += 1.0


def watch(indicator_id: str, seen: NewestWeeks) -> pd.DataFrame:
    """Three figures on an indicator's newest weeks, one row each (COLUMNS); no row where there are too few events to tell.

    ``pit_uniform``: the largest relative departure of a PIT bin from a tenth. ``small_p_share``: the share of weeks with mid-p <= 0.01, on
    the scale on which 0.01 is what the law of counts would give. ``scatter``: squared residuals over their variance, 1 where it fits.
    A figure is drift where it lies beyond its bound by more than four standard errors, which are taken between series.
    """
    events = float(seen.counts.sum())
    if events < LEAST_EVENTS:
        return watch_nothing()
    rows = seen.counts.shape[0]
    bins, (small, due, scatter, weeks) = np.zeros((rows, BINS)), np.zeros((4, rows))
    _look(
        np.ascontiguousarray(seen.counts),
        np.ascontiguousarray(seen.expected),
        seen.rate_var,
        seen.dispersion,
        bins,
        small,
        due,
        scatter,
        weeks,
    )
    departures = [_ratio(bins[:, j] * BINS, weeks) for j in range(BINS)]
    worst, worst_error = max(departures, key=lambda found: abs(found[0] - 1.0))
    share, share_error = _ratio(small * SMALL_P, due)
    spread, spread_error = _ratio(scatter, weeks)
    return _frame(
        [
            _row(indicator_id, "pit_uniform", worst - 1.0, (-PIT_BOUND, PIT_BOUND), worst_error, events),
            _row(indicator_id, "small_p_share", share, SMALL_P_BOUNDS, share_error, events),
            _row(indicator_id, "scatter", spread, SCATTER_BOUNDS, spread_error, events),
        ]
    )


def watch_delays(indicator_id: str, events: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """How the delay of the last quarter's reports differs from that of the year before: the largest gap between the two curves.

    ``events`` has event_on, known_on, indicator_base, of one indicator_base. One row (``delay``), or none where there are too few.
    """
    since = pd.Timestamp(as_of - timedelta(weeks=RECENT_WEEKS))
    is_recent = pd.to_datetime(events["event_on"]) >= since
    recent, before = events[is_recent], events[~is_recent]
    if min(len(recent), len(before)) < LEAST_EVENTS:
        return watch_nothing()
    # What the quarter could not show yet, the year before must not show either.
    curves = [estimate_completeness(part, as_of)["share"].to_numpy() for part in (recent, before)]
    if min(curve.size for curve in curves) == 0:  # all of them came too late to say anything of delay (a first delivery of old events)
        return watch_nothing()
    gap = curves[0] - curves[1]
    worst = float(gap[np.argmax(np.abs(gap))])
    error = math.sqrt(0.25 / len(recent) + 0.25 / len(before))
    return _frame([_row(indicator_id, "delay", worst, (-DELAY_BOUND, DELAY_BOUND), error, float(len(recent)))])


def _ratio(top: Floats, bottom: Floats) -> tuple[float, float]:
    """Sum over sum, and its standard error between series (delta method)."""
    total = max(float(bottom.sum()), 1e-12)
    ratio = float(top.sum()) / total
    residual = top - ratio * bottom
    return ratio, math.sqrt(float((residual**2).sum())) / total


def _row(indicator_id: str, name: str, value: float, bounds: tuple[float, float], error: float, events: float) -> tuple[object, ...]:
    lower, upper = bounds
    is_ok = lower - SIGMA * error <= value <= upper + SIGMA * error
    return (indicator_id, name, value, lower, upper, error, int(events), is_ok)


def watch_nothing() -> pd.DataFrame:
    """The table without a row: nothing can be said."""
    return _frame([])


def _frame(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    types = dict.fromkeys(COLUMNS[2:6], "float64") | {"event_count": "int64", "is_ok": "bool"} | dict.fromkeys(COLUMNS[:2], "str")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(types)
