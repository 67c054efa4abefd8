"""A pyod detector beside the count detector: how unusual is the whole shape of the newest weeks, not only their best window?

Features are one-sided and standardised (0 = nothing above expectation), for on raw counts an outlier detector finds the large
series. The model is an isolation forest (Liu, Ting & Zhou 2008), fitted once on simulated quiet weeks and then frozen: its score of
a series does not depend on what else is scored. The score becomes a p-value by the same simulation, stratified by expected count
(unstratified it would be wrong by a factor of 20 between sparse and dense series).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numba import njit, prange
from scipy.special import ndtri

from riskwarn.detect.tails import mid_p
from riskwarn.detect.workdays import Floats, Ints

MODEL_VERSION = "iforest-100x256-1"
STRATUM_EDGES = np.array([0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0])  # expected events over the longest window
_DRAWS = 3000  # simulated quiet series a stratum, for fitting and again for calibrating
_SEED = 20081219


@dataclass(frozen=True)
class Beside:
    """Per series: anomaly score (higher = stranger), its p-value, and the feature that pushes it most ("" where nothing does)."""

    score: Floats
    p_value: Floats
    top_feature: np.ndarray


@dataclass(frozen=True)
class Frozen:
    """The fitted model and, per stratum, the sorted scores of quiet series."""

    model: Any
    quiet: tuple[Floats, ...]


def feature_names(windows: tuple[int, ...]) -> tuple[str, ...]:
    return (*(f"excess_{w}w" for w in windows), "log_ratio", "weeks_above")


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


def features(counts: Floats, expected: Floats, rate_var: Floats, phi: Floats, windows: tuple[int, ...]) -> Floats:
    """Series x features: normal scores of the window tails, log of the shrunk ratio, share of weeks above expectation; all >= 0."""
    tails = np.ones((counts.shape[0], len(windows)))
    _tails(np.ascontiguousarray(counts), np.ascontiguousarray(expected), rate_var, phi, np.array(windows), tails)
    excess = -ndtri(np.clip(tails, 1e-300, 1.0 - 1e-12))
    ratio = np.log((counts.sum(axis=1) + 0.5) / (expected.sum(axis=1) + 0.5))
    above = (counts > expected + np.sqrt(expected)).mean(axis=1)
    columns: Floats = np.column_stack([excess, ratio, above])
    return np.maximum(columns, 0.0)


def beside(counts: Floats, expected: Floats, rate_var: Floats, phi: Floats, windows: tuple[int, ...], explain: np.ndarray) -> Beside:
    """Scores the newest weeks (series x weeks); ``explain`` says for which series the pushing feature is wanted."""
    frozen = _frozen(windows)
    values = features(counts, expected, rate_var, phi, windows)
    score = np.zeros(len(values))
    p_value = np.ones(len(values))
    awake = np.flatnonzero(values.any(axis=1))
    if awake.size:
        score[awake] = frozen.model.decision_function(values[awake])
        p_value[awake] = _p_values(score[awake], _stratum(expected[awake]), frozen)
    top = np.full(len(values), "", dtype=object)
    wanted = awake[explain[awake]]
    if wanted.size:
        top[wanted] = np.array(feature_names(windows))[_pushes(values[wanted], score[wanted], frozen).argmax(axis=1)]
    return Beside(score, p_value, top)


def _pushes(values: Floats, score: Floats, frozen: Frozen) -> Floats:
    """Series x features: by how much the score falls when the feature is set to "nothing above expectation"."""
    rows, size = values.shape
    without = np.repeat(values[None, :, :], size, axis=0)
    without[np.arange(size), :, np.arange(size)] = 0.0
    reduced = frozen.model.decision_function(without.reshape(-1, size)).reshape(size, rows).T
    # The forest saturates far outside what it was fitted on; among equal pushes the larger feature counts.
    pushes: Floats = score[:, None] - reduced + 1e-6 * values
    return pushes


def _stratum(expected: Floats) -> Ints:
    found: Ints = np.digitize(expected.sum(axis=1), STRATUM_EDGES).astype(np.int64)
    return found


def _p_values(score: Floats, stratum: Ints, frozen: Frozen) -> Floats:
    p_value = np.ones(score.size)
    for k in np.unique(stratum):
        mine = stratum == k
        quiet = frozen.quiet[int(k)]
        p_value[mine] = (1.0 + quiet.size - np.searchsorted(quiet, score[mine], side="left")) / (1.0 + quiet.size)
    return p_value


@lru_cache(maxsize=8)
def _frozen(windows: tuple[int, ...]) -> Frozen:
    """Fits and calibrates the model for these windows; the same at every call, in every process."""
    from pyod.models.iforest import IForest  # 2-4 s to import

    rng = np.random.default_rng(_SEED)
    weeks = max(windows)
    strata = range(STRATUM_EDGES.size + 1)
    fitted = np.concatenate([_quiet_features(rng, k, weeks, windows) for k in strata])
    model = IForest(n_estimators=100, max_samples=256, random_state=_SEED % 2**31, n_jobs=1)
    model.fit(fitted)
    quiet = tuple(np.sort(model.decision_function(_quiet_features(rng, k, weeks, windows))) for k in strata)
    return Frozen(model, quiet)


def _quiet_features(rng: np.random.Generator, stratum: int, weeks: int, windows: tuple[int, ...]) -> Floats:
    """Features of simulated quiet series of one stratum: parametric bootstrap over what dispersions and rate errors occur."""
    edges = np.concatenate([[0.02], STRATUM_EDGES, [300.0]])
    total = np.exp(rng.uniform(np.log(edges[stratum]), np.log(edges[stratum + 1]), _DRAWS))
    expected = np.repeat(total[:, None] / weeks, weeks, axis=1)
    phi = rng.choice([1.0, 1.3, 2.0, 4.0], _DRAWS)
    rate_var = rng.choice([0.01, 0.05, 0.2, 1.0], _DRAWS)
    rate = rng.gamma(1.0 / rate_var, rate_var)
    mean = expected * rate[:, None]
    size = mean / np.maximum(phi - 1.0, 1e-9)[:, None]
    mixed = np.where((phi > 1.0)[:, None], rng.gamma(np.maximum(size, 1e-12), np.maximum(phi - 1.0, 1e-9)[:, None]), mean)
    counts = rng.poisson(mixed).astype(np.float64)
    return features(counts, expected, rate_var, phi, windows)
