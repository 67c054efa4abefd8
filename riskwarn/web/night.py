"""The published night behind the console: one read-only database, opened anew when a newer night is published."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from riskwarn import warehouse
from riskwarn.places import WAREHOUSE
from riskwarn.settings import Settings
from riskwarn.sql import Connection, connect

Row = dict[str, Any]


MOST_KEPT = 1000  # answers kept of one night
MOST_KEPT_ROWS = 1000  # longer ones are asked again


@cache
def _text(query: str) -> str:
    return (WAREHOUSE / "50_console" / f"{query}.sql").read_text(encoding="utf-8")


class NoNight(Exception):
    """No night has been published yet."""


class Night:
    """A cursor on the published night. Each request has its own; what it reads is one night, whatever is published meanwhile."""

    def __init__(self, cursor: Connection, as_of: date, kept: dict[tuple[str, str], list[Row]]) -> None:
        self._cursor = cursor
        self._kept = kept
        self.as_of = as_of

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Row]:
        """The rows of ``warehouse/50_console/<query>.sql`` with bound values; not to be changed, since a night never does and they are
        kept for whoever asks the same."""
        asked = (query, repr(values))
        if asked not in self._kept:
            found = self._cursor.execute(_text(query), list(values))
            names = [column[0] for column in found.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
            if len(rows) > MOST_KEPT_ROWS:
                return rows
            while len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)), None)
            self._kept[asked] = rows
        return self._kept[asked]

    def row(self, query: str, values: Sequence[object] = ()) -> Row | None:
        return next(iter(self.rows(query, values)), None)


class Nights:
    """Follows the link to the newest published night."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._con: Connection | None = None
        self._kept: dict[tuple[str, str], list[Row]] = {}

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
            self._con, self._path, self._kept = connect(self._settings, path, read_only=True), path, {}
        return self._con, as_of
