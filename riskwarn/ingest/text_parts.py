"""Rows of text written in bounded pieces to Parquet, for the formats that DuckDB does not read as they are."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

PART_ROWS = 50_000
PART_CHARS = 64 << 20
ROW_NO = "row_no"


def stored_name(number: int) -> str:
    """Numbers, because two keys may differ in case only, which DuckDB's names do not."""
    return f"t{number}"


class TextParts:
    """Collects rows (record number, cells by column) and writes them as ``<folder>/part-*.parquet``, all columns text.

    A column that first appears late is simply absent from earlier parts; reading them by name fills it with NULL.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.columns: dict[str, int] = {}  # column as the file calls it -> its number, under which it is stored
        self.rows = 0
        self._pending: list[tuple[int, dict[str, str | None]]] = []
        self._chars = 0
        self._parts = 0
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, row_no: int, cells: dict[str, str | None]) -> None:
        for name in cells:
            self.columns.setdefault(name, len(self.columns))
        self._pending.append((row_no, cells))
        self._chars += sum(len(cell) for cell in cells.values() if cell)
        self.rows += 1
        if len(self._pending) >= PART_ROWS or self._chars >= PART_CHARS:
            self._write()

    def _write(self) -> None:
        arrays: dict[str, pa.Array] = {ROW_NO: pa.array([row_no for row_no, _ in self._pending], pa.int64())}
        for name, number in self.columns.items():
            arrays[stored_name(number)] = pa.array([cells.get(name) for _, cells in self._pending], pa.string())
        pq.write_table(pa.table(arrays), self.folder / f"part-{self._parts:06}.parquet", compression="snappy")
        self._parts += 1
        self._pending, self._chars = [], 0

    def __enter__(self) -> TextParts:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None and (self._pending or not self._parts):
            self._write()
