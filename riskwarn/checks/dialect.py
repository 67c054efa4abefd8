"""Great Expectations on an open DuckDB connection, through SQLAlchemy."""

from __future__ import annotations

from typing import Any

import duckdb_engine
from sqlalchemy.dialects import registry
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

URL = "riskwarn+duckdb:///:memory:"
_MOST_ROWS = 1000  # aggregates give one row; whatever asks for more is cut before it costs memory


def register() -> None:
    """Makes the dialect known to SQLAlchemy under the name in ``URL``."""
    registry.register("riskwarn.duckdb", __name__, "BufferedDuckDB")


def _keep_rows(context: Any) -> None:
    """Fetches the (capped) rows at once: Great Expectations reads them only after it has given the connection back."""
    if context.cursor.description:
        rows = context.cursor.fetchmany(_MOST_ROWS)
        context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(context.cursor, initial_buffer=rows)


# Made with type(), since duckdb_engine carries no types to inherit from.
_Context = type("_Context", (duckdb_engine.Dialect.execution_ctx_cls,), {"post_exec": _keep_rows})
BufferedDuckDB = type("BufferedDuckDB", (duckdb_engine.Dialect,), {"execution_ctx_cls": _Context, "supports_statement_cache": False})


def wrap(connection: Any) -> Any:
    """A DuckDB connection as the dialect expects it. Whoever opened it closes it: Great Expectations closes what it has done with at
    some later time, which would pull the connection from under the next validation."""
    wrapped = duckdb_engine.ConnectionWrapper(connection)
    wrapped.close = _leave_open
    return wrapped


def _leave_open() -> None:
    return None
