"""How many of the episodes that nights open are false: seven nights a week, levels, absorption and the life of episodes as shipped.

    python benchmarks/bench_nightly.py [--panels N] [--seed N] [--write]

A panel is a country of 240 lanes (40 products x 6 origins) with three hazards a product and about one failure a lane and week. After
two years, 15 lanes turn riskier (eight in one hazard, 12 times; seven in all, 5 times) within the first six of ten weeks that are
replayed night by night, each with the lots of the days before it. An episode is false if nothing that it holds had turned
riskier when it was raised; riskier since is not counted back. --write puts the table between its markers in docs/detection.md.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tables import markdown, write_into

from riskwarn.assess import episodes as ep
from riskwarn.detect import judge
from riskwarn.indicators import Indicator, load_indicators
from riskwarn.judging import KEEP_P, SIGNAL_COLUMNS, episode_rules

Ints = NDArray[np.int64]
DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "detection.md"
FIRST = date(2023, 1, 2)
BURN, WEEKS = 104, 10
PRODUCTS, ORIGINS, HAZARDS, STRUCK = 40, 6, 3, 15
LANES = PRODUCTS * ORIGINS
SETTINGS = {
    "cells only": ("product_origin",),
    "levels as shipped (without substance)": ("product_origin", "product_origin_hazard", "product_hazard"),
}
COLUMNS = (
    "declared_lots", "inspected_random", "inspected_targeted", "inspected_other", "failed_random", "failed_targeted", "failed_other",
    "inspected", "failed", "complaints", "injuries", "enterprise_reports", "foreign_alerts",
)  # fmt: skip


@dataclass(frozen=True)
class Country:
    """Lots (lane x week x weekday) and failures (lane x hazard x week x weekday) of random and targeted inspections; of each lane and
    hazard the week from which it is riskier (BURN + WEEKS: never)."""

    lots: tuple[Ints, Ints]
    failed: tuple[Ints, Ints]
    onset: Ints


def country(seed: int, struck: int) -> Country:
    rng = np.random.default_rng(seed)
    weeks = BURN + WEEKS
    size = 20.0 * rng.lognormal(0.0, 0.8, (LANES, 1, 1))
    rate = np.minimum(0.03 * rng.lognormal(0.0, 0.5, (LANES, 1, 1, 1)), 0.1) * rng.dirichlet([2.0] * HAZARDS, LANES)[:, :, None, None]
    onset = np.full((LANES, HAZARDS), weeks)
    risk = np.ones((LANES, HAZARDS, weeks, 1))
    for place, lane in enumerate(rng.choice(LANES, struck, replace=False)):
        begin = BURN + int(rng.integers(0, 6))
        one = int(rng.integers(HAZARDS))
        which = slice(None) if place % 2 else slice(one, one + 1)
        onset[lane, which] = begin
        risk[lane, which, begin:] = 5.0 if place % 2 else 12.0
    usual = np.broadcast_to(size / 5, (LANES, weeks, 5))
    lots = (rng.poisson(0.8 * usual), rng.poisson(0.2 * usual))
    expected = [one[:, None] * np.minimum(times * rate * risk, 0.9) for one, times in zip(lots, (1.0, 3.0), strict=True)]
    return Country(lots, (rng.poisson(expected[0]), rng.poisson(expected[1])), onset)


def known(one: tuple[Ints, Ints], week: int, days: int) -> tuple[Ints, Ints]:
    """Weekly sums of all weeks before ``week`` and of the first days of that one."""
    last = one[0].shape[-2]

    def weekly(values: Ints) -> Ints:
        kept = values[..., : min(week + 1, last), :].sum(axis=-1)
        kept[..., -1] = values[..., min(week, last - 1), :days].sum(axis=-1)
        return kept

    return weekly(one[0]), weekly(one[1])


def frame(world: Country, week: int, days: int) -> pd.DataFrame:
    """core_series_week as known after so many days of the week, at the three levels."""
    lots, failed = known(world.lots, week, days), known(world.failed, week, days)
    weeks = lots[0].shape[1]
    product = np.arange(LANES) // ORIGINS

    def by_product(values: Ints) -> Ints:
        return values.reshape(PRODUCTS, ORIGINS, *values.shape[1:]).sum(axis=1)

    def spread(values: Ints) -> Ints:
        return np.broadcast_to(values[:, None], (values.shape[0], HAZARDS, weeks)).reshape(-1, weeks)

    lane_hazard = [(lane, hazard) for lane in range(LANES) for hazard in range(HAZARDS)]
    product_hazard = [(one, hazard) for one in range(PRODUCTS) for hazard in range(HAZARDS)]
    parts = [
        level("product_origin", product, np.arange(LANES) % ORIGINS, None, lots, tuple(f.sum(axis=1) for f in failed)),
        level(
            "product_origin_hazard", product[[lane for lane, _ in lane_hazard]], np.array([lane % ORIGINS for lane, _ in lane_hazard]),
            np.array([hazard for _, hazard in lane_hazard]),
            tuple(spread(one) for one in lots), tuple(f.reshape(-1, weeks) for f in failed),
        ),
        level(
            "product_hazard", np.array([one for one, _ in product_hazard]), None, np.array([hazard for _, hazard in product_hazard]),
            tuple(spread(by_product(one)) for one in lots), tuple(by_product(f).reshape(-1, weeks) for f in failed),
        ),
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def level(
    scope: str, product: Ints, origin: Ints | None, hazard: Ints | None, lots: tuple[Ints, ...], failed: tuple[Ints, ...]
) -> pd.DataFrame:
    """The rows of one level with something in them; of hazards only those that ever occurred."""
    some = sum(lots) + sum(failed) > 0
    if hazard is not None:
        some &= (sum(failed).sum(axis=1) > 0)[:, None]
    series, week = np.nonzero(some)
    values = dict.fromkeys(COLUMNS, np.zeros(series.size, dtype=np.int64))
    for name, (random, targeted) in {"inspected": lots, "failed": failed}.items():
        values[f"{name}_random"], values[f"{name}_targeted"] = random[series, week], targeted[series, week]
        values[name] = values[f"{name}_random"] + values[f"{name}_targeted"]
    texts = {
        "scope": scope, "direction": "import", "product_scheme": "HS", "product_code": np.char.mod("%04d", 201 + product)[series],
        "origin_country": "*" if origin is None else np.char.mod("O%d", origin)[series],
        "hazard_category": "*" if hazard is None else np.char.mod("hazard %d", hazard)[series], "substance": "*",
    }  # fmt: skip
    return pd.DataFrame(texts | {"week": np.datetime64(FIRST) + 7 * week.astype(np.int64)} | values)


def riskier_from(world: Country, episode: ep.Episode) -> int:
    """The first week in which anything that the episode's series holds was riskier."""
    key = episode.key
    product = int(key.product_code) - 201
    lanes = slice(product * ORIGINS, (product + 1) * ORIGINS)
    part = world.onset[lanes]
    if key.origin_country != "*":
        part = part[int(key.origin_country[1:])][None]
    if key.hazard_category != "*":
        part = part[:, [int(key.hazard_category.split()[1])]]
    return int(part.min())


def nights(world: Country, indicator: Indicator) -> Iterator[tuple[date, ep.Episode]]:
    """Every episode shown for the first time, with its night."""
    rules = episode_rules([indicator])
    previous: tuple[ep.Episode, ...] = ()
    told: set[str] = set()
    for week in range(BURN, BURN + WEEKS):
        for day in range(1, 8):
            as_of = FIRST + timedelta(weeks=week, days=day)
            table = frame(world, week, min(day, 5))
            table = table[table["scope"].isin(indicator.scopes)]
            open_keys = frozenset(e.key.text() for e in previous if e.is_active)
            signals = judge(table, indicator, as_of, open_keys).assign(indicator_id=indicator.id, parts="")
            kept = signals.loc[(signals["p_value"] <= KEEP_P) | signals["is_rejected"], list(SIGNAL_COLUMNS)]
            night = ep.advance(previous, kept, rules, as_of, budget=1000)
            previous = night.episodes
            for episode in previous:
                if episode.is_active and not episode.absorbed_by and episode.episode_id not in told:
                    told.add(episode.episode_id)
                    yield as_of, episode


def replayed(seed: int, struck: int, indicator: Indicator) -> tuple[int, int, int, int]:
    """Episodes told, false ones among them, events found, events."""
    world = country(seed, struck)
    false, total, found = 0, 0, set()
    for as_of, episode in nights(world, indicator):
        week = (as_of - FIRST).days // 7 - (as_of.weekday() == 0)
        total += 1
        if riskier_from(world, episode) > week:
            false += 1
        else:
            found |= holds(world, episode, week)
    events = {lane for lane in range(LANES) if world.onset[lane].min() < BURN + WEEKS}
    return total, false, len(found & events), len(events)


def holds(world: Country, episode: ep.Episode, week: int) -> set[int]:
    """The lanes with an event that had begun and that the episode holds."""
    key, product = episode.key, int(episode.key.product_code) - 201
    lanes = range(product * ORIGINS, (product + 1) * ORIGINS)
    if key.origin_country != "*":
        lanes = range(lanes.start + int(key.origin_country[1:]), lanes.start + int(key.origin_country[1:]) + 1)
    hazards = slice(None) if key.hazard_category == "*" else [int(key.hazard_category.split()[1])]
    return {lane for lane in lanes if world.onset[lane, hazards].min() <= week}


def with_error(values: NDArray[np.float64], digits: int) -> str:
    """The mean of the panels with its standard error."""
    return f"{values.mean():.{digits}f} (s.e. {values.std(ddof=1) / np.sqrt(values.size):.{digits}f})"


def table(panels: int, seed: int, indicator: Indicator) -> list[dict[str, str]]:
    rows = []
    for name, scopes in SETTINGS.items():
        for struck in (STRUCK, 0) if len(scopes) > 1 else (STRUCK,):
            began = time.process_time()
            here = replace(indicator, scopes=scopes, detector=replace(indicator.counting, scope_weights=(1.0,) * len(scopes)))
            seen = np.array([replayed(seed + n, struck, here) for n in range(panels)], dtype=float)
            total, false, found, events = seen.sum(axis=0)
            share, weekly = np.array([f / t if t else 0.0 for t, f, _, _ in seen]), seen[:, 1] / WEEKS
            rows.append(
                {
                    "levels": name,
                    "planted": f"{struck} a panel" if struck else "none",
                    "episodes": f"{total:.0f}",
                    "false": f"{false:.0f}",
                    "false share (mean of panels)": f"{share.mean():.2f} (s.e. {share.std(ddof=1) / np.sqrt(panels):.2f})"
                    if struck
                    else "",
                    "false a panel and week": with_error(weekly, 3),
                    "events found": f"{found:.0f} of {events:.0f}" if struck else "",
                }
            )
            print(rows[-1], f"{time.process_time() - began:.0f} s", flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--panels", type=int, default=12)
    parser.add_argument("--seed", type=int, default=4100)
    parser.add_argument("--q", type=float, help="another false discovery rate than the indicator's")
    parser.add_argument("--write", action="store_true", help="into docs/detection.md")
    given = parser.parse_args()
    found = next(one for one in load_indicators() if one.id == "failure_rate")
    detector = replace(found.counting, pyod="off", q=given.q or found.counting.q)
    rows = table(given.panels, given.seed, replace(found, detector=detector))
    text = f"{given.panels} panels (seeds {given.seed} to {given.seed + given.panels - 1}), q = {detector.q}\n\n{markdown(rows)}"
    print(text)
    if given.write:
        write_into(DOCUMENT, "bench_nightly", text)


if __name__ == "__main__":
    main()
