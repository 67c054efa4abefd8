"""Chinese working days: weekends, public holidays and the weekend days worked in exchange for them.

The `holidays` library keeps what the State Council announces each year; ``warehouse/reference/workdays.csv`` is reviewed by hand and
overrules it (a holiday announced later than the library, a day closed by order).
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from riskwarn.places import REFERENCE

# Working days that the authority needs to collect, review and send a comment before the WTO's own deadline.
COMMENT_LEAD = 10


@cache
def overrides(path: Path = REFERENCE / "workdays.csv") -> dict[date, bool]:
    """Days that the reviewed file decides: whether they are worked."""
    with path.open(encoding="utf-8", newline="") as handle:
        return {date.fromisoformat(row["day"]): row["is_workday"] == "true" for row in csv.DictReader(handle)}


@cache
def _workdays_of(year: int) -> frozenset[date]:
    import holidays

    calendar = holidays.country_holidays("CN", years=year)
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    return frozenset(day for day in days if overrides().get(day, calendar.is_working_day(day)))


def is_workday(day: date) -> bool:
    return day in _workdays_of(day.year)


def workdays_between(after: date, until: date) -> int:
    """Working days later than ``after``, up to and including ``until``; 0 where ``until`` is not later."""
    return sum(is_workday(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))


def workdays_before(day: date, count: int) -> date:
    """The day that lies ``count`` working days before ``day`` (itself a working day, unless ``count`` is 0)."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_workday(day)
    return day


def workdays_after(day: date, count: int) -> date:
    """The day that lies ``count`` working days after ``day`` (itself a working day, unless ``count`` is 0)."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day
