"""A sparse national panel as the night reads it (core_series_week), made up by a random generator; seeded.

A cell is a product and an origin. Most see less than one inspected lot a week (negative binomial), few lots fail, complaints and alerts
are rarer still; each event has a hazard category and a substance. Four levels a signal, with the exposures that the warehouse gives.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskwarn.model import SERIES_COLUMNS

Ints = NDArray[np.int64]
FIRST, WEEKS = date(2023, 1, 2), 156
AS_OF = FIRST + timedelta(weeks=WEEKS)
ORIGINS, HAZARDS, SUBSTANCES = 50, 6, 12
COUNTS = (
    "declared_lots", "inspected_random", "inspected_targeted", "inspected_other", "failed_random", "failed_targeted", "failed_other",
    "inspected", "failed", "complaints", "injuries", "enterprise_reports", "foreign_alerts", "grave_events",
)  # fmt: skip
KEYS = ("scope", "product_code", "origin_country", "hazard_category", "substance")
BLOCK = 20_000


def _lots(rng: np.random.Generator, cells: int) -> pd.DataFrame:
    """Lots and events of every cell and week in which there was something; one row an event kind is spread over columns."""
    found = []
    for begin in range(0, cells, BLOCK):
        size = min(BLOCK, cells - begin)
        usual = rng.lognormal(-2.3, 1.0, (size, 1))
        season = 1 + 0.3 * np.cos(2 * np.pi * (np.arange(WEEKS) - 52 * rng.uniform(size=(size, 1))) / 52.18)
        random = rng.negative_binomial(1.0, 1 / (1 + usual * season))
        targeted = rng.poisson(0.3 * usual, (size, WEEKS))
        rate = np.minimum(0.02 * rng.lognormal(0.0, 0.8, (size, 1)), 0.3)
        columns = {
            "declared_lots": rng.poisson(5 * usual, (size, WEEKS)) * (rng.uniform(size=(size, WEEKS)) < 0.3) + random + targeted,
            "inspected_random": random,
            "inspected_targeted": targeted,
            "failed_random": rng.binomial(random, rate),
            "failed_targeted": rng.binomial(targeted, np.minimum(3 * rate, 0.9)),
            "complaints": rng.poisson(0.02 * usual * rng.gamma(0.5, 2.0, (size, 1)), (size, WEEKS)),
            "foreign_alerts": rng.poisson(0.004 * rng.gamma(0.3, 3.0, (size, 1)), (size, WEEKS)),
        }
        lane, week = np.nonzero(sum(columns.values()))
        found.append(pd.DataFrame({"lane": lane + begin, "week": week} | {name: one[lane, week] for name, one in columns.items()}))
    return pd.concat(found, ignore_index=True)


EXPOSURES = ("declared_lots", "inspected_random", "inspected_targeted")
EVENTS = ("failed_random", "failed_targeted", "complaints", "foreign_alerts")


def _joined(exposures: pd.DataFrame, events: pd.DataFrame, keys: list[str], shared: list[str]) -> pd.DataFrame:
    """Exposure of ``shared`` (a coarser key) in every week of each series that has events, and the events."""
    wide = events[keys].drop_duplicates().merge(exposures.groupby([*shared, "week"], as_index=False)[list(EXPOSURES)].sum(), on=shared)
    both = pd.concat([wide, events], ignore_index=True).fillna(0)
    return both.groupby([*keys, "week"], as_index=False, sort=False).sum()


def national(cells: int, seed: int, first_product: int = 0) -> pd.DataFrame:
    """core_series_week of ``cells`` product x origin cells over WEEKS weeks; products are numbered from ``first_product``."""
    rng = np.random.default_rng(seed)
    lots = _lots(rng, cells)
    lots["product"] = lots["lane"] // ORIGINS
    parts = []
    for name in EVENTS:
        at = np.repeat(np.arange(len(lots)), lots[name])
        hazard = (lots["product"].to_numpy()[at] + rng.geometric(0.5, at.size)) % HAZARDS
        named = {"hazard": hazard, "sort": hazard * SUBSTANCES + rng.integers(0, SUBSTANCES, at.size), name: 1}
        parts.append(lots.loc[at, ["lane", "product", "week"]].reset_index(drop=True).assign(**named))
    events = pd.concat(parts, ignore_index=True).fillna(0)
    hazards = events.drop(columns="sort")
    levels = [
        lots.drop(columns="product").assign(scope="product_origin"),
        _joined(lots, hazards.drop(columns="product"), ["lane", "hazard"], ["lane"]).assign(scope="product_origin_hazard"),
        _joined(lots, hazards.drop(columns="lane"), ["product", "hazard"], ["product"]).assign(scope="product_hazard"),
        _joined(lots.assign(all=0), events.drop(columns=["lane", "product"]).assign(all=0), ["all", "hazard", "sort"], ["all"])
        .drop(columns="all").assign(scope="substance"),
        events[events["foreign_alerts"] > 0].drop(columns="lane")
        .groupby(["product", "hazard", "sort", "week"], as_index=False).sum().assign(scope="product_substance"),
    ]  # fmt: skip
    table = pd.concat(levels, ignore_index=True)
    lane, product = table["lane"].fillna(-1).astype(int), table["product"].fillna(-1).astype(int)
    product = product.where(product >= 0, lane // ORIGINS).where((lane >= 0) | (product >= 0), -1)
    texts = {
        "scope": table["scope"],
        "product_code": _named(
            product, [f"{1 + i % 97:02d}{i // 97:04d}" for i in range(first_product, first_product + max(cells // ORIGINS, 1))]
        ),
        "origin_country": _named((lane % ORIGINS).where(lane >= 0, -1), [f"{chr(65 + i // 26)}{chr(65 + i % 26)}" for i in range(ORIGINS)]),
        "hazard_category": _named(table["hazard"].fillna(-1).astype(int), [f"hazard {i}" for i in range(HAZARDS)]),
        "substance": _named(table["sort"].fillna(-1).astype(int), [f"substance {i}" for i in range(HAZARDS * SUBSTANCES)]),
        "direction": "import",
        "product_scheme": "HS",
    }
    counts = table.reindex(columns=list(COUNTS)).fillna(0).astype(np.int64)
    counts["inspected"] = counts["inspected_random"] + counts["inspected_targeted"]
    counts["failed"] = counts["failed_random"] + counts["failed_targeted"]
    week = np.datetime64(FIRST) + 7 * table["week"].to_numpy().astype(np.int64)
    named = pd.DataFrame(texts, index=table.index).astype("str")[list(SERIES_COLUMNS)].assign(week=week)
    return pd.concat([named, counts], axis=1)


def _named(code: pd.Series, names: list[str]) -> pd.Series:
    return pd.Series(pd.Categorical.from_codes(code, names), index=code.index).astype("str").fillna("*")
