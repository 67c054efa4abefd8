"""`surveil` on quiet series that scatter far more than those of the public benchmark: how often does p fall to 0.01 and to 0.001?

    python benchmarks/bench_scatter.py [--series N] [--seed N]

Counts are negative binomial with a constant mean and variance / mean as named; weeks 8 to 51 of a series, and its third and fourth year.
The standard error is taken between series.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray
from tables import markdown

from riskwarn.detect.prospective import judge_weeks

WEEKS = 208
SPANS = {"weeks 8-51": slice(8, 52), "weeks 104-207": slice(104, 208)}
LEVELS = (0.01, 0.001)
ORDINAL = 733_776


def p_values(mean: float, dispersion: float, series: int, seed: int) -> NDArray[np.float64]:
    """Series x weeks."""
    shape = mean / (dispersion - 1.0)
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.gamma(shape, mean / shape, (series, WEEKS))).astype(np.float64)
    found = judge_weeks(counts.ravel(), np.ones(1), np.full(series, WEEKS), np.full(series, ORDINAL), 0.01, with_upper=False)
    return found.p_value.reshape(series, WEEKS)


def shares(p_value: NDArray[np.float64]) -> dict[str, str]:
    found = {}
    for level in LEVELS:
        for name, weeks in SPANS.items():
            each = (p_value[:, weeks] <= level).mean(axis=1)
            found[f"p <= {level}, {name}"] = f"{100 * each.mean():.2f}% ({100 * each.std() / np.sqrt(each.size):.2f})"
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--series", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=5)
    asked = parser.parse_args()
    rows = []
    for mean in (0.5, 5.0, 50.0, 500.0):
        for dispersion in (1.5, 5.0, 10.0, 30.0, 100.0):
            if dispersion <= 20.0 * mean:
                told = {"mean": f"{mean:g}", "variance / mean": f"{dispersion:g}"}
                rows.append(told | shares(p_values(mean, dispersion, asked.series, asked.seed)))
    print(markdown(rows))


if __name__ == "__main__":
    main()
