"""The public outbreak benchmark (Noufaily et al. 2013; Bedubourg & Le Strat 2017): 42 scenarios, fixed seeds, one table.

    python benchmarks/bench_outbreaks.py [--series N] [--seed N] [--write]

Prints probability of detection (POD) at matched false positive rates, the realised error rate at nominal alpha, and speed, for the
detector behind `riskwarn surveil`, for EARS C1 and C2, and for an oracle that knows the true baseline. --write puts the table
between the markers in docs/detection.md. Means are exp(theta + beta t + season), counts negative binomial with variance phi x mean,
624 weeks; four past outbreaks of strength k1 in {0, 2, 3, 5, 10} in weeks 313-575; one outbreak of strength 1..10 in the judged
weeks 576-624. An outbreak has Poisson(k standard deviations) cases spread by floor(LogNormal(0, 0.5)) weeks. False positives are
counted in the same series without the last outbreak; an outbreak is detected if a week from its first to its last case alarms.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from riskwarn.surveil import surveil

WEEKS, JUDGED_FROM, PAST = 624, 575, (312, 575)  # zero-based: week 576 is index 575
FAMILIES = (
    (0.1, 0.0025, 0.6, 0.6, 1.5),
    (-2.0, 0.005, 0.1, 0.3, 2.0),
    (1.5, 0.003, 0.2, -0.4, 1.0),
    (0.5, 0.002, 0.5, 0.5, 5.0),
    (2.5, 0.001, 1.0, 0.1, 3.0),
    (3.75, 0.001, 0.1, -0.1, 1.1),
    (5.0, 0.0001, 0.05, 0.01, 1.2),
)
PAST_STRENGTHS = (0, 2, 3, 5, 10)
RATES = (0.001, 0.005, 0.01, 0.02, 0.05)
ALPHAS = (0.0005, 0.001, 0.005, 0.01, 0.05)
MARKERS = ("<!-- bench_outbreaks -->", "<!-- /bench_outbreaks -->")
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Detector = Callable[[Counts], Floats]


@dataclass(frozen=True)
class Scenario:
    theta: float
    beta: float
    g1: float
    g2: float
    phi: float
    harmonics: int

    def mean(self) -> Floats:
        t = np.arange(1, WEEKS + 1)
        log_mean = self.theta + self.beta * t
        for j in range(1, self.harmonics + 1):
            angle = 2.0 * np.pi * j * t / 52.0
            log_mean = log_mean + self.g1 * np.cos(angle) + self.g2 * np.sin(angle)
        return np.exp(log_mean)


SCENARIOS = tuple(Scenario(a, b * trend, c, d, phi, m) for a, b, c, d, phi in FAMILIES for trend in (0, 1) for m in (0, 1, 2))


@dataclass(frozen=True)
class Simulated:
    """Series x weeks: counts without and with the last outbreak's cases; scenario number, true mean and dispersion of each series."""

    quiet: Counts
    cases: Counts
    scenario: NDArray[np.int64]
    past_strength: NDArray[np.int64]
    mean: Floats
    phi: Floats


def simulate(seed: int, per_scenario: int) -> Simulated:
    """``per_scenario`` series of each scenario, cycling through past strengths and outbreak strengths 1..10."""
    rng = np.random.default_rng(seed)
    size = len(SCENARIOS) * per_scenario
    quiet, cases = (np.zeros((size, WEEKS), dtype=np.int64) for _ in range(2))
    scenario, strength = np.repeat(np.arange(len(SCENARIOS)), per_scenario), np.zeros(size, dtype=np.int64)
    for s in range(size):
        one = SCENARIOS[scenario[s]]
        mean = one.mean()
        quiet[s] = rng.poisson(mean) if one.phi == 1.0 else rng.negative_binomial(mean / (one.phi - 1.0), 1.0 / one.phi)
        strength[s] = PAST_STRENGTHS[s % 5]
        if strength[s]:
            for start in rng.integers(*PAST, 4):
                quiet[s] += outbreak(rng, int(strength[s]), mean, one.phi, int(start), PAST[1])
        cases[s] = outbreak(rng, 1 + (s // 5) % 10, mean, one.phi, int(rng.integers(JUDGED_FROM, WEEKS - 4)), WEEKS)
    means = np.array([one.mean() for one in SCENARIOS])[scenario]
    return Simulated(quiet, cases, scenario, strength, means, np.array([one.phi for one in SCENARIOS])[scenario])


def outbreak(rng: np.random.Generator, k: int, mean: Floats, phi: float, start: int, end: int) -> Counts:
    """Cases per week of one outbreak that begins in week ``start``; those beyond ``end`` are cut off."""
    weeks = start + np.floor(rng.lognormal(0.0, 0.5, rng.poisson(k * np.sqrt(phi * mean[start])))).astype(np.int64)
    return np.bincount(weeks[weeks < end], minlength=WEEKS)


def by_surveil(counts: Counts) -> Floats:
    rows = len(counts)
    week = np.datetime64("2010-01-04") + 7 * np.arange(WEEKS)
    names = np.char.zfill(np.arange(rows).astype(str), 6)
    frame = pd.DataFrame({"series": np.repeat(names, WEEKS), "week": np.tile(week, rows), "count": counts.ravel()})
    return surveil(frame)["p_value"].to_numpy().reshape(rows, WEEKS)[:, JUDGED_FROM:]


def by_ears(counts: Counts, gap: int) -> Floats:
    """EARS: mean and standard deviation of seven weeks, ``gap`` weeks back (C1: 0, C2: 2); normal tail."""
    windows = np.lib.stride_tricks.sliding_window_view(counts.astype(np.float64), 7, axis=1)
    base = windows[:, JUDGED_FROM - 7 - gap : WEEKS - 7 - gap]
    deviation = np.maximum(base.std(axis=2, ddof=1), 0.2)
    return stats.norm.sf((counts[:, JUDGED_FROM:] - base.mean(axis=2)) / deviation)


def by_oracle(data: Simulated) -> Detector:
    """Knows the true mean and dispersion of every week; the better of one- and two-week windows, mid-p."""

    def score(counts: Counts) -> Floats:
        found = []
        for width in (1, 2):
            y = np.lib.stride_tricks.sliding_window_view(counts, width, axis=1).sum(axis=2)[:, JUDGED_FROM - width + 1 :]
            mean = np.lib.stride_tricks.sliding_window_view(data.mean, width, axis=1).sum(axis=2)[:, JUDGED_FROM - width + 1 :]
            phi = np.maximum(data.phi, 1.0 + 1e-9)[:, None]
            size = mean / (phi - 1.0)
            law = stats.nbinom(size, 1.0 / phi)
            found.append(law.sf(y) + 0.5 * law.pmf(y))
        return np.minimum(*found)

    return score


def detected(p_outbreak: Floats, cases: Counts) -> Floats:
    """Per series with an outbreak: the smallest p between its first and last case."""
    has = cases[:, JUDGED_FROM:] > 0
    rows = np.flatnonzero(has.any(axis=1))
    span = np.zeros_like(has)
    for s in rows:
        at = np.flatnonzero(has[s])
        span[s, at[0] : at[-1] + 1] = True
    return np.where(span, p_outbreak, np.inf)[rows].min(axis=1)


def row(name: str, quiet: Floats, best: Floats, seconds: float | None) -> dict[str, str]:
    cells = {"detector": name}
    for rate in RATES:
        cells[f"POD at {rate:.1%}"] = f"{(best < np.quantile(quiet, rate)).mean():.3f}"
    cells["s"] = "" if seconds is None else f"{seconds:.1f}"
    return cells


def markdown(rows: list[dict[str, str]]) -> str:
    head = list(rows[0])
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(r[h] for h in head) + " |" for r in rows])


def calibration(p: Floats, data: Simulated) -> list[dict[str, str]]:
    """Realised over nominal alarm rate: over everything, without past outbreaks, and in the worst scenario."""
    scenarios = range(len(SCENARIOS))
    parts = {"all": p, "no past outbreaks": p[data.past_strength == 0], "past outbreaks of strength 10": p[data.past_strength == 10]}
    rows = [{"realised / nominal": name, **{f"{a:g}": f"{(part <= a).mean() / a:.2f}" for a in ALPHAS}} for name, part in parts.items()]
    worst = {f"{a:g}": f"{max((p[data.scenario == s] <= a).mean() / a for s in scenarios):.2f}" for a in ALPHAS}
    return [*rows, {"realised / nominal": "worst of 42 scenarios", **worst}]


def report(per_scenario: int, seed: int) -> str:
    data = simulate(seed, per_scenario)
    by_surveil(data.quiet[:2])  # compile before timing
    detectors: dict[str, Detector] = {
        "riskwarn surveil": by_surveil,
        "EARS C1": lambda counts: by_ears(counts, 0),
        "EARS C2": lambda counts: by_ears(counts, 2),
        "oracle: true baseline, 1-2 week windows": by_oracle(data),
    }
    table, ours = [], np.empty(0)
    for name, judge in detectors.items():
        begun = time.perf_counter()
        quiet = judge(data.quiet)
        seconds = time.perf_counter() - begun
        ours = quiet if name == "riskwarn surveil" else ours
        table.append(row(name, quiet, detected(judge(data.quiet + data.cases), data.cases), seconds))
    number = int((data.cases.sum(axis=1) > 0).sum())
    note = f"{len(data.quiet)} series ({per_scenario} a scenario, seed {seed}), {number} outbreaks; standard error of a POD about "
    return "\n\n".join([markdown(table), note + f"{0.5 / np.sqrt(number):.3f}.", markdown(calibration(ours, data))])


def write_into(document: Path, text: str) -> None:
    before, rest = document.read_text(encoding="utf-8").split(MARKERS[0])
    after = rest.split(MARKERS[1])[1]
    document.write_text(f"{before}{MARKERS[0]}\n{text}\n{MARKERS[1]}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=100, help="series per scenario (50 and more cover all strengths)")
    parser.add_argument("--seed", type=int, default=2013)
    parser.add_argument("--write", action="store_true", help="replace the tables in docs/detection.md")
    given = parser.parse_args()
    text = report(given.series, given.seed)
    print(text)
    if given.write:
        write_into(Path(__file__).resolve().parent.parent / "docs" / "detection.md", text)


if __name__ == "__main__":
    main()
