"""The public outbreak benchmark (Noufaily et al. 2013; Bedubourg & Le Strat 2017): 42 scenarios, fixed seeds, tables and a plot.

    python benchmarks/bench_outbreaks.py [--series N] [--seed N] [--write]

Probability of detection (POD) at matched false positive rates, sensitivity and timeliness, POD by strength, the realised error rate
at nominal alpha, and speed, for the detector behind `riskwarn surveil`, Farrington Flexible, EARS C1 and C2, and two oracles. --write
puts the tables between the markers in docs/detection.md and the plot beside it. False positives are counted in the same series
without the last outbreak; an outbreak is detected if a week from its first to its last case alarms. R is timed where it is installed.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from detectors import STRENGTHS, Detector, by_ears, by_farrington, by_knowing_oracle, by_oracle, by_surveil
from numpy.typing import NDArray
from outbreaks import JUDGED_FROM, SCENARIOS, Counts, Floats, Simulated, simulate
from plotting import lines_svg
from speed import speed_table
from tables import markdown, write_into

RATES = (0.001, 0.005, 0.01, 0.02, 0.05)
ALPHAS = (0.0005, 0.001, 0.005, 0.01, 0.05)
MATCHED = 0.01  # the false positive rate of sensitivity, timeliness and POD by strength
DOCS = Path(__file__).resolve().parent.parent / "docs"
NAMES = {
    "riskwarn surveil": "riskwarn surveil",
    "farrington": "Farrington Flexible, NB",
    "c1": "EARS C1",
    "c2": "EARS C2",
    "oracle": "oracle: true baseline, 1-2 week windows",
    "knowing": "oracle: also knows how outbreaks grow",
}
NO_P_VALUE = {"knowing"}  # its score is a likelihood ratio


@dataclass(frozen=True)
class Judged:
    """p-values (series x judged weeks) without and with the last outbreak, and the seconds for the former."""

    quiet: Floats
    outbreak: Floats
    seconds: float


def judge(detector: Detector, data: Simulated) -> Judged:
    begun = time.perf_counter()
    quiet = detector(data.quiet)
    seconds = time.perf_counter() - begun
    return Judged(quiet, detector(data.quiet + data.cases), seconds)


def spans(cases: Counts) -> NDArray[np.bool_]:
    """Judged weeks from the first to the last case of each series' outbreak."""
    has = cases[:, JUDGED_FROM:] > 0
    started = np.maximum.accumulate(has, axis=1)
    lasting = np.maximum.accumulate(has[:, ::-1], axis=1)[:, ::-1]
    found: NDArray[np.bool_] = started & lasting
    return found


def detection_row(name: str, one: Judged, span: NDArray[np.bool_]) -> dict[str, str]:
    """POD at each matched rate; at MATCHED also the share of outbreak weeks that alarm, and weeks from first case to first alarm.

    An outbreak that is missed counts with its whole length, or a detector that finds only the large ones would seem quick.
    """
    best = np.where(span, one.outbreak, np.inf)[span.any(axis=1)].min(axis=1)
    cells = {"detector": NAMES[name]}
    for rate in RATES:
        cells[f"POD at {rate:.1%}"] = f"{(best < np.quantile(one.quiet, rate)).mean():.3f}"
    alarms = ((one.outbreak < np.quantile(one.quiet, MATCHED)) & span)[span.any(axis=1)]
    cells["sensitivity"] = f"{alarms.sum() / span.sum():.3f}"
    lasted = span[span.any(axis=1)]
    waited = np.where(alarms.any(axis=1), alarms.argmax(axis=1) - lasted.argmax(axis=1), lasted.sum(axis=1))
    cells["weeks to alarm"] = f"{waited.mean():.2f}"
    return cells


def pod_by_strength(one: Judged, span: NDArray[np.bool_], strength: NDArray[np.int64]) -> list[float]:
    level = np.quantile(one.quiet, MATCHED)
    is_found = ((one.outbreak < level) & span).any(axis=1)
    return [float(is_found[(strength == k) & span.any(axis=1)].mean()) for k in STRENGTHS]


def calibration(name: str, p: Floats, data: Simulated) -> list[dict[str, str]]:
    """Realised over nominal alarm rate: over everything; for ours also without past outbreaks and in the worst scenario."""
    parts = {NAMES[name]: p}
    if name == "riskwarn surveil":
        parts |= {"- no past outbreaks": p[data.past_strength == 0], "- past outbreaks of strength 10": p[data.past_strength == 10]}
    rows = [{"realised / nominal": label, **{f"{a:g}": f"{(part <= a).mean() / a:.2f}" for a in ALPHAS}} for label, part in parts.items()]
    if name == "riskwarn surveil":
        worst = {f"{a:g}": f"{max((p[data.scenario == s] <= a).mean() / a for s in range(len(SCENARIOS))):.2f}" for a in ALPHAS}
        rows.append({"realised / nominal": "- worst of 42 scenarios", **worst})
    return rows


def report(per_scenario: int, seed: int) -> tuple[str, str]:
    """The text for docs/detection.md, and the plot of POD by strength."""
    data = simulate(seed, per_scenario)
    detectors: dict[str, Detector] = {
        "riskwarn surveil": by_surveil,
        "farrington": by_farrington,
        "c1": lambda counts: by_ears(counts, 0),
        "c2": lambda counts: by_ears(counts, 2),
        "oracle": by_oracle(data),
        "knowing": by_knowing_oracle(data),
    }
    for compiled in (by_surveil, by_farrington):
        compiled(data.quiet[:2])  # before timing
    judged = {name: judge(detector, data) for name, detector in detectors.items()}
    span = spans(data.cases)
    strengths = {name: pod_by_strength(one, span, data.strength) for name, one in judged.items()}
    number = int(span.any(axis=1).sum())
    note = f"{len(data.quiet)} series ({per_scenario} a scenario, seed {seed}), {number} outbreaks; standard error of a POD about "
    note += f"{0.5 / np.sqrt(number):.3f}. Sensitivity (share of outbreak weeks that alarm) and weeks from first case to first alarm "
    note += f"(a missed outbreak: its whole length) at {MATCHED:.0%}, as the next table: "
    note += f"POD by strength (standard error about {1.6 / np.sqrt(number):.3f})."
    by_k = [{"k": NAMES[name], **{str(k): f"{v:.2f}" for k, v in zip(STRENGTHS, pods, strict=True)}} for name, pods in strengths.items()]
    parts = [
        markdown([detection_row(name, one, span) for name, one in judged.items()]),
        note,
        markdown(by_k),
        "![POD by strength](pod-by-strength.svg)",
        markdown([row for name, one in judged.items() if name not in NO_P_VALUE for row in calibration(name, one.quiet, data)]),
        speed_table(data.quiet),
    ]
    title = "probability of detection at 1% false positives, by strength of the outbreak"
    plot = lines_svg(title, STRENGTHS, {NAMES[name]: pods for name, pods in strengths.items()})
    return "\n\n".join(parts), plot


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=100, help="series per scenario (50 and more cover all strengths)")
    parser.add_argument("--seed", type=int, default=2013)
    parser.add_argument("--write", action="store_true", help="replace the tables in docs/detection.md")
    given = parser.parse_args()
    text, plot = report(given.series, given.seed)
    print(text)
    if given.write:
        write_into(DOCS / "detection.md", "bench_outbreaks", text)
        (DOCS / "pod-by-strength.svg").write_text(plot, encoding="utf-8")


if __name__ == "__main__":
    main()
