"""The detectors that the outbreak benchmark compares: from counts (series x weeks) to p-values or scores of the judged weeks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from farrington import farrington
from outbreaks import JUDGED_FROM, WEEKS, Counts, Floats, Simulated
from scipy import special, stats

from riskwarn.surveil import surveil

Detector = Callable[[Counts], Floats]
STRENGTHS = tuple(range(1, 11))
# Share of an outbreak's cases in its first weeks: floor(LogNormal(0, 0.5)) = 0, 1, 2, 3.
SPREAD = np.diff(stats.norm.cdf(np.log([1e-300, 1.0, 2.0, 3.0, 4.0]) / 0.5))


def by_surveil(counts: Counts) -> Floats:
    rows = len(counts)
    week = np.datetime64("2010-01-04") + 7 * np.arange(WEEKS)
    names = np.char.zfill(np.arange(rows).astype(str), 6)
    frame = pd.DataFrame({"series": np.repeat(names, WEEKS), "week": np.tile(week, rows), "count": counts.ravel()})
    return surveil(frame)["p_value"].to_numpy().reshape(rows, WEEKS)[:, JUDGED_FROM:]


def by_farrington(counts: Counts) -> Floats:
    return farrington(counts, JUDGED_FROM)[0]


def by_ears(counts: Counts, gap: int) -> Floats:
    """EARS: normal tail of the count against the seven weeks that end ``gap`` weeks before (C1: 0, C2: 2)."""
    base = np.lib.stride_tricks.sliding_window_view(counts, 7, axis=1)[:, JUDGED_FROM - 7 - gap : WEEKS - 7 - gap]
    deviation = np.maximum(base.std(axis=2, ddof=1), 0.2)
    return stats.norm.sf((counts[:, JUDGED_FROM:] - base.mean(axis=2)) / deviation)


def by_oracle(data: Simulated) -> Detector:
    """Knows the true mean and dispersion of every week; the better of one- and two-week windows, mid-p."""

    def score(counts: Counts) -> Floats:
        found = []
        for width in (1, 2):
            y = np.lib.stride_tricks.sliding_window_view(counts, width, axis=1).sum(axis=2)[:, JUDGED_FROM - width + 1 :]
            mean = np.lib.stride_tricks.sliding_window_view(data.mean, width, axis=1).sum(axis=2)[:, JUDGED_FROM - width + 1 :]
            phi = np.maximum(data.phi, 1.0 + 1e-9)[:, None]
            law = stats.nbinom(mean / (phi - 1.0), 1.0 / phi)
            found.append(law.sf(y) + 0.5 * law.pmf(y))
        return np.minimum(*found)

    return score


def by_knowing_oracle(data: Simulated) -> Detector:
    """Knows the baseline and how outbreaks grow: one over the mean likelihood ratio over strengths 1..10 and starts up to three weeks ago.

    Cases of an outbreak come on top as a Poisson number; the sum is taken as negative binomial by its first two moments.
    """

    def score(counts: Counts) -> Floats:
        total = np.zeros((len(counts), WEEKS - JUDGED_FROM))
        spread = np.sqrt(data.phi[:, None] * data.mean)
        quiet = _log_pmf(counts, data.mean, data.phi[:, None] * data.mean)
        for k in STRENGTHS:
            for age in range(SPREAD.size):
                log_ratio = np.zeros_like(total)
                for passed in range(age + 1):  # the week in which the outbreak was this old
                    at = slice(JUDGED_FROM - age + passed, WEEKS - age + passed)
                    extra = k * SPREAD[passed] * spread[:, JUDGED_FROM - age : WEEKS - age]
                    mean = data.mean[:, at] + extra
                    var = data.phi[:, None] * data.mean[:, at] + extra
                    log_ratio += _log_pmf(counts[:, at], mean, var) - quiet[:, at]
                total += np.exp(np.minimum(log_ratio, 600.0))
        return len(STRENGTHS) * SPREAD.size / np.maximum(total, 1e-300)

    return score


def _log_pmf(y: Counts, mean: Floats, var: Floats) -> Floats:
    size = mean * mean / np.maximum(var - mean, 1e-9 * mean)
    start = special.gammaln(y + size) - special.gammaln(size) - special.gammaln(y + 1.0)
    log_pmf: Floats = start - size * np.log1p(mean / size) + y * np.log(mean / (mean + size))
    return log_pmf
