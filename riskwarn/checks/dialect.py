"""Great Expectations on an open DuckDB connection, through SQLAlchemy."""

from __future__ import annotations

import duckdb_engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg2 import PGExecutionContext_psycopg2
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

from riskwarn.sql import Connection

URL = "riskwarn+duckdb:///:memory:"
_MOST_ROWS = 1000  # aggregates give one row; whatever asks for more is cut before it costs memory


def register() -> None:
    """Makes the dialect known to SQLAlchemy under the name in ``URL``."""
    registry.register("riskwarn.duckdb", __name__, "BufferedDuckDB")


class _Context(PGExecutionContext_psycopg2):
    """Fetches the (capped) rows at once: Great Expectations reads them only after it has given the connection back."""

    def post_exec(self) -> None:
        if self.cursor.description:
            rows = self.cursor.fetchmany(_MOST_ROWS)
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(self.cursor, initial_buffer=rows)


class BufferedDuckDB(duckdb_engine.Dialect):
    """The dialect of duckdb_engine, with rows that outlive the connection."""

    execution_ctx_cls = _Context
    supports_statement_cache = False


class OpenConnection(duckdb_engine.ConnectionWrapper):
    """A DuckDB connection as the dialect expects it, which only the one who opened it closes.

    Great Expectations closes what it has done with whenever that is collected, which would pull the connection from under the next
    validation.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)

    def close(self) -> None:
        return None
