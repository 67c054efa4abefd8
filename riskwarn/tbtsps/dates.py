"""What people write in a date box: a day, a period, or that it is not known."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from riskwarn.tbtsps.templates import PLACEHOLDERS

_DAYS = re.compile(
    r"(\d{1,3})\s+(?:calendar\s+)?(?:days|jours|días|dias)\s+(?:from|after|à compter de|a partir de)\s+(?:the\s+|la\s+)?(?:date of\s+)?"
    r"(?:circulation|distribution|distribución)",
    re.IGNORECASE,
)
_MONTHS = re.compile(r"(\d{1,2})\s+months?\s+(?:from|after)\s+(?:the\s+)?(?:date of\s+)?(?:publication|adoption)", re.IGNORECASE)
_AT_ONCE = re.compile(r"immediate(?:ly)?|on (?:the day of )?publication", re.IGNORECASE)


@dataclass(frozen=True)
class When:
    """Exactly one of: a ``day``; ``days`` from circulation; ``months`` after publication; ``is_open`` (not known, not stated, not
    applicable); none of these where the text cannot be read.
    """

    day: date | None = None
    days: int | None = None
    months: int | None = None
    is_open: bool = False

    @property
    def is_readable(self) -> bool:
        return self.is_open or not (self.day is None and self.days is None and self.months is None)


def read_when(text: str) -> When:
    said = " ".join(text.split())
    if said.lower() in PLACEHOLDERS:
        return When(is_open=True)
    if found := _DAYS.fullmatch(said):
        return When(days=int(found[1]))
    if found := _MONTHS.fullmatch(said):
        return When(months=int(found[1]))
    if _AT_ONCE.fullmatch(said):
        return When(months=0)
    try:
        return When(day=date.fromisoformat(said)) if re.fullmatch(r"\d{4}-\d\d-\d\d", said) else When()
    except ValueError:
        return When()


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or the last one of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def comment_days(when: When, circulated_on: date) -> int | None:
    """Days that Members have to comment; None where the box leaves it open."""
    if when.days is not None:
        return when.days
    return None if when.day is None else (when.day - circulated_on) // timedelta(days=1)
