"""DuckDB as Great Expectations needs it: a SQLAlchemy dialect over a connection that somebody else opened and closes.

Great Expectations reads rows after it has given the connection back, and closes what it has done with whenever that is collected. So a
cursor here keeps its rows (capped: aggregates give one row), and closing, committing and rolling back do nothing. The dialect of
duckdb-engine does neither, and keeps DuckDB's module alive past the end of the process, which then ends in complaints.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import duckdb
from sqlalchemy.dialects import registry
from sqlalchemy.engine.default import DefaultDialect

URL = "duckdb+riskwarn:///:memory:"
_MOST_ROWS = 1000


def register() -> None:
    """Makes the dialect known to SQLAlchemy under the name in ``URL``."""
    registry.register("duckdb.riskwarn", __name__, "DuckDBDialect")


class Cursor:
    """A DB-API cursor whose rows outlive its connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1

    def execute(self, statement: str, parameters: Sequence[Any] | None = None) -> None:
        self._connection.execute(statement, list(parameters or ()))
        self.description = self._connection.description
        self._rows = self._connection.fetchmany(_MOST_ROWS) if self.description else []

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1) -> list[Any]:
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken

    def fetchall(self) -> list[Any]:
        return self.fetchmany(len(self._rows))

    def close(self) -> None:
        return None


class OpenConnection:
    """A DB-API connection over an open DuckDB connection, whose temporary views it shares."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def cursor(self) -> Cursor:
        return Cursor(self._connection)

    def commit(self) -> None:
        return None

    def rollback(self) -> None:
        return None

    def close(self) -> None:
        return None


class DBAPI:
    """The module level of the DB-API."""

    apilevel: ClassVar[str] = "2.0"
    threadsafety: ClassVar[int] = 1
    paramstyle: ClassVar[str] = "qmark"
    Error = duckdb.Error


class DuckDBDialect(DefaultDialect):
    """Text in, rows out; nothing is reflected."""

    name = "duckdb"
    driver = "riskwarn"
    supports_statement_cache = False
    default_paramstyle = "qmark"

    @classmethod
    def import_dbapi(cls) -> Any:
        return DBAPI
