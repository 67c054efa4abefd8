"""pyod beside the count detector: how unusual is the whole shape of a series' newest weeks, not only their best window?

Features are one-sided and standardised (0 = nothing above expectation), for on raw counts an outlier detector finds the large series.
The models, an isolation forest (Liu, Ting & Zhou 2008) and LODA (Pevny 2016), are fitted once to simulated quiet years with fixed seeds
and frozen, so that a score does not depend on what else is scored. HBOS finds less in them (docs/detection.md); ECOD and COPOD score
against their batch. The mean of both scores becomes a probability by the quiet years of the series' stratum (null.py), far into the
tail; it may be joined with the count evidence, again by its law in quiet years (``fused``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numba import njit, prange
from scipy.special import ndtri

from riskwarn.detect.choice import Chosen, choose
from riskwarn.detect.evidence import scan
from riskwarn.detect.null import SHAPE, quiet_years
from riskwarn.detect.recursion import accumulate
from riskwarn.detect.tails import mid_p
from riskwarn.detect.workdays import Floats, Ints

MODEL_VERSION = "iforest-100x256 + loda-100x20, quiet years 600, 2"
PYOD_WEIGHT = 0.5  # of the score's -log p beside that of the counts; set on panels of other seeds than those reported
_DRAWS = 600
_FITTED = 12_000
_SEED = 20081219


@dataclass(frozen=True)
class Beside:
    """Per series: anomaly score (higher = stranger), its p-value, the p-value of score and counts joined, the pushing feature or ""."""

    score: Floats
    p_value: Floats
    fused_p: Floats
    top_feature: np.ndarray


@dataclass(frozen=True)
class Law:
    """Per stratum: values in falling order and the probability, when nothing happens, of a value at least as large."""

    values: Floats
    beyond: Floats

    def tail(self, value: Floats, stratum: Ints) -> Floats:
        """P(value or more)."""
        p_value = np.ones(value.size)
        for k in np.unique(stratum):
            mine = stratum == k
            at = np.searchsorted(-self.values[k], -value[mine], side="right")
            p_value[mine] = self.beyond[k, np.maximum(at, 1) - 1] * np.exp(-np.maximum(value[mine] - self.values[k, 0], 0.0))
        return np.minimum(p_value, 1.0)


@dataclass(frozen=True)
class Frozen:
    """The fitted models with mean and spread of their scores in quiet years, and the laws of score and joined evidence."""

    models: tuple[Any, ...]
    middle: Floats
    spread: Floats
    of_score: Law
    of_fused: Law

    def score(self, values: Floats) -> Floats:
        each = np.column_stack([model.decision_function(values) for model in self.models])
        mean: Floats = ((each - self.middle) / self.spread).mean(axis=1)
        return mean


def feature_names(windows: tuple[int, ...]) -> tuple[str, ...]:
    return (*(f"excess_{w}w" for w in windows), "log_ratio", "weeks_above", "accumulated")


@njit(parallel=True, cache=True)
def _tails(counts: Floats, expected: Floats, rate_var: Floats, phi: Floats, windows: Ints, tails: Floats) -> None:
    weeks = counts.shape[1]
    for i in prange(counts.shape[0]):
        for k in range(windows.size):
            y, mu = 0.0, 0.0
            for t in range(weeks - min(windows[k], weeks), weeks):
                y += counts[i, t]
                mu += expected[i, t]
            tails[i, k] = mid_p(y, mu, phi[i] * mu + rate_var[i] * mu * mu) if mu > 0.0 else 1.0


def features(counts: Floats, expected: Floats, rate_var: Floats, phi: Floats, windows: tuple[int, ...], accumulated: Floats) -> Floats:
    """Series x features, all >= 0: normal scores of the window tails, log of the shrunk ratio, share of weeks above expectation,
    normal score of what has accumulated (``accumulated``: its p-value)."""
    tails = np.ones((counts.shape[0], len(windows)))
    _tails(np.ascontiguousarray(counts), np.ascontiguousarray(expected), rate_var, phi, np.array(windows), tails)
    excess = -ndtri(np.clip(np.column_stack([tails, accumulated]), 1e-300, 1.0 - 1e-12))
    ratio = np.log((counts.sum(axis=1) + 0.5) / (expected.sum(axis=1) + 0.5))
    above = (counts > expected + np.sqrt(expected)).mean(axis=1)
    columns: Floats = np.column_stack([excess[:, :-1], ratio, above, excess[:, -1]])
    return np.maximum(columns, 0.0)


def beside(
    values: Floats, judged: Chosen, windows: tuple[int, ...], weights: tuple[float, ...], share: float, explain: np.ndarray
) -> Beside:  # fmt: skip
    """Scores features of the newest weeks beside what the counts gave; ``explain``: for which series the pushing feature is wanted."""
    frozen = _frozen(windows, weights, share)
    score, p_value, fused = np.zeros(len(values)), np.ones(len(values)), np.ones(len(values))
    awake = np.flatnonzero(values.any(axis=1))
    if awake.size:
        burst = -np.log(judged.p_value[awake])
        score[awake] = frozen.score(values[awake])
        p_value[awake] = frozen.of_score.tail(_untied(score[awake], burst), judged.stratum[awake])
        fused[awake] = frozen.of_fused.tail(_joined(burst, p_value[awake]), judged.stratum[awake])
    top = np.full(len(values), "", dtype=object)
    wanted = awake[explain[awake]]
    if wanted.size:
        top[wanted] = np.array(feature_names(windows))[_pushes(values[wanted], score[wanted], frozen).argmax(axis=1)]
    return Beside(score, p_value, np.where(judged.p_value < 1.0, fused, 1.0), top)


def _untied(score: Floats, burst: Floats) -> Floats:
    """The models saturate far outside what they were fitted to: equal scores are ordered by the count evidence."""
    return score + 1e-4 * burst


def _joined(burst: Floats, p_value: Floats) -> Floats:
    return (burst - PYOD_WEIGHT * np.log(p_value)) / (1.0 + PYOD_WEIGHT)


def _pushes(values: Floats, score: Floats, frozen: Frozen) -> Floats:
    """Series x features: by how much the score falls when the feature is set to "nothing above expectation"."""
    rows, size = values.shape
    without = np.repeat(values[None, :, :], size, axis=0)
    without[np.arange(size), :, np.arange(size)] = 0.0
    reduced = frozen.score(without.reshape(-1, size)).reshape(size, rows).T
    # Among equal pushes (the forest saturates) the larger feature counts.
    pushes: Floats = score[:, None] - reduced + 1e-6 * values
    return pushes


def _law(value: Floats, weight: Floats) -> Law:
    rows = value.reshape(int(np.prod(SHAPE)), -1)
    order = np.argsort(-rows, axis=1, kind="stable")
    mass = np.cumsum(np.take_along_axis(weight.reshape(rows.shape), order, axis=1), axis=1) / rows.shape[1]
    return Law(np.take_along_axis(rows, order, axis=1), np.clip(mass, 1e-300, 1.0))


@lru_cache(maxsize=8)
def _frozen(windows: tuple[int, ...], weights: tuple[float, ...], share: float) -> Frozen:
    """Fits and calibrates the models; the same at every call, in every process."""
    quiet = quiet_years(_DRAWS)
    newest = slice(-max(windows), None)
    counts, expected, rate_var = quiet.counts[:, newest], quiet.expected[:, newest], quiet.rate_var[:, -1].copy()
    found = scan(counts, expected, rate_var, quiet.phi, windows, weights, 0)
    summed = accumulate(quiet.counts, quiet.expected, quiet.rate_var, quiet.phi)
    judged = choose(found, summed, quiet.phi, rate_var, windows, weights, share, 0)
    values = features(counts, expected, rate_var, quiet.phi, windows, judged.p_accumulation)
    rng = np.random.default_rng(_SEED)
    drawn = values[rng.choice(len(values), _FITTED, p=quiet.weight / quiet.weight.sum())]  # as often as they are when nothing happens
    models = _fitted(drawn)
    each = np.column_stack([model.decision_function(drawn) for model in models])
    none = Law(np.zeros((1, 1)), np.ones((1, 1)))
    frozen = Frozen(models, each.mean(axis=0), each.std(axis=0), none, none)
    burst = -np.log(judged.p_value)
    of_score = _law(np.where(values.any(axis=1), _untied(frozen.score(values), burst), -np.inf), quiet.weight)
    stratum = np.repeat(np.arange(int(np.prod(SHAPE))), _DRAWS)
    own = np.where(values.any(axis=1), of_score.tail(_untied(frozen.score(values), burst), stratum), 1.0)
    return Frozen(models, frozen.middle, frozen.spread, of_score, _law(_joined(burst, own), quiet.weight))


def _fitted(values: Floats) -> tuple[Any, ...]:
    from pyod.models.iforest import IForest  # 2-4 s to import
    from pyod.models.loda import LODA

    forest = IForest(n_estimators=100, max_samples=256, random_state=_SEED % 2**31, n_jobs=1).fit(values)
    before = np.random.get_state()  # LODA draws its projections from the generator that everybody shares
    np.random.seed(_SEED % 2**31)
    projections = LODA(n_bins=20, n_random_cuts=100).fit(values)
    np.random.set_state(before)
    return forest, projections
