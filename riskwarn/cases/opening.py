"""Opening the case store's database and bringing its tables up to date."""

from __future__ import annotations

import threading
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection, Engine

from riskwarn.places import PACKAGE

# Alembic keeps what it works on in global names: one migration at a time in a process.
_MIGRATING = threading.Lock()


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
    """SQLite checks foreign keys and waits for other writers only when told to."""
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma busy_timeout = 10000")
