"""The DuckDB connection that types the files of one run: made when the first file needs it, replaced when a file has broken it."""

from __future__ import annotations

from types import TracebackType

from riskwarn.ingest.reference import load_reference
from riskwarn.settings import Settings
from riskwarn.sql import Connection, connect, run_folder

# Rows that are numbered afterwards must come in the order of the file, so no join may turn its sides around; and what a CASE keeps from
# most rows must not be computed for all of them, as common subexpressions and joins against lists of constants would.
_DISABLED = "join_order,build_side_probe_side,common_subexpressions,in_clause"


class Session:
    """A context manager; ``connection()`` has the reference tables and the macros of warehouse/00_macros."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._con: Connection | None = None

    def connection(self) -> Connection:
        if self._con is None:
            self._con = connect(self._settings)
            self._con.execute(f"set disabled_optimizers = '{_DISABLED}'")
            load_reference(self._con)
            run_folder(self._con, "00_macros")
        return self._con

    def discard(self) -> None:
        """Closes the connection; the next file gets a new one."""
        if self._con is not None:
            self._con.close()
            self._con = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.discard()
