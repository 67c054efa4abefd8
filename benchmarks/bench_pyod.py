"""Which pyod detectors are worth having beside the counts: each alone and joined with them, on the sparse panel's failure rate.

    python benchmarks/bench_pyod.py [--panels N] [--seed N] [--write]

Every candidate is fitted to the same quiet years, frozen, and turned into probabilities by them (riskwarn/detect/beside.py). ECOD (Li
et al. 2022) and COPOD (Li et al. 2020) score against their batch in pyod; here they are given the fitted quiet years as all they
compare with (``Tails``), or a series' score would depend on who else is judged. Episodes, matched rates and POD as in bench_panel.py.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import panel_world as pw
from bench_panel import INDICATORS, RATES, WITHIN, Floats, Scored, evidence, expectation, found_within
from tables import markdown, write_into

from riskwarn.detect.judge import second_opinion

beside = import_module("riskwarn.detect.beside")
SIGNAL = "failure_rate"
COUNTS = "counts alone"


class Tails:
    """ECOD or COPOD against a frozen reference: sums over features of the surprise of the empirical tails (features are >= 0)."""

    def __init__(self, reference: Floats, kind: str) -> None:
        self.reference, self.kind = np.sort(reference, axis=0), kind

    def decision_function(self, values: Floats) -> Floats:
        size = len(self.reference)
        left, right = np.empty(values.shape), np.empty(values.shape)
        for j in range(values.shape[1]):
            column = self.reference[:, j]
            left[:, j] = np.searchsorted(column, values[:, j], side="right")
            right[:, j] = size - np.searchsorted(column, values[:, j], side="left")
        below, above = (-np.log(np.maximum(number, 0.5) / size) for number in (left, right))
        other = below if self.kind == "ecod" else 0.5 * (below + above)
        total: Floats = np.maximum(above, other).sum(axis=1)  # the features lean to the right: their skewness asks for the upper tail
        return total


def hbos(values: Floats) -> tuple[Any, ...]:
    from pyod.models.hbos import HBOS

    return (HBOS(n_bins=30).fit(values),)


SHIPPED: Callable[[Floats], tuple[Any, ...]] = beside._fitted
CANDIDATES: dict[str, Callable[[Floats], tuple[Any, ...]]] = {
    "isolation forest": lambda values: SHIPPED(values)[:1],
    "LODA": lambda values: SHIPPED(values)[1:],
    "HBOS": hbos,
    "ECOD": lambda values: (Tails(values, "ecod"),),
    "COPOD": lambda values: (Tails(values, "copod"),),
    "isolation forest, LODA (as shipped)": SHIPPED,
    "isolation forest, LODA, ECOD, COPOD": lambda values: (*SHIPPED(values), Tails(values, "ecod"), Tails(values, "copod")),
}


def scored(world: pw.PanelWorld) -> Scored:
    """Scores of every candidate, alone ("a ...") and joined with the counts ("j ..."), and of the counts alone, on every night."""
    one = INDICATORS[SIGNAL]
    nights = []
    for week in range(pw.JUDGED_FROM, pw.WEEKS):
        lanes, seen = expectation(pw.frame(world.columns(week), world.product, world.origin), one, world, week)
        nights.append((lanes, seen, evidence(seen, one, one.counting.min_observed), evidence(seen, one, 1)))
    scores = {COUNTS: np.array([placed(world, lanes, both.p_value) for lanes, _, both, _ in nights])}
    for name, fitted in CANDIDATES.items():
        beside._fitted = fitted
        beside._frozen.cache_clear()
        found = [(lanes, second_opinion(seen, both, leaning, one.counting)) for lanes, seen, both, leaning in nights]
        scores[f"a {name}"] = np.array([placed(world, lanes, second.p_value) for lanes, second in found])
        scores[f"j {name}"] = np.array([placed(world, lanes, second.fused_p) for lanes, second in found])
    return Scored(world, scores)


def placed(world: pw.PanelWorld, lanes: Any, p_value: Floats) -> Floats:
    row = np.ones(world.lanes)
    row[lanes] = p_value
    return row


def rows(panels: list[Scored]) -> list[dict[str, str]]:
    """POD within the longest time: of each candidate alone, and what joining it adds to the counts (paired, with standard error)."""
    cells = []
    base = {rate: found_within(panels, COUNTS, rate, False) <= WITHIN[-1] for rate in RATES}
    cells.append({"detector": COUNTS} | {f"at {rate:.2%}": f"{base[rate].mean():.3f}" for rate in RATES})
    for name in CANDIDATES:
        row = {"detector": name}
        for rate in RATES:
            alone, joint = (found_within(panels, f"{kind} {name}", rate, False) <= WITHIN[-1] for kind in "aj")
            gain = joint.astype(float) - base[rate]
            row[f"at {rate:.2%}"] = f"{alone.mean():.3f}; joined {gain.mean():+.3f} (s.e. {gain.std() / np.sqrt(gain.size):.3f})"
        cells.append(row)
    return cells


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--panels", type=int, default=2)
    parser.add_argument("--seed", type=int, default=2999)
    parser.add_argument("--write", action="store_true", help="replace the table in docs/detection.md")
    given = parser.parse_args()
    panels = [scored(pw.simulate(given.seed + i)) for i in range(given.panels)]
    struck = sum(int((p.world.onset >= 0).sum()) for p in panels)
    text = markdown(rows(panels)) + f"\n\n{given.panels} panels (seed {given.seed}) of 1500 lanes, {struck} events."
    print(text)
    if given.write:
        write_into(Path(__file__).resolve().parent.parent / "docs" / "detection.md", "bench_pyod", text)


if __name__ == "__main__":
    main()
