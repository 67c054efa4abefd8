"""Opening the case store's database and bringing its tables up to date."""

from __future__ import annotations

import re
import threading
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection, Engine

from riskwarn.cases.errors import Unkeepable
from riskwarn.places import PACKAGE

# Alembic keeps what it works on in global names: one migration at a time in a process.
_MIGRATING = threading.Lock()
LARGEST = 2**31 - 1  # of an integer column of PostgreSQL
_SURROGATE = re.compile("[\ud800-\udfff]")


def migrate(engine: Engine) -> None:
    """Brings the store to the newest version of its tables; nothing is written where it is there already."""
    with engine.begin() as con:
        upgrade(con)


def upgrade(con: Connection, revision: str = "head") -> None:
    """Brings the tables to a revision inside the caller's transaction."""
    config = Config()
    config.set_main_option("script_location", str(PACKAGE / "cases" / "migrations"))
    config.attributes["connection"] = con
    with _MIGRATING:
        command.upgrade(config, revision)


def prepare(engine: Engine) -> Engine:
    """SQLite checks foreign keys and waits for other writers only when told to; both databases are handed only text that they keep."""
    sa.event.listen(engine, "before_cursor_execute", _refuse_unkeepable)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _refuse_unkeepable(_con: Any, _cursor: Any, _statement: str, values: Any, _context: Any, _many: bool) -> None:
    """PostgreSQL refuses null characters, SQLite does not; neither takes half of a character or a number that is too large for a
    column. The same answer from both, before they are asked."""
    for row in values if isinstance(values, list) else (values,):
        for value in row.values() if isinstance(row, dict) else row:
            if isinstance(value, str):
                is_fine = "\0" not in value and (value.isascii() or not _SURROGATE.search(value))
            else:
                is_fine = not isinstance(value, int) or abs(value) <= LARGEST
            if not is_fine:
                raise Unkeepable


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma busy_timeout = 10000")
