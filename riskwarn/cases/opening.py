"""Opening the case store's database and bringing its tables up to date."""

from __future__ import annotations

import re
import threading
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection, Engine

from riskwarn.cases.errors import UnkeepableText
from riskwarn.places import PACKAGE

# Alembic keeps what it works on in global names: one migration at a time in a process.
_MIGRATING = threading.Lock()
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
    """PostgreSQL refuses null characters, SQLite does not, and neither takes half of a character: the same answer from both."""
    for row in values if isinstance(values, list) else (values,):
        for value in row.values() if isinstance(row, dict) else row:
            if isinstance(value, str) and not value.isascii() and _SURROGATE.search(value):
                raise UnkeepableText
            if isinstance(value, str) and "\0" in value:
                raise UnkeepableText


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma busy_timeout = 10000")
