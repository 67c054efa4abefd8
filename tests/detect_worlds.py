"""Simulated panels for the tests of detection: lanes (product x origin) with inspected lots and failures, seeded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

COLUMNS = (
    "declared_lots", "inspected_random", "inspected_targeted", "inspected_other", "failed_random", "failed_targeted", "failed_other",
    "inspected", "failed", "complaints", "injuries", "enterprise_reports", "foreign_alerts",
)  # fmt: skip
FIRST = date(2021, 1, 4)
TARGETED_RATIO = 3.0  # targeted lots fail three times as often as random ones of the same lane


@dataclass(frozen=True)
class World:
    """Weekly arrays lanes x weeks. ``risk`` multiplies the failure rate of a lane in a week; 1 = nothing happens."""

    products: list[str]
    origins: list[str]
    random: NDArray[np.int64]
    targeted: NDArray[np.int64]
    failed_random: NDArray[np.int64]
    failed_targeted: NDArray[np.int64]
    risk: NDArray[np.float64]

    @property
    def weeks(self) -> int:
        return self.random.shape[1]

    def as_of(self, week: int) -> date:
        """The Monday after week number ``week``: that week is complete and the newest."""
        return FIRST + timedelta(weeks=week + 1)

    def key(self, lane: int) -> str:
        return f"product_origin|import|HS|{self.products[lane]}|{self.origins[lane]}|*|*"

    def frame(self, through: int) -> pd.DataFrame:
        """core_series_week up to and including week ``through``."""
        lane, week = np.nonzero(self.random[:, : through + 1] + self.targeted[:, : through + 1])
        values = dict.fromkeys(COLUMNS, np.zeros(lane.size, dtype=np.int64))
        values["inspected_random"], values["inspected_targeted"] = self.random[lane, week], self.targeted[lane, week]
        values["failed_random"], values["failed_targeted"] = self.failed_random[lane, week], self.failed_targeted[lane, week]
        values["inspected"] = values["inspected_random"] + values["inspected_targeted"]
        values["failed"] = values["failed_random"] + values["failed_targeted"]
        return table(np.array(self.products)[lane], np.array(self.origins)[lane], week, values)


def table(products: object, origins: object, week: NDArray[np.int64], values: dict[str, NDArray[np.int64]]) -> pd.DataFrame:
    """Rows of core_series_week at scope product_origin."""
    return pd.DataFrame(
        {
            "scope": "product_origin",
            "direction": "import",
            "product_scheme": "HS",
            "product_code": products,
            "origin_country": origins,
            "hazard_category": "*",
            "substance": "*",
            "week": np.datetime64(FIRST) + 7 * week,
            **{name: values.get(name, np.zeros(week.size, dtype=np.int64)) for name in COLUMNS},
        }
    )


def world(
    seed: int,
    weeks: int = 104,
    n_products: int = 40,
    n_origins: int = 8,
    risk: NDArray[np.float64] | None = None,
    targeting: NDArray[np.float64] | None = None,
    lots: float = 6.0,
    starts: NDArray[np.int64] | None = None,
) -> World:
    """Lanes with log-normal sizes and failure rates; ``risk`` and ``targeting`` (share of targeted lots) are lanes x weeks."""
    rng = np.random.default_rng(seed)
    lanes = n_products * n_origins
    products = [f"{2 + p // 4:02d}{p % 4:02d}" for p in range(n_products) for _ in range(n_origins)]
    origins = [("AU", "BR", "CA", "DE", "FR", "IN", "TH", "US")[o] for _ in range(n_products) for o in range(n_origins)]
    size = lots * rng.lognormal(0.0, 0.8, (lanes, 1))
    rate = np.minimum(0.02 * rng.lognormal(0.0, 0.5, (lanes, 1)), 0.1)
    risk = np.ones((lanes, weeks)) if risk is None else risk
    targeting = np.full((lanes, weeks), 0.2) if targeting is None else targeting
    total = rng.poisson(np.broadcast_to(size, (lanes, weeks)))
    if starts is not None:
        total *= np.arange(weeks)[None, :] >= starts[:, None]
    targeted = rng.binomial(total, targeting)
    random = total - targeted
    failed_random = rng.binomial(random, np.minimum(rate * risk, 0.9))
    failed_targeted = rng.binomial(targeted, np.minimum(TARGETED_RATIO * rate * risk, 0.9))
    return World(products, origins, random, targeted, failed_random, failed_targeted, risk)
