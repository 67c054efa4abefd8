"""A month of deliveries, day by day: what came, and what was due. The picture and its table say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from riskwarn.checks.rhythm import as_workdays
from riskwarn.sources import all_sources
from riskwarn.web.aside import told_of
from riskwarn.web.night import Night, Row
from riskwarn.workdays import is_workday, workdays_between

DAYS = 30
LOOK_BACK = 120  # days before them in which the delivery lies that the first of them is counted from
STATES = ("arrived", "quiet", "rest", "due")


@dataclass(frozen=True)
class Day:
    """One day of a source. ``state``: arrived (``files`` came), due (a working day on which nothing had come for longer than agreed),
    quiet (nothing came, nothing was due), rest (no working day).
    """

    day: date
    files: int
    rows: int
    state: str


@dataclass(frozen=True)
class Month:
    """The last days before the night, oldest first."""

    days: tuple[Day, ...]

    @property
    def arrived(self) -> int:
        return sum(day.state == "arrived" for day in self.days)

    @property
    def due(self) -> int:
        return sum(day.state == "due" for day in self.days)


def months(night: Night, source: str | None = None) -> dict[str, Month]:
    """By source, its month; sources that are not declared have none."""
    first = night.as_of - timedelta(days=DAYS)
    rows = told_of(night, "deliveries", [source, first - timedelta(days=LOOK_BACK)])
    wanted = [name for name in all_sources() if source in (None, name)]
    return {name: month_of([row for row in rows if row["source"] == name], all_sources()[name].cadence_days, first) for name in wanted}


def month_of(rows: Sequence[Row], cadence_days: int, first: date) -> Month:
    """``rows``: deliveries of one source, those before ``first`` too. Nothing is due of a source that never delivered."""
    files = Counter(row["delivered_on"] for row in rows)
    read: Counter[date] = Counter()
    for row in rows:
        read[row["delivered_on"]] += row["read_count"]
    days = [first + timedelta(days=n) for n in range(DAYS)]
    return Month(tuple(Day(day, files[day], read[day], _state(day, files, cadence_days)) for day in days))


def _state(day: date, files: Counter[date], cadence_days: int) -> str:
    if files[day]:
        return "arrived"
    if not is_workday(day):
        return "rest"
    last = max((one for one in files if one < day), default=None)
    return "due" if last is not None and workdays_between(last, day) > as_workdays(cadence_days) else "quiet"
