"""The events file: what happened, where it would show, since when, and when an authority acted."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

# What an event may be described by: columns of the warning list; '|' between alternatives, empty = any.
FILTERS = ("indicator_id", "scope", "direction", "product_scheme", "product_code", "origin_country", "hazard_category", "substance")
DATES = ("official_on", "visible_from", "visible_until")
KNOWN = ("name", *DATES, *FILTERS, "source")
DEFAULT_RUN_UP = timedelta(days=182)  # looked at before the act, where the file does not say since when the event was visible


class EventsError(ValueError):
    """The events file cannot be used; the message names the file and the row, a note the next step."""


@dataclass(frozen=True)
class Event:
    """A documented event: an episode that fits ``wanted`` and is raised from ``visible_from`` on has found it.

    ``wanted`` maps filter columns to the accepted values. With ``official_on`` (the day an authority acted) there is a lead time;
    otherwise ``visible_until`` ends the time in which finding it counts.
    """

    name: str
    wanted: Mapping[str, frozenset[str]]
    visible_from: date
    official_on: date | None
    visible_until: date | None
    source: str = ""

    @property
    def in_time_until(self) -> date:
        """The last night that is in time: that of the act, or the end of the visible period."""
        return self.official_on or self.visible_until or self.visible_from


def read_events(path: Path) -> tuple[Event, ...]:
    """The events of a CSV file with a heading row, or of a TOML file with one ``[[event]]`` table each; :raises EventsError:"""
    try:
        rows = _toml(path) if path.suffix.lower() == ".toml" else _csv(path)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, csv.Error) as error:
        raise _error(f"{path.name} cannot be read: {error}", "give a UTF-8 CSV file with a heading row, or a TOML file") from error
    if not rows:
        raise _error(f"{path.name} lists no event", "write one row (TOML: one [[event]] table) an event")
    events = tuple(_event(path, where, row) for where, row in rows)
    names = [event.name for event in events]
    for (where, _), name in zip(rows, names, strict=True):
        if names.count(name) > 1:
            raise _error(f"{path.name}, {where}: the name {name!r} occurs twice", "give each event a name of its own")
    return events


def _toml(path: Path) -> list[tuple[str, dict[str, object]]]:
    found = tomllib.loads(path.read_text(encoding="utf-8")).get("event", [])
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise _error(f"{path.name}: 'event' is no list of tables", "begin each event with [[event]]")
    return [(f"event {number}", row) for number, row in enumerate(found, 1)]


def _csv(path: Path) -> list[tuple[str, dict[str, object]]]:
    reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    rows: list[tuple[str, dict[str, object]]] = []
    for row in reader:
        where = f"row {reader.line_num}"
        if None in row or None in row.values():
            raise _error(f"{path.name}, {where}: not as many cells as headings", "quote texts that hold a comma")
        if any(row.values()):
            rows.append((where, dict(row)))
    return rows


def _event(path: Path, where: str, row: Mapping[str, object]) -> Event:
    def fail(what: str, next_step: str) -> EventsError:
        return _error(f"{path.name}, {where}: {what}", next_step)

    unknown = sorted(set(row) - set(KNOWN))
    if unknown:
        raise fail(f"unknown column {', '.join(unknown)}", f"known columns: {', '.join(KNOWN)}")
    name = str(row.get("name") or "").strip()
    if not name:
        raise fail("the event has no name", "fill the column 'name'")
    try:
        days = {column: _day(row.get(column)) for column in DATES}
    except ValueError as error:
        raise fail(f"{error} is no date", "write dates as 2020-10-22") from None
    official, until = days["official_on"], days["visible_until"]
    end = official or until
    if end is None:
        raise fail(f"{name!r} has neither official_on nor visible_until", "say when an authority acted, or until when finding it counts")
    begin = days["visible_from"] or end - DEFAULT_RUN_UP
    if begin > end:
        raise fail(f"{name!r} is visible from {begin}, after its end {end}", "put the dates in order")
    wanted = {column: _values(row.get(column)) for column in FILTERS}
    wanted = {column: values for column, values in wanted.items() if values}
    if not wanted:
        raise fail(f"{name!r} has no filter and would match every episode", f"fill at least one of {', '.join(FILTERS)}")
    return Event(name, wanted, begin, official, until, str(row.get("source") or "").strip())


def _values(given: object) -> frozenset[str]:
    return frozenset(part.strip() for part in str(given or "").split("|") if part.strip())


def _day(given: object) -> date | None:
    """A date; ValueError names what was given."""
    if given is None or given == "":
        return None
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(str(given).strip())
    except ValueError:
        raise ValueError(repr(given)) from None


def _error(message: str, next_step: str) -> EventsError:
    error = EventsError(message)
    error.add_note(next_step)
    return error
