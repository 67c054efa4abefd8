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

from riskwarn.detect.null import DISPERSION, LEANS, RATE_VAR, SHAPE, STEP, STEPS, WEEKLY, of_like_size
from riskwarn.detect.tails import LEAST_P
from riskwarn.detect.workdays import Floats, Ints

# A signal is in the panel because it once had an event, so that quiet signals lean a little more often than their law says: by this
# factor, measured on quiet panels of other seeds than those reported (docs/detection.md).
PRESENT = 1.25


@dataclass(frozen=True)
class Part:
    """One signal of the lanes: p-value (1 where it is absent), number of its stratum (-1 = absent), law of its leaning by stratum."""

    p_value: Floats
    stratum: Ints
    law: Floats


def leaning(p_value: Floats) -> Floats:
    """What a signal adds to the sum."""
    found: Floats = np.maximum(-np.log(np.maximum(p_value, 1e-300)) - LEANS, 0.0)
    return found


def fused(parts: Sequence[Part]) -> Floats:
    """The probability of so much leaning in all parts together when nothing happens; one a lane."""
    total = np.sum([leaning(part.p_value) for part in parts], axis=0)
    strata = np.column_stack([part.stratum for part in parts])
    p_value = np.ones(total.size)
    leans = np.flatnonzero(total > 0.0)
    kinds, back = np.unique(strata[leans], axis=0, return_inverse=True)
    back = back.ravel()
    order = np.argsort(back, kind="stable")
    bounds = np.searchsorted(back[order], np.arange(len(kinds) + 1))
    for i, kind in enumerate(kinds):
        mine = leans[order[bounds[i] : bounds[i + 1]]]
        laws = [part.law[k] for part, k in zip(parts, kind, strict=True) if k >= 0]
        p_value[mine] = np.minimum(PRESENT * _beyond(_sum_law(laws), total[mine]), 1.0)
    return p_value


def reach_of_two(parts: Sequence[Part]) -> Floats:
    """Bounds the probability that two or more signals of a lane lean when nothing happens (see fdr.settled_reach)."""
    leans = [np.where(part.stratum >= 0, 1.0 - part.law[np.maximum(part.stratum, 0), 0], 0.0) for part in parts]
    total, squares = np.sum(leans, axis=0), np.sum(np.square(leans), axis=0)
    found: Floats = np.clip(0.5 * (total**2 - squares), 1e-12, 1.0)
    return found


def _sum_law(laws: Sequence[Floats]) -> Floats:
    total: Floats = laws[0]
    for law in laws[1:]:
        summed = np.convolve(total, law)
        total = summed[:STEPS].copy()
        total[-1] += summed[STEPS:].sum()
    return total


def _beyond(law: Floats, value: Floats) -> Floats:
    """P(sum >= value): a sum that falls within a step shares it; beyond the last step it falls as the exponential does."""
    above = np.maximum(np.cumsum(law[::-1])[::-1], 1e-300)  # P(sum's step >= k)
    at = np.clip(value / STEP + 0.5, 0.0, STEPS - 1.0)
    logs = np.interp(at, np.arange(STEPS), np.log(above))
    found: Floats = np.exp(np.minimum(logs, 0.0) - np.maximum(value - STEP * (STEPS - 1), 0.0))
    return np.maximum(found, LEAST_P)  # after four absurd signals


def stratum_of(weekly: Floats, phi: Floats, first_var: Floats) -> Ints:
    """Number of the nearest stratum."""
    places = [_nearest(axis, x) for axis, x in ((WEEKLY, of_like_size(weekly, phi)), (DISPERSION, phi), (RATE_VAR, first_var))]
    number: Ints = np.ravel_multi_index(places, SHAPE).astype(np.int64)
    return number


def _nearest(axis: Floats, x: Floats) -> Ints:
    middles = np.sqrt(axis[1:] * axis[:-1])
    found: Ints = np.searchsorted(middles, x).astype(np.int64)
    return found
