"""Inspected lots, their findings and the declared lots behind them, drawn for every line of trade and day at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from riskwarn.demo.country import DISTRICTS, World, random_for
from riskwarn.demo.events import Event
from riskwarn.demo.hazards import HAZARDS

SELECTIONS = ("random", "targeted", "follow_up")
RISK_BY_SELECTION = np.array([1.0, 2.2, 2.5])  # targeted lots fail more often: that is why they are targeted
FOLLOW_UP_SHARE = 0.02


def draw_lots(world: World, events: Sequence[Event]) -> pd.DataFrame:
    """One row per inspected lot, oldest first.

    ``cell`` is its line of trade, ``district`` a row of DISTRICTS, ``caused_by`` the planted event it fails for (else ""),
    ``resulted_on`` is NaT while the result is not known at the end; ``corrected_on`` is the day a wrong "pass" became "fail".
    """
    random = random_for(world.seed, "lots")
    volume, _ = volumes(world, events)
    counts = random.poisson(volume)
    cell, day, selection = (np.repeat(axis, counts.ravel()) for axis in map(np.ravel, np.indices(counts.shape)))
    order = np.lexsort((random.random(len(day)), day))
    cell, day, selection = cell[order], day[order], selection[order]
    failed, caused_by, hazard = _failures(world, events, random, cell, day, selection)
    lots = pd.DataFrame({"cell": cell, "day": day, "selection": np.array(SELECTIONS)[selection]})
    lots["sampled_on"] = world.days[day]
    lots["is_failed"], lots["caused_by"], lots["hazard"] = failed, caused_by, hazard
    lots["resulted_on"] = _result_days(world, random, day, failed)
    _late_corrections(lots, events, random)
    _particulars(world, lots, random)
    return lots


def volumes(world: World, events: Sequence[Event]) -> tuple[np.ndarray, np.ndarray]:
    """Expected inspected lots (cells x days x selections) and expected lots without targeting steps (cells x days)."""
    random = random_for(world.seed, "volumes")
    days = world.days
    count, weeks = len(world.cells), len(days) // 7 + 1
    year_part = (days - days.astype("datetime64[Y]")).astype(float) / 365.25
    amplitude = np.array([cell.product.season[0] for cell in world.cells])[:, None]
    peak = np.array([(cell.product.season[1] - 0.5) / 12 for cell in world.cells])[:, None]
    season = 1 + amplitude * np.cos(2 * np.pi * (year_part[None, :] - peak))
    trend = np.exp(random.normal(0, 0.12, count)[:, None] * np.linspace(-1, 1, len(days)))
    noise = np.repeat(random.lognormal(0, 0.15, (count, weeks)), 7, axis=1)[:, : len(days)]
    base = np.array([cell.lots for cell in world.cells])[:, None] / 5 * season * trend * noise * world.workload
    base = base * _cell_factors(world, events, "volume")
    share = np.array([cell.random_share for cell in world.cells])[:, None]
    targeted = (1 - share) * _cell_factors(world, events, "targeting") * _old_targeting_steps(world, random)
    strata = np.stack([np.broadcast_to(share, base.shape), targeted, np.full(base.shape, FOLLOW_UP_SHARE)], axis=2)
    return base[:, :, None] * strata, base


def _old_targeting_steps(world: World, random: np.random.Generator) -> np.ndarray:
    """Ordinary changes of targeting in earlier years: one line in five gets twice the targeted lots from some week on."""
    steps = np.ones((len(world.cells), len(world.days)))
    for row in np.flatnonzero(random.random(len(world.cells)) < 0.2):
        steps[row, 7 * random.integers(20, 120) :] = 2.0
    return steps


def _cell_factors(world: World, events: Sequence[Event], touches: str) -> np.ndarray:
    """The product of the events' factors on every line of trade and day."""
    factors = np.ones((len(world.cells), len(world.days)))
    for event in events:
        if event.touches == touches:
            factors[[event.concerns(cell) for cell in world.cells]] *= event.factor(world.days)
    return factors


def _failures(
    world: World, events: Sequence[Event], random: np.random.Generator, cell: np.ndarray, day: np.ndarray, selection: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which lots fail, for which planted event and hazard. An event of ratio r adds (r - 1) times the lot's own failure probability."""
    rates = np.array([line.rate for line in world.cells])
    own = rates[cell] * RISK_BY_SELECTION[selection]
    causes: list[tuple[np.ndarray, str, str]] = []
    for event in events:
        if event.touches in ("failure", "correction"):
            hit = np.array([event.concerns(line) for line in world.cells])
            causes.append((np.where(hit[cell], own * (event.factor(world.days)[day] - 1), 0.0), event.event_id, event.hazard))
    draw = random.random(len(cell))
    failed, caused_by = draw < own, np.full(len(cell), "", dtype=object)
    hazard = np.where(failed, _own_hazards(world, random, cell), "")
    threshold = own.copy()
    for extra, event_id, key in causes:
        by_event = (draw >= threshold) & (draw < threshold + extra)
        failed |= by_event
        caused_by[by_event], hazard[by_event] = event_id, key
        threshold += extra
    return failed, caused_by, hazard


def _own_hazards(world: World, random: np.random.Generator, cell: np.ndarray) -> np.ndarray:
    """A hazard for every lot, drawn from its product's usual ones."""
    draw, chosen = random.random(len(cell)), np.full(len(cell), "", dtype=object)
    for number, line in enumerate(world.cells):
        rows = np.flatnonzero(cell == number)
        names, weights = zip(*line.product.hazards, strict=True)
        chosen[rows] = np.array(names, dtype=object)[np.searchsorted(np.cumsum(weights), draw[rows]).clip(max=len(names) - 1)]
    return chosen


def _result_days(world: World, random: np.random.Generator, day: np.ndarray, failed: np.ndarray) -> np.ndarray:
    """The day a result is known: some working days after sampling, more where a failure is confirmed. NaT beyond the last day."""
    working = np.flatnonzero(world.workload > 0.5)
    lag = np.clip(1 + random.gamma(1.6, 1.8, len(day)).astype(int) + 2 * failed, 1, 25)
    at = np.searchsorted(working, day, side="right") - 1 + lag
    known = at < len(working)
    return np.where(known, world.days[working[np.minimum(at, len(working) - 1)]], np.datetime64("NaT"))


def _late_corrections(lots: pd.DataFrame, events: Sequence[Event], random: np.random.Generator) -> None:
    """Lots that fail for a late-correction event passed at first; about two weeks later the laboratory corrects itself."""
    lots["corrected_on"] = np.datetime64("NaT", "D").astype("datetime64[s]")
    late = np.flatnonzero(lots["caused_by"].isin([event.event_id for event in events if event.touches == "correction"]))
    days = random.integers(12, 17, len(late)).astype("timedelta64[D]")
    lots.loc[late, "corrected_on"] = lots.loc[late, "resulted_on"].to_numpy() + days


def _particulars(world: World, lots: pd.DataFrame, random: np.random.Generator) -> None:
    """District, port, enterprise, quantity, value, numbers: what identifies a lot and changes no count."""
    size = len(lots)
    cell = lots["cell"].to_numpy()
    districts = np.array([line.districts for line in world.cells])
    lots["district"] = districts[cell, random.choice(3, size, p=[0.6, 0.3, 0.1])]
    ports = np.array([[d.ports[i % len(d.ports)][0] for i in range(6)] for d in DISTRICTS])
    lots["port_code"] = ports[lots["district"], random.integers(0, 6, size)]
    companies = [line.enterprises for line in world.cells]
    rank = np.minimum((random.random(size) ** 2 * 6).astype(int), np.array([len(c) for c in companies])[cell] - 1)
    padded = np.array([c + (c[-1],) * (6 - len(c)) for c in companies])
    lots["enterprise"] = padded[cell, rank]
    lots["manufacturer"] = random.integers(1, 6, size)
    lots["quantity"] = np.round(random.lognormal(8, 1, size)) + 1
    lots["value_amount"] = np.round(lots["quantity"] * random.lognormal(1, 0.4, size), 2)
    year = lots["sampled_on"].dt.year.astype(str)
    code = np.array([d.code for d in DISTRICTS])[lots["district"]]
    number = pd.Series(np.arange(1, size + 1)).astype(str).str.zfill(9)
    lots["inspection_id"] = "C" + pd.Series(code) + year.str[2:] + number.str[2:]
    flow = np.array(["1" if line.direction == "import" else "0" for line in world.cells])[cell]
    lots["declaration_no"] = pd.Series(code) + year + flow + number
    lots["declaration_line"] = 1 + (random.random(size) ** 3 * 12).astype(int)


def draw_findings(world: World, lots: pd.DataFrame) -> pd.DataFrame:
    """One row per failed test item of a failed lot: one for most lots, two or three for some; ``item_no`` counts them."""
    random = random_for(world.seed, "findings")
    failed = lots[lots["is_failed"]]
    count = random.choice([1, 2, 3], len(failed), p=[0.78, 0.17, 0.05])
    is_planted = (failed["caused_by"] != "").to_numpy()  # a planted event is one hazard, named, and nothing else
    count[is_planted] = 1
    rows = np.repeat(np.arange(len(failed)), count)
    findings = failed.iloc[rows][["inspection_id", "cell", "hazard", "resulted_on", "corrected_on", "sampled_on"]].reset_index(drop=True)
    findings["item_no"] = findings.groupby("inspection_id").cumcount() + 1
    further = (findings["item_no"] > 1).to_numpy()
    others = _own_hazards(world, random, findings["cell"].to_numpy())
    findings["hazard"] = np.where(further, others, findings["hazard"])
    findings["excess"] = random.exponential(1.2, len(findings)) + 0.05  # how far above the limit, as a share of it
    findings["is_named"] = further | is_planted[rows] | (random.random(len(findings)) > 0.05)  # a few failures name no hazard
    findings["laboratory"] = random.integers(1, 9, len(findings))
    return findings


def draw_declared(world: World, events: Sequence[Event], lots: pd.DataFrame) -> pd.DataFrame:
    """One row per line of trade x customs district x week with any lots: ``lots`` declared, never fewer than were inspected."""
    random = random_for(world.seed, "declared")
    _, base = volumes(world, events)
    weeks = -(-len(world.days) // 7)
    padded = np.pad(base, ((0, 0), (0, weeks * 7 - base.shape[1])))
    weekly = padded.reshape(len(world.cells), weeks, 7).sum(axis=2)
    uninspected = np.array([1 / line.inspected_share - 1 for line in world.cells])
    shares = np.array([0.6, 0.3, 0.1])
    rest = random.poisson(weekly[:, None, :] * uninspected[:, None, None] * shares[None, :, None])
    inspected = np.zeros_like(rest)
    districts = np.array([line.districts for line in world.cells])
    cell = lots["cell"].to_numpy()
    slot = (districts[cell] == lots["district"].to_numpy()[:, None]).argmax(axis=1)
    np.add.at(inspected, (cell, slot, lots["day"].to_numpy() // 7), 1)
    number, place, week = np.nonzero(rest + inspected)
    total = (rest + inspected)[number, place, week]
    return pd.DataFrame(
        {
            "cell": number,
            "district": districts[number, place],
            "week": world.days[0] + (week * 7).astype("timedelta64[D]"),
            "lots": total,
            "quantity": np.round(total * random.lognormal(8, 0.3, len(total))),
        }
    )


def measured(hazard: str, excess: float) -> tuple[str, str]:
    """The measured value and the limit of a failed item, as a laboratory writes them."""
    spec = HAZARDS[hazard]
    if spec.limit == 0:
        return ("检出" if spec.unit else "不符合", "不得检出" if spec.unit else "符合标准要求")
    return (f"{spec.limit * (1 + excess):.3g}", f"{spec.limit:g}")
