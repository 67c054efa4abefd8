"""The few helpers through which riskwarn talks to DuckDB. The SQL itself lies in warehouse/ and expectations/."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from riskwarn.places import WAREHOUSE

if TYPE_CHECKING:
    from riskwarn.settings import Settings

Connection = duckdb.DuckDBPyConnection


def quote_identifier(name: str) -> str:
    """A name as a DuckDB identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    """A text as a DuckDB string literal, for the few statements that take no bound parameter (ATTACH, COPY, COMMENT)."""
    return "'" + text.replace("'", "''") + "'"


def connect(settings: Settings, path: Path | None = None, *, read_only: bool = False) -> Connection:
    """A connection to ``path`` (or to memory) within the configured memory and threads.

    A read-only connection has access to the outside (other files, the network) switched off for good.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": settings.memory_limit,
        "threads": settings.threads,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if read_only:
        config["enable_external_access"] = False
    else:
        settings.work.mkdir(parents=True, exist_ok=True)
        config["temp_directory"] = str(settings.work / "spill")
    con = duckdb.connect(str(path) if path else ":memory:", read_only=read_only, config=config)
    con.execute("set timezone = 'Asia/Shanghai'")
    return con


def set_variables(con: Connection, values: Mapping[str, Any]) -> None:
    """Sets DuckDB variables, which the SQL files read with getvariable('name')."""
    for name, value in values.items():
        con.execute(f"set variable {quote_identifier(name)} = $1", [value])


def run_file(con: Connection, path: Path) -> None:
    """Runs every statement of one SQL file; an error names the file."""
    try:
        con.execute(path.read_text(encoding="utf-8"))
    except duckdb.Error as error:
        error.add_note(f"in {path.relative_to(WAREHOUSE.parent)}")
        raise


def run_folder(con: Connection, name: str) -> list[str]:
    """Runs the SQL files of ``warehouse/<name>/`` in the order of their names; returns the table names (file stems)."""
    files = sorted((WAREHOUSE / name).glob("*.sql"))
    for file in files:
        run_file(con, file)
    return [file.stem for file in files]
