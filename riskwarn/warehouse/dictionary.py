"""The data dictionary: warehouse/columns.yml becomes the comments of tables and columns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from riskwarn.places import WAREHOUSE
from riskwarn.sql import Connection, quote_identifier, quote_literal


@cache
def dictionary() -> dict[str, Any]:
    """``columns``: description by column name, shared by all tables; ``tables``: by table its ``is`` and the columns that differ there."""
    loaded: dict[str, Any] = yaml.safe_load((WAREHOUSE / "columns.yml").read_text(encoding="utf-8"))
    return loaded


def table_description(table: str) -> str:
    """What one row of a table is, and what the table is not."""
    return str(dictionary()["tables"][table]["is"])


def column_description(table: str, column: str) -> str:
    """What a column of a table means; :raises KeyError: where nobody described it."""
    own = dictionary()["tables"][table].get("columns", {})
    return str(own[column] if column in own else dictionary()["columns"][column])


def comment(con: Connection, appended: Mapping[str, str]) -> None:
    """Comments every table and column of the current database; ``appended`` is added to the comments of the tables it names."""
    columns = con.execute(
        "select table_name, column_name from duckdb_columns() where database_name = current_database() and not internal"
    ).fetchall()
    views = {name for (name,) in con.execute("select view_name from duckdb_views() where not internal").fetchall()}
    con.execute("begin")
    for table in sorted({table for table, _ in columns}):
        text = f"{table_description(table)} {appended.get(table, '')}".strip()
        kind = "view" if table in views else "table"
        con.execute(f"comment on {kind} {quote_identifier(table)} is {quote_literal(text)}")
    for table, column in columns:
        text = quote_literal(column_description(table, column))
        con.execute(f"comment on column {quote_identifier(table)}.{quote_identifier(column)} is {text}")
    con.execute("commit")
