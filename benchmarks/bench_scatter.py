"""Quiet series that scatter far more than those of the public benchmark: how often does p fall to 0.01 and to 0.001?

    python benchmarks/bench_scatter.py [--series N] [--lanes N] [--seed N]

First `surveil`: counts are negative binomial with a constant mean and variance / mean as named; weeks 8 to 51 of a series, and its third
and fourth year. Then the night: a panel of complaints whose lanes' means differ (log-normal, 0.2), nine Mondays six weeks apart in the
third year, all evidence joined, and what false discovery control would open. Standard errors are taken between series.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tables import markdown

from riskwarn.detect import judge
from riskwarn.detect.prospective import judge_weeks
from riskwarn.indicators import load_indicators
from riskwarn.model import ALL

WEEKS = 208
SPANS = {"weeks 8-51": slice(8, 52), "weeks 104-207": slice(104, 208)}
LEVELS = (0.01, 0.001)
ORDINAL = 733_776
FIRST = date(2021, 1, 4)
NIGHTS = range(100, 150, 6)
_INDICATOR = next(one for one in load_indicators() if one.id == "complaints")
COMPLAINTS = replace(_INDICATOR, scopes=("product_origin",), detector=replace(_INDICATOR.counting, pyod="off"))


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
            found[f"p <= {level}, {name}"] = _share(p_value[:, weeks] <= level)
    return found


def quiet_lanes(mean: float, dispersion: float, lanes: int, weeks: int, seed: int) -> NDArray[np.int64]:
    """Counts of lanes x weeks in which nothing happens; the lanes' means differ."""
    rng = np.random.default_rng(seed)
    size = np.tile(mean * rng.lognormal(0.0, 0.2, (lanes, 1)), weeks) / (dispersion - 1.0)
    return rng.negative_binomial(size, 1.0 / dispersion)


def judged(counts: NDArray[np.int64], week: int) -> pd.DataFrame:
    """The night's p-value of each lane on the Monday after ``week``, and whether it would be opened; twenty origins a product."""
    lane, at = np.nonzero(np.ones((len(counts), week + 1)))
    keys = {"scope": "product_origin", "direction": "import", "product_scheme": "HS", "hazard_category": ALL, "substance": ALL}
    codes = {"product_code": np.char.mod("%02d0100", 10 + lane // 20), "origin_country": np.char.mod("O%02d", lane % 20)}
    values = {"week": np.datetime64(FIRST) + 7 * at, "complaints": counts[lane, at], "declared_lots": 100}
    signals = judge(pd.DataFrame(keys | codes | values, index=range(lane.size)), COMPLAINTS, FIRST + timedelta(weeks=week + 1))
    p_value = signals["p_value"] * COMPLAINTS.counting.look_weights[-1]
    return pd.DataFrame({"p_value": p_value, "opened": signals["is_rejected"]})


def nights(mean: float, dispersion: float, lanes: int, seed: int) -> dict[str, str]:
    """The lanes' p-values over all nights, and how many would be opened."""
    counts = quiet_lanes(mean, dispersion, lanes, WEEKS, seed)
    found = [judged(counts, week) for week in NIGHTS]
    p_value, opened = (np.column_stack([one[name] for one in found]) for name in ("p_value", "opened"))
    return {f"p <= {level}": _share(p_value <= level) for level in LEVELS} | {"opened": _share(opened)}


def _share(is_so: NDArray[np.bool_]) -> str:
    each = is_so.mean(axis=1)
    return f"{100 * each.mean():.2f}% ({100 * each.std() / np.sqrt(each.size):.2f})"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--series", type=int, default=2000)
    parser.add_argument("--lanes", type=int, default=400)
    parser.add_argument("--seed", type=int, default=5)
    asked = parser.parse_args()
    rows = []
    for mean in (0.5, 5.0, 50.0, 500.0):
        for dispersion in (1.5, 5.0, 10.0, 30.0, 100.0):
            if dispersion <= 20.0 * mean:
                told = {"mean": f"{mean:g}", "variance / mean": f"{dispersion:g}"}
                rows.append(told | shares(p_values(mean, dispersion, asked.series, asked.seed)))
    print(markdown(rows), end="\n\n")
    found = []
    for mean, dispersion in ((5.0, 1.5), (60.0, 5.0), (60.0, 20.0), (60.0, 100.0), (500.0, 20.0), (500.0, 100.0), (5000.0, 500.0)):
        told = {"mean": f"{mean:g}", "variance / mean": f"{dispersion:g}"}
        found.append(told | nights(mean, dispersion, asked.lanes, asked.seed))
    print(markdown(found))


if __name__ == "__main__":
    main()
