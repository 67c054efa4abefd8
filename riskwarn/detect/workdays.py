"""Working days as exposure: what part of a usual week's events a given week, or part of one, would bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Workdays:
    """Chinese working days: the `holidays` library, which knows shifted working days, with reviewed overrides on top.

    ``overrides`` maps a date to whether it is worked; a year the library does not know yet has weekends and fixed holidays only.
    """

    overrides: Mapping[date, bool] = field(default_factory=dict)

    def is_worked(self, ordinals: Ints) -> NDArray[np.bool_]:
        """Whether each day (proleptic ordinal) is a working day in China."""
        days, back = np.unique(ordinals, return_inverse=True)
        years = _chinese_year_days(tuple(sorted({date.fromordinal(int(d)).year for d in days})))
        worked = np.array([self.overrides.get(date.fromordinal(int(d)), years[int(d)]) for d in days], dtype=bool)
        return worked[back].reshape(ordinals.shape)


@lru_cache(maxsize=64)
def _chinese_year_days(years: tuple[int, ...]) -> dict[int, bool]:
    import holidays

    known = holidays.country_holidays("CN", years=years)
    return {
        day: known.is_working_day(date.fromordinal(day))
        for year in years
        for day in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
    }


def day_weights(mondays: Ints, calendar: str, workdays: Workdays) -> Floats:
    """Weeks x 7: the share of a usual week's events that each day brings; a usual week sums to 1.

    "weekdays": Monday to Friday alike. "china": Chinese working days alike, so that a week of Spring Festival brings less.
    "all_days": every day alike.
    """
    days = mondays[:, None] + np.arange(7)[None, :]
    if calendar == "weekdays":
        weekday: Floats = np.where(np.arange(7) < 5, 0.2, 0.0)
        return np.tile(weekday, (mondays.size, 1))
    if calendar == "china":
        worked: Floats = workdays.is_worked(days).astype(np.float64) / 5.0
        return worked
    return np.full(days.shape, 1.0 / 7.0)
