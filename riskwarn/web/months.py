"""A month as people see it on a wall: weeks from Monday, with the days off and the weekend days worked in exchange."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from riskwarn.workdays import is_workday


@dataclass(frozen=True)
class Square:
    """One day. ``mark``: off (a weekday that nobody works), worked (a weekend day that is worked), '' where it is as usual."""

    day: date
    is_inside: bool
    is_workday: bool
    mark: str


@dataclass(frozen=True)
class Month:
    first: date
    last: date
    weeks: tuple[tuple[Square, ...], ...]

    @property
    def name(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def before(self) -> str:
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def after(self) -> str:
        return f"{self.last + timedelta(days=1):%Y-%m}"


def month_of(day: date) -> Month:
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    begin = first - timedelta(days=first.weekday())
    count = (last - begin).days // 7 + 1
    weeks = tuple(tuple(_square(begin + timedelta(days=7 * week + n), first, last) for n in range(7)) for week in range(count))
    return Month(first, last, weeks)


def _square(day: date, first: date, last: date) -> Square:
    works, is_weekend = is_workday(day), day.weekday() > 4
    return Square(day, first <= day <= last, works, "worked" if works and is_weekend else "off" if not works and not is_weekend else "")
