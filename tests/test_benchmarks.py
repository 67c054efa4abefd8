"""The comparison detector of the benchmarks: Farrington Flexible against the same model fitted the long way."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture(autouse=True)
def on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])


def fitted(y: NDArray[np.float64], design: NDArray[np.float64], weight: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Quasi-Poisson regression by iterated weighted least squares: coefficients and dispersion."""
    eta = np.log(y + 0.1)
    for _ in range(60):
        mu = np.exp(eta)
        root = np.sqrt(weight * mu)
        beta = np.linalg.lstsq(design * root[:, None], (eta + (y - mu) / mu) * root, rcond=None)[0]
        eta = design @ beta
    mu = np.exp(eta)
    return beta, max(float((weight * (y - mu) ** 2 / mu).sum() / (y.size - design.shape[1])), 1.0)


def test_farrington_is_the_weighted_regression_it_says_it_is() -> None:
    from farrington import GROUPS, SKIPPED, farrington, group_of_lags, weeks_needed

    rng = np.random.default_rng(7)
    counts = rng.negative_binomial(6.0, 0.4, (3, weeks_needed() + 1))
    _, expected, phi = farrington(counts, weeks_needed())
    group = group_of_lags()
    time = np.arange(group.size) - 100.0
    design = np.column_stack([np.eye(GROUPS)[group], time])
    for s in range(3):
        y = counts[s, : group.size].astype(float)
        beta, first_phi = fitted(y, design, np.ones(y.size))
        mu = np.exp(design @ beta)
        half = design * np.sqrt(mu)[:, None]
        leverage = np.einsum("ij,jk,ik->i", half, np.linalg.inv(half.T @ half), half)
        residual = 1.5 * (y ** (2 / 3) * mu ** (-1 / 6) - np.sqrt(mu)) / np.sqrt(first_phi * (1 - leverage))
        weight = np.where(residual > 2.58, residual**-2.0, 1.0)
        beta, second_phi = fitted(y, design, weight * y.size / weight.sum())
        assert expected[s, 0] == pytest.approx(np.exp(beta[GROUPS - 1] + beta[GROUPS] * (time[-1] + 1 + SKIPPED)), rel=1e-6)
        assert phi[s, 0] == pytest.approx(second_phi, rel=1e-6)


def test_the_seasonal_groups_are_seven_weeks_and_nine_times_five() -> None:
    from farrington import GROUPS, group_of_lags

    group = group_of_lags()
    one_year = group[-52:]  # any 52 consecutive weeks
    assert np.bincount(one_year, minlength=GROUPS).tolist() == [5] * 9 + [7]


def test_an_outbreak_span_reaches_from_the_first_to_the_last_case() -> None:
    from bench_outbreaks import spans
    from outbreaks import JUDGED_FROM, WEEKS

    cases = np.zeros((2, WEEKS), dtype=np.int64)
    cases[0, [JUDGED_FROM + 3, JUDGED_FROM + 6]] = 2
    span = spans(cases)
    assert np.flatnonzero(span[0]).tolist() == [3, 4, 5, 6]
    assert not span[1].any()


@pytest.mark.parametrize("kind", ["ecod", "copod"])
def test_the_frozen_tails_are_those_of_pyod_on_its_own_reference(kind: str) -> None:
    from bench_pyod import Tails
    from pyod.models.copod import COPOD
    from pyod.models.ecod import ECOD

    values = np.random.default_rng(3).lognormal(0.0, 1.0, (500, 4)).round(2)  # leaning to the right, with ties
    frozen, theirs = Tails(values, kind), {"ecod": ECOD, "copod": COPOD}[kind]().fit(values)
    assert frozen.decision_function(values) == pytest.approx(theirs.decision_scores_, rel=1e-9)
    assert frozen.decision_function(values[:7]) == pytest.approx(frozen.decision_function(values)[:7])  # whoever else is scored
