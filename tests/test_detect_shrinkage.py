"""Standing excess: what is shrunk how far, on tables whose truth is known and on any table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskwarn.detect.shrinkage import DIMENSIONS, expected_counts, fit, posterior, shrink


def simulated(seed: int, size: int = 1500) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Expected and observed counts with true ratios: nine in ten near 1, the others around 5."""
    rng = np.random.default_rng(seed)
    expected = rng.lognormal(0.0, 1.2, size)
    true = np.where(rng.uniform(size=size) < 0.1, rng.gamma(5.0, 1.0, size), rng.gamma(20.0, 0.05, size))
    return expected, rng.poisson(true * expected).astype(float), true


def test_the_shrunk_ratio_is_nearer_the_truth_than_the_raw_one() -> None:
    expected, observed, true = simulated(1)
    ebgm, eb05 = posterior(observed, expected, fit(observed, expected))
    assert np.mean(np.abs(np.log(ebgm / true))) < 0.5 * np.mean(np.abs(np.log((observed + 0.5) / expected / true)))
    assert 0.02 < (true < eb05).mean() < 0.08  # a lower end that 5% of truths lie below


def test_few_events_are_shrunk_more_than_many() -> None:
    expected, observed, _ = simulated(2)
    law = fit(observed, expected)
    ebgm, _ = posterior(np.array([1.0, 10.0, 100.0]), np.array([0.1, 1.0, 10.0]), law)  # the same raw ratio of ten
    assert 1.0 < ebgm[0] < ebgm[1] < ebgm[2] <= 10.0


def test_a_standing_excess_and_a_first_of_its_kind() -> None:
    """One combination four times as frequent as its margins say is found; single first events are not."""
    rng = np.random.default_rng(3)
    grid = [(f"{p:04d}", f"O{o}", f"h{h}") for p in range(12) for o in range(8) for h in range(3)]
    size = rng.lognormal(1.0, 0.7, (12, 1, 1)) * rng.lognormal(0.0, 0.5, (1, 8, 1)) * np.array([1.0, 0.5, 0.2])
    observed = rng.poisson(size).ravel()
    strange = int(np.flatnonzero(size.ravel() > 5)[0])
    observed[strange] = rng.poisson(4 * size.ravel()[strange])
    table = pd.DataFrame(grid, columns=list(DIMENSIONS)).assign(observed=observed)
    found = shrink(table[table["observed"] > 0])
    assert found["eb05"].idxmax() == strange
    assert found.loc[strange, "eb05"] > 1.3
    assert found.loc[strange, "ic025"] > 0.5
    assert (found.loc[found["observed"] == 1, "eb05"] < 2.0).all()
    assert (found["eb05"] > 2.0).sum() <= 3


def test_expected_counts_are_those_of_independence() -> None:
    table = pd.DataFrame(
        {"product_code": ["a", "a", "b", "b"], "origin_country": ["X", "Y", "X", "Y"], "hazard_category": "h", "observed": [6, 2, 3, 1]}
    )
    assert expected_counts(table) == pytest.approx([6.0, 2.0, 3.0, 1.0])
    two = pd.concat([table.assign(direction="import"), table.assign(direction="export", observed=10 * table["observed"])])
    assert expected_counts(two) == pytest.approx([6, 2, 3, 1, 60, 20, 30, 10])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60), st.floats(1e-6, 1e6))
def test_any_table_gives_ordered_finite_measures(counts: list[int], expected: float) -> None:
    size = len(counts)
    table = pd.DataFrame({name: [f"{name}{i}" for i in range(size)] for name in DIMENSIONS}).assign(observed=counts, expected=expected)
    found = shrink(table)
    assert np.isfinite(found[["ebgm", "eb05", "ic", "ic025"]].to_numpy()).all()
    # Of no event at all the geometric mean can lie below the twentieth: its logarithm has a long tail to the left.
    some = found[found["observed"] > 0]
    assert (some["eb05"] < some["ebgm"] * 1.0001).all()
    assert (found["ic025"] < found["ic"]).all()
    order = np.argsort(counts, kind="stable")
    assert (np.diff(found["ebgm"].to_numpy()[order]) >= -1e-9 * found["ebgm"].max()).all()  # more events, never a smaller ratio
    shuffled = shrink(table.iloc[::-1])
    assert shuffled["ebgm"].to_numpy()[::-1] == pytest.approx(found["ebgm"].to_numpy(), rel=1e-9)


def test_counts_that_cannot_be_are_refused() -> None:
    table = pd.DataFrame({name: ["a"] for name in DIMENSIONS}).assign(observed=[-1.0])
    with pytest.raises(ValueError, match="not negative"):
        shrink(table)
