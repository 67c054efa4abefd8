"""The published night behind the console: one read-only database, opened anew when a newer night is published."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from riskwarn import warehouse
from riskwarn.places import WAREHOUSE
from riskwarn.settings import Settings
from riskwarn.sql import Connection, connect

Row = dict[str, Any]
T = TypeVar("T")

MOST_KEPT = 1000  # answers kept of one night
MOST_KEPT_ROWS = 1000  # longer ones are asked again
MOST_LONG = 24  # orders of a whole list that are kept
MOST_PIECES = 5000  # pieces of pages that are kept


class Kept:
    """What was made of one night and stays true as long as it is shown; the oldest goes first. Gone with its night."""

    def __init__(self) -> None:
        self._rooms: dict[str, dict[object, Any]] = {}

    def get(self, room: str, most: int, key: object, make: Callable[[], T]) -> T:
        """What is kept under the key, made where it is not. Two threads may both make it: the same, so nothing is locked."""
        kept = self._rooms.setdefault(room, {})
        try:
            found: T = kept[key]
        except KeyError:
            found = make()
            while len(kept) >= most:
                kept.pop(next(iter(kept), None), None)
            kept[key] = found
        return found


@cache
def _text(query: str) -> str:
    return (WAREHOUSE / "50_console" / f"{query}.sql").read_text(encoding="utf-8")


class NoNight(Exception):
    """No night has been published yet."""


class _TooLong(Exception):
    """Rows that are not kept."""

    def __init__(self, rows: list[Row]) -> None:
        super().__init__()
        self.rows = rows


class Night:
    """A cursor on the published night. Each request has its own; what it reads is one night, whatever is published meanwhile."""

    def __init__(self, cursor: Connection, as_of: date, kept: Kept) -> None:
        self._cursor = cursor
        self._kept = kept
        self.as_of = as_of

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Row]:
        """The rows of ``warehouse/50_console/<query>.sql`` with bound values; not to be changed, since a night never does and they are
        kept for whoever asks the same."""
        asked = (query, repr(values))
        try:
            return self._kept.get("rows", MOST_KEPT, asked, lambda: self._short(query, values))
        except _TooLong as found:
            return found.rows

    def order(self, query: str, values: Sequence[object] = ()) -> tuple[str, ...]:
        """The only column of a query, whole and in its order: the ids of a list."""
        return self._kept.get("orders", MOST_LONG, (query, repr(values)), lambda: self._column(query, values))

    def piece(self, key: object, make: Callable[[], T]) -> T:
        """A piece of a page that the key says everything about, besides the night."""
        return self._kept.get("pieces", MOST_PIECES, key, make)

    def cases(self, key: object, make: Callable[[], T]) -> T:
        """What people did with the warnings of this list, as long as the key says that nothing changed."""
        return self._kept.get("cases", MOST_LONG, key, make)

    def _column(self, query: str, values: Sequence[object]) -> tuple[str, ...]:
        return tuple(row[0] for row in self._cursor.execute(_text(query), list(values)).fetchall())

    def _short(self, query: str, values: Sequence[object]) -> list[Row]:
        found = self._cursor.execute(_text(query), list(values))
        names = [column[0] for column in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        if len(rows) > MOST_KEPT_ROWS:
            raise _TooLong(rows)
        return rows

    def row(self, query: str, values: Sequence[object] = ()) -> Row | None:
        return next(iter(self.rows(query, values)), None)


class Nights:
    """Follows the link to the newest published night."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._con: Connection | None = None
        self._kept = Kept()

    @contextmanager
    def reading(self) -> Iterator[Night]:
        """A cursor on the newest night; raises NoNight."""
        with self._lock:
            con, as_of = self._newest()
            cursor, kept = con.cursor(), self._kept
        try:
            yield Night(cursor, as_of, kept)
        finally:
            cursor.close()

    def _newest(self) -> tuple[Connection, date]:
        as_of = warehouse.published_night(self._settings)
        if as_of is None:
            raise NoNight
        path = self._settings.warehouse.resolve()
        if self._con is None or path != self._path:
            # The old connection is left to its cursors: it closes with the last of them.
            self._con, self._path, self._kept = connect(self._settings, path, read_only=True), path, Kept()
        return self._con, as_of
