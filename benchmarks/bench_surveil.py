"""`surveil` on a panel in memory: processor and wall seconds, beside one streaming pass over as many numbers in the same process.

    python benchmarks/bench_surveil.py [--series N] [--weeks N] [--seed N]

Counts are negative binomial (variance 1.5 x mean) with a yearly season; means by series are log-normal around the one named.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from tables import markdown

from riskwarn.detect.prospective import judge_weeks
from riskwarn.surveil import surveil

MONDAY = np.datetime64("2010-01-04")
ORDINAL = 733_776


def panel(series: int, weeks: int, mean: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    season = 1 + 0.4 * np.cos(2 * np.pi * np.arange(weeks) / 52.18)
    expected = mean * rng.lognormal(0.0, 1.0, (series, 1)) * season
    counts: np.ndarray = rng.poisson(rng.gamma(2.0 * expected, 0.5))
    return counts


def best(work: Callable[[], object], runs: int = 3) -> np.ndarray:
    """Processor and wall seconds, the least of a few runs after a first that may compile."""
    work()
    found = []
    for _ in range(runs):
        begun = np.array([time.process_time(), time.perf_counter()])
        work()
        found.append(np.array([time.process_time(), time.perf_counter()]) - begun)
    least: np.ndarray = np.min(found, axis=0)
    return least


def measured(series: int, weeks: int, mean: float, seed: int) -> list[dict[str, str]]:
    """Rows of the table for one mean."""
    counts = panel(series, weeks, mean, seed)
    flat, one = counts.ravel().astype(np.float64), np.ones(1)
    lengths, first = np.full(series, weeks), np.full(series, ORDINAL)
    names = pd.Categorical.from_codes(np.repeat(np.arange(series), weeks), [f"s{i:06d}" for i in range(series)])
    table = pd.DataFrame({"series": names, "week": np.tile(MONDAY + 7 * np.arange(weeks), series), "count": counts.ravel()})
    text = table.astype({"series": "str"})
    works: dict[str, Callable[[], object]] = {
        "expected and p": lambda: judge_weeks(flat, one, lengths, first, 0.01, with_upper=False),
        "expected, p and bound": lambda: judge_weeks(flat, one, lengths, first, 0.01),
        "surveil, series as categories": lambda: surveil(table),
        "surveil, series as text": lambda: surveil(text),
    }
    stream, rows = best(flat.cumsum), []
    for name, work in works.items():
        spent = best(work)
        rows.append({
            "weekly mean": f"{flat.mean():.1f}", "work": name, "processor s": f"{spent[0]:.2f}", "wall s": f"{spent[1]:.2f}",
            "ns a series-week": f"{spent[0] / flat.size * 1e9:.0f}", "streaming passes": f"{spent[0] / stream[0]:.0f}",
        })  # fmt: skip
    return rows


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--series", type=int, default=100_000)
    parser.add_argument("--weeks", type=int, default=260)
    parser.add_argument("--seed", type=int, default=77)
    asked = parser.parse_args()
    rows = [row for mean in (0.3, 3.0, 30.0) for row in measured(asked.series, asked.weeks, mean, asked.seed)]
    print(markdown(rows))
    print(f"\n{asked.series:,} series x {asked.weeks} weeks, seed {asked.seed}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")


if __name__ == "__main__":
    main()
