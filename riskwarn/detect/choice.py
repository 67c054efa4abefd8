"""The evidence of a series: its best window or what has accumulated for longer, and one probability for whichever is stronger."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riskwarn.detect.evidence import Evidence
from riskwarn.detect.fusion import stratum_of
from riskwarn.detect.null import LOG_P, LOG_R, looked_up, mean_score, tables
from riskwarn.detect.recursion import Accumulation
from riskwarn.detect.tails import mid_p_of
from riskwarn.detect.workdays import Floats, Ints

WINDOW, ACCUMULATION, COMBINATION = "window", "accumulation", "combination"
# A nearly silent series collects a few events in a year sooner or later: that is judged only where it would be rare.
SPEAKS_AT = 0.01


@dataclass(frozen=True)
class Chosen:
    """Per series what the reason speaks of: ``kind``, weeks, counts; the probability over windows and accumulation; reach (see fdr)."""

    kind: NDArray[np.object_]
    weeks: Ints
    observed: Floats
    expected: Floats
    variance: Floats
    p_value: Floats
    reach: Floats
    p_accumulation: Floats
    stratum: Ints  # number of the law that its probability has when nothing happens (fusion.py)


def accumulation_p(summed: Accumulation, phi: Floats, windows: tuple[int, ...], weights: tuple[float, ...], share: float) -> Floats:
    """Probability of so much accumulated evidence in a quiet year, by stratum."""
    frozen = tables(windows, weights, share)
    found: Floats = np.exp(-looked_up(frozen.accumulation, LOG_R, summed.weekly, phi, summed.first_var, summed.log_r))
    return found


def choose(
    found: Evidence,
    summed: Accumulation,
    phi: Floats,
    newest_var: Floats,
    windows: tuple[int, ...],
    weights: tuple[float, ...],
    share: float,
    least: int,
) -> Chosen:
    """Joins windows and accumulation (which has ``share`` of the mean of their -log p), for series with ``least`` events in either.

    The kind is that of the two which is the stronger by itself; the counts are its counts.
    """
    widths = np.array(windows)[found.window]
    # A series too young to accumulate is in the stratum of its newest weeks, as far as its best window tells.
    weekly = np.where(summed.weekly > 0.0, summed.weekly, found.expected / widths)
    stratum = stratum_of(weekly, phi, np.where(summed.weekly > 0.0, summed.first_var, newest_var))
    if share <= 0.0:
        kind = np.full(widths.size, WINDOW, dtype=object)
        ones = np.ones(widths.size)
        return Chosen(kind, widths, found.observed, found.expected, found.variance, found.p_value, found.reach, ones, stratum)
    own = accumulation_p(summed, phi, windows, weights, share)
    own = np.where(summed.observed >= least, own, 1.0)
    burst, slow = -np.log(found.p_value), -np.log(own)
    score = mean_score(burst, slow, share)
    both = looked_up(tables(windows, weights, share).together, LOG_P, summed.weekly, phi, summed.first_var, score)
    # The law of few events has steps; between two of them the table may promise more than the stronger evidence says by itself.
    p_value = np.exp(-np.minimum(both, np.maximum(burst, slow)))
    p_value = np.where(summed.is_able, p_value, found.p_value)
    p_value = np.where((found.observed < least) & (own > SPEAKS_AT), 1.0, p_value)
    is_summed = (own <= SPEAKS_AT) & ((slow > burst) | (found.observed < least))
    year = summed.weekly * 52.0
    variance = phi * year + summed.first_var * year**2
    able = mid_p_of(np.full(year.size, least - 1.0), year, np.maximum(variance, year))
    return Chosen(
        kind=np.where(is_summed, ACCUMULATION, WINDOW).astype(object),
        weeks=np.where(is_summed, summed.weeks, widths),
        observed=np.where(is_summed, summed.observed, found.observed),
        expected=np.where(is_summed, summed.expected, found.expected),
        variance=np.where(is_summed, phi * summed.expected + summed.first_var * summed.expected**2, found.variance),
        p_value=p_value,
        reach=np.minimum(found.reach + np.where(summed.is_able, np.minimum(able, SPEAKS_AT), 0.0), 1.0),
        p_accumulation=own,
        stratum=stratum,
    )
