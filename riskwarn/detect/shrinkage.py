"""Standing excess: which product x origin x hazard combinations have more events than product, origin and hazard explain together.

Recursions watch for change; a combination that has always been too frequent, or that occurs for the first time, shows here. The ratio
of a small count to a small expectation is nothing to act on, so it is shrunk: rates are taken as drawn from a mixture of two gamma
laws fitted to the whole table (DuMouchel 1999, gamma-Poisson shrinker; EBGM its geometric mean, EB05 its 5% quantile), and, for
comparison, towards independence with half a pseudo-event (Noren, Hopstadius & Bate 2013; IC its binary logarithm, IC025 the lower end).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import digamma, gammainc, gammaincinv, gammaln

from riskwarn.detect.workdays import Floats

DIMENSIONS = ("product_code", "origin_country", "hazard_category")
_START = (*np.log([0.3, 0.15, 2.0, 3.0]), -1.0)  # two gamma shapes and rates, logit of the first one's share
_LIMIT = 8.0
_PER_OCTAVE = 32.0  # expectations that differ by less than about 2% are taken together
_REST = 0.02  # what is put down as expected in each combination that is no row


@dataclass(frozen=True)
class Mixture:
    """Law of the true ratios: with probability ``share`` Gamma(shape[0], rate[0]), else Gamma(shape[1], rate[1])."""

    shape: tuple[float, float]
    rate: tuple[float, float]
    share: float


def expected_counts(table: pd.DataFrame) -> Floats:
    """What independence of the dimensions gives each row of ``table`` (one row a combination, column ``observed``).

    Grand total times the share of each dimension's value; within direction and product scheme where those columns exist.
    """
    world = [name for name in ("direction", "product_scheme") if name in table]
    group = table.groupby(world, sort=False)["observed"] if world else table.assign(all=0).groupby("all")["observed"]
    total = group.transform("sum").to_numpy(dtype=np.float64)
    expected: Floats = np.maximum(total, 1e-12)
    for name in DIMENSIONS:
        mine = table.groupby([*world, name], sort=False)["observed"].transform("sum").to_numpy(dtype=np.float64)
        expected = expected * mine / np.maximum(total, 1e-12)
    return np.maximum(expected, 1e-9)


def shrink(table: pd.DataFrame, mixture: Mixture | None = None) -> pd.DataFrame:
    """``table`` (DIMENSIONS, observed; optionally expected) with expected, ebgm, eb05, ic, ic025; rows in the order given.

    The mixture is fitted to the table unless given. Counts must be finite and not negative.
    """
    observed = table["observed"].to_numpy(dtype=np.float64)
    if not (np.isfinite(observed).all() and (observed >= 0).all()):
        raise ValueError("observed counts must be finite and not negative")
    expected = table["expected"].to_numpy(dtype=np.float64) if "expected" in table else expected_counts(table)
    law = mixture or fit(observed, expected)
    ebgm, eb05 = posterior(observed, expected, law)
    ic = np.log2((observed + 0.5) / (expected + 0.5))
    ic025 = np.log2(gammaincinv(observed + 0.5, 0.025) / (expected + 0.5))
    return table.assign(expected=expected, ebgm=ebgm, eb05=eb05, ic=ic, ic025=ic025)


def fit(observed: Floats, expected: Floats, rest: float = 0.0) -> Mixture:
    """Maximum likelihood of the mixture; where the table has fewer than twenty combinations, DuMouchel's customary start.

    ``rest``: events expected in combinations that are no rows, because nothing was observed and little expected in any of them.
    """
    start = _mixture(np.array(_START))
    if observed.size < 20 or observed.sum() <= 0:
        return start
    observed, expected, weight = _squashed(observed, expected, rest)

    def loss(theta: Floats) -> float:
        law = _mixture(np.clip(theta, -_LIMIT, _LIMIT))
        logs = np.logaddexp(
            np.log(law.share) + _log_nb(observed, expected, law, 0), np.log1p(-law.share) + _log_nb(observed, expected, law, 1)
        )
        # Held to the start with the weight of a few combinations: a table of nothing but ones has no maximum.
        return float(-(weight * logs).sum() + 0.5 * np.square((theta - np.array(_START)) / 2.0).sum())

    found = minimize(loss, np.array(_START), method="L-BFGS-B", bounds=[(-_LIMIT, _LIMIT)] * 5)
    return _mixture(found.x)


def _squashed(observed: Floats, expected: Floats, rest: float) -> tuple[Floats, Floats, Floats]:
    """Combinations of one count and nearly one expectation as one, with their mean expectation and their number.

    A million combinations then are a few thousand (DuMouchel & Pregibon 2001), in one order however the rows lay.
    """
    step = np.round(np.log2(np.maximum(expected, 1e-9)) * _PER_OCTAVE)
    order = np.lexsort((expected, step, observed))
    observed, expected, step = observed[order], expected[order], step[order]
    heads = np.flatnonzero(np.r_[True, (np.diff(observed) != 0) | (np.diff(step) != 0)])
    weight = np.diff(heads, append=observed.size).astype(np.float64)
    means = np.add.reduceat(expected, heads) / weight
    if rest <= 0.0:
        return observed[heads], means, weight
    return np.append(observed[heads], 0.0), np.append(means, _REST), np.append(weight, rest / _REST)


def posterior(observed: Floats, expected: Floats, law: Mixture) -> tuple[Floats, Floats]:
    """EBGM and EB05 of every combination."""
    weight = _first_share(observed, expected, law)
    mean_log = np.zeros(observed.size)
    for k, share in enumerate((weight, 1.0 - weight)):
        mean_log += share * (digamma(law.shape[k] + observed) - np.log(law.rate[k] + expected))
    return np.exp(mean_log), _quantile(observed, expected, weight, law, 0.05)


def _mixture(theta: Floats) -> Mixture:
    a1, b1, a2, b2 = (float(v) for v in np.exp(theta[:4]))
    return Mixture((a1, a2), (b1, b2), float(1.0 / (1.0 + np.exp(-theta[4]))))


def _log_nb(n: Floats, e: Floats, law: Mixture, k: int) -> Floats:
    """log of the probability of n events where e are expected and the ratio is drawn from component k."""
    a, b = law.shape[k], law.rate[k]
    found: Floats = gammaln(a + n) - gammaln(a) - gammaln(n + 1.0) + a * np.log(b / (b + e)) + n * np.log(e / (b + e))
    return found


def _first_share(n: Floats, e: Floats, law: Mixture) -> Floats:
    """Probability, given the count, that the ratio comes from the first component."""
    gap = np.log1p(-law.share) - np.log(law.share) + _log_nb(n, e, law, 1) - _log_nb(n, e, law, 0)
    found: Floats = 1.0 / (1.0 + np.exp(np.clip(gap, -700.0, 700.0)))
    return found


def _quantile(n: Floats, e: Floats, w: Floats, law: Mixture, q: float) -> Floats:
    """Quantile of each combination's posterior, by bisection between those of the two components."""
    shapes, rates = [a + n for a in law.shape], [b + e for b in law.rate]
    ends = [gammaincinv(a, q) / b for a, b in zip(shapes, rates, strict=True)]
    low, high = np.minimum(*ends), np.maximum(*ends)
    for _ in range(50):
        middle = 0.5 * (low + high)
        is_below = w * gammainc(shapes[0], middle * rates[0]) + (1.0 - w) * gammainc(shapes[1], middle * rates[1]) < q
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    found: Floats = 0.5 * (low + high)
    return found
