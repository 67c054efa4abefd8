"""One probability for a product and origin over all its signals: inspections, complaints, enterprise reports, foreign alerts.

A signal that leans (p < 0.3) adds -log p beyond that point, one that does not adds nothing: the soft-thresholded Fisher statistic
(Zhang, Tong, Landers & Wu 2020). Most events show in some signals only, and Fisher's full sum then drowns in those that are quiet.
Signals must count different events (injuries are complaints already). Each signal's part has its own law when nothing happens, with
steps where events are few, simulated by stratum (null.py); the sum's law is their convolution, so that a lane with three nearly
silent signals is judged as exactly as one with three busy ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from riskwarn.detect.null import DISPERSION, LEANS, RATE_VAR, SHAPE, STEP, STEPS, WEEKLY, tables
from riskwarn.detect.workdays import Floats, Ints

# A signal is in the panel because it once had an event, so that quiet signals lean a little more often than their law says: by this
# factor, measured on quiet panels of other seeds than those reported (docs/detection.md).
PRESENT = 1.25


@dataclass(frozen=True)
class Part:
    """One signal of the lanes: p-value (1 where it is absent), and the stratum it is judged in; ``weekly`` 0 = the signal is absent."""

    p_value: Floats
    weekly: Floats
    phi: Floats
    first_var: Floats


def leaning(p_value: Floats) -> Floats:
    """What a signal adds to the sum."""
    found: Floats = np.maximum(-np.log(np.maximum(p_value, 1e-300)) - LEANS, 0.0)
    return found


def fused(parts: Sequence[Part], windows: tuple[int, ...], weights: tuple[float, ...], share: float) -> Floats:
    """The probability of so much leaning in all parts together when nothing happens; one a lane."""
    total = np.sum([leaning(part.p_value) for part in parts], axis=0)
    strata = np.sort(np.column_stack([_stratum(part) for part in parts]), axis=1)  # the order of signals does not matter
    law = tables(windows, weights, share).law.reshape(-1, STEPS)
    p_value = np.ones(total.size)
    leans = np.flatnonzero(total > 0.0)
    kinds, back = np.unique(strata[leans], axis=0, return_inverse=True)
    back = back.ravel()
    order = np.argsort(back, kind="stable")
    bounds = np.searchsorted(back[order], np.arange(len(kinds) + 1))
    for i, kind in enumerate(kinds):
        mine = leans[order[bounds[i] : bounds[i + 1]]]
        p_value[mine] = np.minimum(PRESENT * _beyond(_sum_law(law, kind), total[mine]), 1.0)
    return p_value


def _sum_law(law: Floats, kind: Ints) -> Floats:
    present = [int(k) for k in kind if k >= 0]
    total: Floats = law[present[0]]
    for k in present[1:]:
        summed = np.convolve(total, law[k])
        total = summed[:STEPS].copy()
        total[-1] += summed[STEPS:].sum()
    return total


def _beyond(law: Floats, value: Floats) -> Floats:
    """P(sum >= value): a sum that falls within a step shares it; beyond the last step it falls as the exponential does."""
    above = np.maximum(np.cumsum(law[::-1])[::-1], 1e-300)  # P(sum's step >= k)
    at = np.clip(value / STEP + 0.5, 0.0, STEPS - 1.0)
    logs = np.interp(at, np.arange(STEPS), np.log(above))
    found: Floats = np.exp(np.minimum(logs, 0.0) - np.maximum(value - STEP * (STEPS - 1), 0.0))
    return found


def _stratum(part: Part) -> Ints:
    """Number of the nearest stratum, -1 where the signal is absent."""
    places = [_nearest(axis, x) for axis, x in ((WEEKLY, part.weekly), (DISPERSION, part.phi), (RATE_VAR, part.first_var))]
    number: Ints = np.where(part.weekly > 0.0, np.ravel_multi_index(places, SHAPE), -1).astype(np.int64)
    return number


def _nearest(axis: Floats, x: Floats) -> Ints:
    middles = np.sqrt(axis[1:] * axis[:-1])
    return np.searchsorted(middles, x).astype(np.int64)
