"""A sparse panel of lanes (product x origin) with three signals, planted events and all that makes them hard to see; seeded.

Everything here is made up by a random generator. What it imitates: few inspected lots a lane and week, a failure rate that differs by
product, origin and lane, inspections that are stepped up without any risk (targeting), complaints that follow shipments and arrive
late, foreign alerts without a denominator, lanes that begin late, events that rise at once or slowly and show in some signals only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskwarn.model import SERIES_COLUMNS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FIRST = date(2021, 1, 4)
WEEKS, JUDGED_FROM, FOLLOWED = 161, 120, 14  # weeks simulated, first night, weeks in which an event may be found
TARGETED_RATIO = 3.0
COMPLAINT_SHARE = np.array([0.45, 0.3, 0.15, 0.1])  # of a week's complaints, by weeks until they are known
STRATA = ("random", "targeted", "other")
COUNTS = ("declared_lots", *(f"{what}_{s}" for what in ("inspected", "failed") for s in STRATA), "inspected", "failed", "complaints",
          "injuries", "enterprise_reports", "foreign_alerts")  # fmt: skip


@dataclass(frozen=True)
class PanelWorld:
    """Arrays lanes x weeks. ``onset``: week in which a lane's event begins, -1 where it has none; ``is_new``: began to be traded late.

    ``complaints`` is lanes x weeks x weeks of delay.
    """

    product: NDArray[np.str_]
    origin: NDArray[np.str_]
    declared: Ints
    random: Ints
    targeted: Ints
    failed_random: Ints
    failed_targeted: Ints
    complaints: Ints
    alerts: Ints
    onset: Ints
    ratio: Floats
    is_new: NDArray[np.bool_]

    @property
    def lanes(self) -> int:
        return self.product.size

    def as_of(self, week: int) -> date:
        """The Monday after week number ``week``."""
        return FIRST + timedelta(weeks=week + 1)

    def columns(self, week: int) -> dict[str, Ints]:
        """What is known on the Monday after ``week``: arrays lanes x (week + 1)."""
        part = slice(0, week + 1)
        lag = week - np.arange(week + 1)
        known = np.arange(COMPLAINT_SHARE.size)[None, :] <= lag[:, None]
        return {
            "declared_lots": self.declared[:, part],
            "inspected_random": self.random[:, part],
            "inspected_targeted": self.targeted[:, part],
            "failed_random": self.failed_random[:, part],
            "failed_targeted": self.failed_targeted[:, part],
            "inspected": (self.random + self.targeted)[:, part],
            "failed": (self.failed_random + self.failed_targeted)[:, part],
            "complaints": (self.complaints[:, part] * known[None, :, :]).sum(axis=2),
            "foreign_alerts": self.alerts[:, part],
        }


def frame(columns: dict[str, Ints], product: NDArray[np.str_], origin: NDArray[np.str_]) -> pd.DataFrame:
    """core_series_week at scope product_origin, from arrays series x weeks; weeks without anything left out."""
    lane, week = np.nonzero(sum(columns.values()))
    values = {name: columns[name][lane, week] if name in columns else np.zeros(lane.size, dtype=np.int64) for name in COUNTS}
    named = {"scope": "product_origin", "direction": "import", "product_scheme": "HS"}
    keys = {name: named.get(name, "*") for name in SERIES_COLUMNS}
    table = pd.DataFrame({**values, "week": np.datetime64(FIRST) + 7 * week}).assign(**keys)
    return table.assign(product_code=product[lane], origin_country=origin[lane])


def delays() -> pd.DataFrame:
    """The share of complaints known by days of delay, as estimate_completeness would find it."""
    lag = np.arange(57)
    share = np.cumsum(COMPLAINT_SHARE)[np.minimum(lag // 7, COMPLAINT_SHARE.size - 1)]
    return pd.DataFrame({"indicator_base": "complaint", "lag_days": lag, "share": share})


def _risk(rng: np.random.Generator, onset: Ints, ratio: Floats, is_slow: NDArray[np.bool_], lag: Ints) -> Floats:
    """The factor on a signal's rate: ``ratio`` from ``lag`` weeks after the onset, reached over ten weeks where it rises slowly."""
    since = np.arange(WEEKS)[None, :] - (onset + lag)[:, None] + 1
    rise = np.where(is_slow[:, None], np.clip(since / 10.0, 0.0, 1.0), (since > 0).astype(float))
    return np.where(onset[:, None] >= 0, 1.0 + (ratio[:, None] - 1.0) * rise, 1.0)


def _starts(rng: np.random.Generator, lanes: int) -> Ints:
    starts = np.where(rng.uniform(size=lanes) < 0.3, rng.integers(0, 60, lanes), 0)
    return np.where(rng.uniform(size=lanes) < 0.1, rng.integers(JUDGED_FROM, WEEKS - FOLLOWED - 5, lanes), starts)


def _targeting(rng: np.random.Generator, lanes: int, n_origins: int) -> Floats:
    """Targeted lots per random lot: steps up for some lanes, and for all lanes of some products, with no risk behind it."""
    share = np.full((lanes, WEEKS), 0.25) * rng.lognormal(0.0, 0.4, (lanes, 1))
    products = lanes // n_origins
    by_product = np.repeat(rng.uniform(size=products) < 0.15, n_origins)
    step = by_product | (rng.uniform(size=lanes) < 0.25)
    begin = np.where(
        by_product,
        np.repeat(rng.integers(JUDGED_FROM - 24, WEEKS - 10, products), n_origins),
        rng.integers(JUDGED_FROM - 44, WEEKS - 5, lanes),
    )
    stepped = step[:, None] & (np.arange(WEEKS)[None, :] >= begin[:, None])
    return np.where(stepped, share * rng.choice([4.0, 8.0, 16.0], (lanes, 1)), share)


def simulate(seed: int, n_products: int = 60, n_origins: int = 25, events: float = 0.1, origin_event: float = 0.0) -> PanelWorld:
    """A panel; ``events``: share of lanes with an event of their own; ``origin_event``: a ratio for all lanes of every sixth origin."""
    rng = np.random.default_rng(seed)
    lanes = n_products * n_origins
    number = np.repeat(np.arange(n_products), n_origins)
    product = np.array([f"{2 + p // 6:02d}{p % 6:02d}" for p in number])
    country = np.tile(np.arange(n_origins), n_products)
    origin = np.array([f"{chr(65 + o // 26)}{chr(65 + o % 26)}" for o in country])

    def spread(lane: float, by_product: float, by_origin: float) -> Floats:
        of_product, of_origin = rng.lognormal(0.0, by_product, n_products), rng.lognormal(0.0, by_origin, n_origins)
        return (rng.lognormal(0.0, lane, lanes) * of_product[number] * of_origin[country])[:, None]

    starts = _starts(rng, lanes)
    traded = np.arange(WEEKS)[None, :] >= starts[:, None]
    is_new = starts >= JUDGED_FROM
    struck = rng.uniform(size=lanes) < events * np.where(is_new, 3.0, 1.0)
    onset = np.where(struck, rng.integers(JUDGED_FROM + 2, WEEKS - FOLLOWED, lanes), -1)
    onset = np.where(struck & is_new, np.minimum(starts + rng.integers(0, 5, lanes), WEEKS - FOLLOWED), onset)
    ratio = np.where(is_new, 4.0, rng.choice([2.0, 3.0, 4.0, 6.0], lanes))
    is_slow = (rng.uniform(size=lanes) < 1 / 3) & ~is_new
    if origin_event:
        of_origin = country % 6 == 0
        onset = np.where(of_origin, (rng.integers(JUDGED_FROM + 2, WEEKS - FOLLOWED, n_origins))[country], -1)
        ratio, is_slow = np.full(lanes, origin_event), np.zeros(lanes, dtype=bool)
    season = 1.0 + 0.4 * np.cos(2 * np.pi * (np.arange(WEEKS)[None, :] - 52 * rng.uniform(size=n_products)[number][:, None]) / 52.18)

    declared = rng.poisson(25.0 * spread(0.7, 0.5, 0.5) * season) * traded
    selected = 0.12 * rng.lognormal(0.0, 0.3, (lanes, 1))
    random = rng.poisson(selected * declared)
    targeted = rng.poisson(selected * declared * _targeting(rng, lanes, n_origins))
    rate = np.minimum(0.03 * spread(0.4, 0.4, 0.3), 0.15)
    at_port = np.where(rng.uniform(size=lanes) < 0.9, 0, WEEKS)  # one event in ten does not show at the port
    at_home, abroad = (
        np.where(rng.uniform(size=lanes) < share, lag, WEEKS) for share, lag in ((0.7, 1), (0.5, rng.integers(-2, 4, lanes)))
    )
    seen = [_risk(rng, onset, ratio, is_slow, np.asarray(lag, dtype=np.int64)) for lag in (at_port, at_home, abroad)]
    failed_random = rng.binomial(random, np.minimum(rate * seen[0], 0.9))
    failed_targeted = rng.binomial(targeted, np.minimum(TARGETED_RATIO * rate * seen[0], 0.9))
    usual = 0.006 * spread(0.5, 0.5, 0.2) * np.maximum(declared.mean(axis=1, keepdims=True), 0.5) * traded
    shaken = rng.gamma(2.0, 0.5, (lanes, WEEKS))  # complaints come in clusters
    total = rng.poisson(usual * seen[1] * (0.8 + 0.2 * shaken))
    complaints = rng.multinomial(total, COMPLAINT_SHARE)
    alerts = rng.poisson(0.05 * spread(0.6, 0.7, 0.6) * traded * seen[2])
    return PanelWorld(
        product, origin, declared, random, targeted, failed_random, failed_targeted, complaints, alerts,
        np.asarray(onset, dtype=np.int64), ratio, is_new,
    )  # fmt: skip
