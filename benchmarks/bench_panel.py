"""The sparse-panel benchmark: how soon planted risks are found at the same rate of false episodes; fixed seeds, one table.

    python benchmarks/bench_panel.py [--panels N] [--seed N] [--write]

panel_world.py says what is simulated. Every Monday of 41 weeks each detector judges every lane from what was known that night. An
episode begins with a score beyond a threshold and goes on until eight weeks pass without one; the threshold is set so that lanes
without an event begin the given number of episodes a week. POD is the share of events with an alarm within 4, 8, 14 weeks of their
onset. --write puts the tables between the markers in docs/detection.md.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import panel_world as pw
from numpy.typing import NDArray
from scipy import stats

from riskwarn.detect import Workdays
from riskwarn.detect.choice import Chosen
from riskwarn.detect.evidence import scan
from riskwarn.detect.fusion import Part, fused
from riskwarn.detect.judge import Expectation, _week_shares, expect, joined, second_opinion
from riskwarn.detect.null import STEPS, tables
from riskwarn.detect.panel import build_panel
from riskwarn.detect.prior import HETEROGENEITY_LIMITS, Prior, margin_prior
from riskwarn.detect.recursion import accumulate
from riskwarn.indicators import Indicator, load_indicators

judging = import_module("riskwarn.detect.judge")  # the package also has a function of this name
MARKERS = ("<!-- bench_panel -->", "<!-- /bench_panel -->")
RATES = (0.0005, 0.001, 0.002)  # false episodes per lane and week
WITHIN = (4, 8, 14)  # weeks
ORIGIN_RATES = (0.005, 0.01, 0.02)  # ... per origin and week
ALPHAS = (0.0005, 0.001, 0.005, 0.01, 0.05)
QUIET_WEEKS = 8
SIGNALS = ("failure_rate", "complaints", "foreign_alerts")
Floats = NDArray[np.float64]
INDICATORS = {one.id: replace(one, scopes=("product_origin",)) for one in load_indicators() if one.kind == "count"}
COUNT_ONLY = replace(INDICATORS["failure_rate"], denominator="")


@dataclass(frozen=True)
class Scored:
    """Per detector: nights x lanes, small = strange; and the world it was scored on."""

    world: pw.PanelWorld
    scores: dict[str, Floats]


def expectation(table: pd.DataFrame, indicator: Indicator, world: pw.PanelWorld, week: int) -> tuple[NDArray[np.int64], Expectation]:
    """Lane numbers of the series that exist, and what was expected of them on the Monday after ``week``."""
    as_of = world.as_of(week)
    panel = build_panel(table, indicator, as_of)
    seen = expect(panel, indicator, _week_shares(panel, indicator, as_of, pw.delays(), Workdays()))
    place = {name: i for i, name in enumerate(np.char.add(world.product, world.origin))}
    return np.array([place[name] for name in panel.keys["product_code"] + panel.keys["origin_country"]]), seen


def by_own_history(table: pd.DataFrame, indicator: Indicator, world: pw.PanelWorld, week: int) -> tuple[NDArray[np.int64], Floats]:
    """As the detector, but a lane knows of the others only their mean rate: a flat prior, then its own weeks."""

    def flat(keys: pd.DataFrame, events: Floats, exposure: Floats, has_denominator: np.ndarray, default_variance: float) -> Prior:
        return Prior(np.full(len(keys), events.sum() / max(exposure.sum(), 1e-9)), np.full(len(keys), HETEROGENEITY_LIMITS[1]))

    judging.margin_prior = flat
    try:
        lanes, seen = expectation(table, indicator, world, week)
    finally:
        judging.margin_prior = margin_prior
    return lanes, by_windows(seen, indicator, (1, 2, 4, 8), 3)


def by_windows(seen: Expectation, indicator: Indicator, windows: tuple[int, ...], least: int) -> Floats:
    weights = indicator.counting.window_weights[: len(windows)]
    return scan(seen.counts, seen.expected, seen.rate_var, seen.dispersion, windows, weights, least).p_value


def evidence(seen: Expectation, indicator: Indicator, least: int) -> Chosen:
    year = seen.year
    summed = accumulate(year.counts, year.expected, year.rate_var, seen.dispersion)
    return joined(seen, summed, indicator.counting, least)


def judged(world: pw.PanelWorld, week: int) -> dict[str, Floats]:
    """All detectors on one night: a score per lane; names that begin with "_" are for the smaller tables."""
    table = pw.frame(world.columns(week), world.product, world.origin)
    found: dict[str, Floats] = {}

    def put(name: str, lanes: NDArray[np.int64], p_value: Floats) -> None:
        found[name] = np.ones(world.lanes)
        found[name][lanes] = p_value

    lanes, seen = expectation(table, COUNT_ONLY, world, week)
    put("failures counted, without denominator", lanes, by_windows(seen, COUNT_ONLY, (1, 2, 4, 8), 3))
    parts: dict[str, list[Part]] = {"counts": [], "pyod": []}
    for name in SIGNALS:
        one = INDICATORS[name]
        detector = one.counting
        lanes, seen = expectation(table, one, world, week)
        leaning, both = evidence(seen, one, 1), evidence(seen, one, detector.min_observed)
        shape = second_opinion(seen, both, leaning, detector)
        lean_shape = second_opinion(seen, leaning, leaning, detector)
        if name == "failure_rate":
            put("failures over inspections, windows 1-8, own history only", *by_own_history(table, one, world, week))
            put("failures over inspections, one week", lanes, by_windows(seen, one, (1,), 1))
            put("failures over inspections, windows 1-8", lanes, by_windows(seen, one, (1, 2, 4, 8), 3))
            put("+ accumulation", lanes, both.p_value)
            put("+ accumulation + pyod", lanes, shape.fused_p)
        put(f"_windows {name}", lanes, by_windows(seen, one, (1, 2, 4, 8), 1))
        put(f"_lean {name}", lanes, leaning.p_value)
        put(f"_counts {name}", lanes, both.p_value)
        put(f"_pyod {name}", lanes, shape.fused_p)
        law = tables(detector.windows, detector.window_weights, detector.accumulation).law.reshape(-1, STEPS)
        for kind, p_value in (("counts", leaning.p_value), ("pyod", lean_shape.fused_p)):
            p, stratum = np.ones(world.lanes), np.full(world.lanes, -1)
            p[lanes], stratum[lanes] = p_value, leaning.stratum
            parts[kind].append(Part(p, stratum, law))
    found["three signals, windows, Fisher"] = fisher([found[f"_windows {name}"] for name in SIGNALS])
    found["three signals, + accumulation, Fisher"] = fisher([found[f"_lean {name}"] for name in SIGNALS])
    found["three signals joined by their laws (as shipped)"] = fused(parts["counts"])
    found["three signals joined by their laws, pyod in each"] = fused(parts["pyod"])
    return found


def fisher(p_values: list[Floats]) -> Floats:
    """Fisher's combination, as if the p-values were continuous."""
    return stats.chi2.sf(-2.0 * np.sum(np.log(p_values), axis=0), 2 * len(p_values))


def scored(world: pw.PanelWorld) -> Scored:
    nights = [judged(world, week) for week in range(pw.JUDGED_FROM, pw.WEEKS)]
    return Scored(world, {name: np.array([night[name] for night in nights]) for name in nights[0]})


def episodes(score: Floats, threshold: float) -> float:
    """Episodes begun per series and week, in a matrix nights x series."""
    alarm = score <= threshold
    lately = np.zeros_like(alarm)
    for back in range(1, QUIET_WEEKS + 1):
        lately[back:] |= alarm[:-back]
    return float((alarm & ~lately).sum() / max(score.size, 1))


def threshold_at(quiet: list[Floats], rate: float) -> float:
    """The largest threshold at which quiet series begin at most ``rate`` episodes a week, over all panels."""
    low, high = -200.0, 0.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        share = np.average([episodes(q, 10.0**middle) for q in quiet], weights=[q.size for q in quiet])
        low, high = (middle, high) if share <= rate else (low, middle)
    return 10.0**low


def delays_to_alarm(one: Scored, name: str, threshold: float, lanes: NDArray[np.int64]) -> Floats:
    """Weeks from onset to the first alarm at or after it; infinite where there is none."""
    alarm = one.scores[name] <= threshold
    return np.array([first_alarm(alarm[:, lane], int(one.world.onset[lane])) for lane in lanes])


def first_alarm(alarm: NDArray[np.bool_], onset: int) -> float:
    after = np.flatnonzero(alarm[onset - pw.JUDGED_FROM :])
    return float(after[0] + 1) if after.size else np.inf


def found_within(panels: list[Scored], name: str, rate: float, only_new: bool) -> Floats:
    """Weeks to the first alarm of every event (or of those on new lanes), at the threshold that gives ``rate``."""
    threshold = threshold_at([p.scores[name][:, p.world.onset < 0] for p in panels], rate)
    events = [np.flatnonzero((p.world.onset >= 0) & (p.world.is_new | (not only_new))) for p in panels]
    return np.concatenate([delays_to_alarm(p, name, threshold, lanes) for p, lanes in zip(panels, events, strict=True)])


def pod_rows(panels: list[Scored], *, only_new: bool) -> list[dict[str, str]]:
    """One row a detector: POD within the weeks of WITHIN at each rate of false episodes."""
    rows = []
    for name in (n for n in panels[0].scores if not n.startswith("_")):
        cells = {"detector": name}
        for rate in RATES:
            found = found_within(panels, name, rate, only_new)
            cells[f"at {rate:.2%}"] = " / ".join(f"{(found <= weeks).mean():.2f}" for weeks in WITHIN)
        rows.append(cells)
    return rows


def pyod_rows(panels: list[Scored]) -> list[dict[str, str]]:
    """What joining pyod adds to each indicator's POD within 14 weeks, with the standard error of the paired difference."""
    pairs = {name: (f"_counts {name}", f"_pyod {name}") for name in SIGNALS}
    pairs["all joined"] = ("three signals joined by their laws (as shipped)", "three signals joined by their laws, pyod in each")
    rows = []
    for name, (without, with_pyod) in pairs.items():
        cells = {"indicator": name}
        for rate in RATES:
            before, after = (found_within(panels, one, rate, False) <= WITHIN[-1] for one in (without, with_pyod))
            gain = after.astype(float) - before
            cells[f"at {rate:.2%}"] = f"{before.mean():.3f}, {gain.mean():+.3f} (s.e. {gain.std() / np.sqrt(gain.size):.3f})"
        rows.append(cells)
    return rows


def calibration_rows(panels: list[Scored]) -> list[dict[str, str]]:
    """Realised over nominal share of quiet lane-weeks; a lane that is not in an indicator's panel counts as p = 1."""
    rows = []
    wanted = {
        f"{what} {name}": f"_{kind} {name}" for name in SIGNALS for what, kind in (("windows,", "windows"), ("+ accumulation,", "lean"))
    }
    wanted["three signals joined"] = "three signals joined by their laws (as shipped)"
    for label, name in wanted.items():
        quiet = np.concatenate([p.scores[name][::4, p.world.onset < 0].ravel() for p in panels])
        rows.append({"realised / nominal": label, **{f"{a:g}": f"{(quiet <= a).mean() / a:.2f}" for a in ALPHAS}})
    return rows


def origin_rows(n_panels: int, seed: int) -> tuple[str, list[dict[str, str]]]:
    """A risk of 1.5 over all lanes of an origin: found by its cells alone, and with the origin as a node of its own."""
    cells_quiet, cells_struck, both_quiet, both_struck = [], [], [], []
    for i in range(n_panels):
        world = pw.simulate(seed + i, n_products=20, n_origins=60, origin_event=1.5)
        places = np.unique(world.origin)
        members = [np.flatnonzero(world.origin == place) for place in places]
        onset = np.array([world.onset[lanes[0]] for lanes in members])
        cells, both = (np.ones((pw.WEEKS - pw.JUDGED_FROM, places.size)) for _ in range(2))
        for night in range(pw.WEEKS - pw.JUDGED_FROM):
            columns = world.columns(pw.JUDGED_FROM + night)
            one = INDICATORS["failure_rate"]
            lanes, seen = expectation(pw.frame(columns, world.product, world.origin), one, world, pw.JUDGED_FROM + night)
            p_cell = np.ones(world.lanes)
            p_cell[lanes] = evidence(seen, one, 3).p_value
            summed = {name: np.array([values[lane].sum(axis=0) for lane in members]) for name, values in columns.items()}
            node = replace(world, product=np.full(places.size, "0000"), origin=places)
            lanes, seen = expectation(pw.frame(summed, node.product, node.origin), one, node, pw.JUDGED_FROM + night)
            p_node = np.ones(places.size)
            p_node[lanes] = evidence(seen, one, 3).p_value
            cells[night] = [min(p_cell[lane].min() * lane.size, 1.0) for lane in members]
            both[night] = np.minimum(np.minimum(cells[night], p_node) * 2.0, 1.0)
        for score, quiet, struck in ((cells, cells_quiet, cells_struck), (both, both_quiet, both_struck)):
            quiet.append(score[:, onset < 0])
            struck.append((score, onset))
    rows = []
    for name, quiet, struck in (("cells only", cells_quiet, cells_struck), ("cells and origin, budget halved", both_quiet, both_struck)):
        row = {"origin-wide risk x1.5": name}
        for rate in ORIGIN_RATES:
            threshold = threshold_at(quiet, rate)
            found = [first_alarm(score[:, k] <= threshold, int(o)) for score, onset in struck for k, o in enumerate(onset) if o >= 0]
            row[f"at {rate:.1%}"] = " / ".join(f"{(np.array(found) <= weeks).mean():.2f}" for weeks in WITHIN)
        rows.append(row)
    events = sum(int((onset >= 0).sum()) for _, onset in cells_struck)
    return f"{events} origins struck, standard error about {0.5 / np.sqrt(events):.2f}; false episodes per origin and week.", rows


def markdown(rows: list[dict[str, str]]) -> str:
    head = list(rows[0])
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(r[h] for h in head) + " |" for r in rows])


def report(n_panels: int, seed: int) -> str:
    begun = time.perf_counter()
    panels = [scored(pw.simulate(seed + i)) for i in range(n_panels)]
    struck = sum(int((p.world.onset >= 0).sum()) for p in panels)
    new = sum(int(((p.world.onset >= 0) & p.world.is_new).sum()) for p in panels)
    quiet = sum(int((p.world.onset < 0).sum()) for p in panels) * (pw.WEEKS - pw.JUDGED_FROM)
    note = (
        f"POD within 4 / 8 / 14 weeks at matched false episodes per lane-week. {n_panels} panels (seed {seed}) of 1500 lanes, "
        f"{struck} events, {quiet} quiet lane-weeks; standard error of a POD about {0.5 / np.sqrt(struck):.2f} "
        f"(differences between detectors are paired and smaller). {time.perf_counter() - begun:.0f} s."
    )
    cold = (
        f"Lanes that begin within the judged weeks (risk x4 from their first weeks on; {new} events, standard error about "
        f"{0.5 / np.sqrt(new):.2f}):"
    )
    origin_note, origin_table = origin_rows(n_panels, seed + 100)
    return "\n\n".join(
        [
            note,
            markdown(pod_rows(panels, only_new=False)),
            cold,
            markdown(pod_rows(panels, only_new=True)),
            "What joining pyod adds to POD within 14 weeks (paired):",
            markdown(pyod_rows(panels)),
            "Calibration in the same panels, lanes without an event:",
            markdown(calibration_rows(panels)),
            origin_note,
            markdown(origin_table),
        ]
    )


def write_into(document: Path, text: str) -> None:
    before, rest = document.read_text(encoding="utf-8").split(MARKERS[0])
    after = rest.split(MARKERS[1])[1]
    document.write_text(f"{before}{MARKERS[0]}\n{text}\n{MARKERS[1]}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--panels", type=int, default=2, help="simulated panels")
    parser.add_argument("--seed", type=int, default=1999)
    parser.add_argument("--write", action="store_true", help="replace the tables in docs/detection.md")
    given = parser.parse_args()
    text = report(given.panels, given.seed)
    print(text)
    if given.write:
        write_into(Path(__file__).resolve().parent.parent / "docs" / "detection.md", text)


if __name__ == "__main__":
    main()
