"""XLSX: the first sheet whose headings fit a layout; the reading itself happens in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from riskwarn.ingest.csv_table import LOOK_ROWS
from riskwarn.ingest.headings import Located, accept, locate_headings
from riskwarn.ingest.refusal import FileRefusedError
from riskwarn.ingest.table import Table
from riskwarn.ingest.text_parts import ROW_NO, stored_name
from riskwarn.sources import Layout
from riskwarn.sql import quote_identifier, quote_literal

MEMORY_MB = 3072  # address space of the reading process
SECONDS = 900


@dataclass(frozen=True)
class Look:
    """The top of one sheet: its headings and the number of their row."""

    index: int
    name: str
    located: Located
    row_no: int

    @property
    def misfit(self) -> tuple[int, int]:
        return len(self.located.match.missing), -len(self.located.match.taken)


def open_xlsx(path: Path, work: Path, layouts: tuple[Layout, ...]) -> Table:
    """The file as a table."""
    folder = work / "xlsx"
    folder.mkdir(parents=True, exist_ok=True)
    _read_aside(path, folder)
    names: list[str] = json.loads((folder / "sheets.json").read_text(encoding="utf-8"))
    looks = [look for index, name in enumerate(names) if (look := _look(folder, index, name, layouts)) is not None]
    if not looks:
        raise FileRefusedError("empty", "no sheet has rows")
    best = min(looks, key=lambda look: look.misfit)
    accept(best.located)
    others = ", ".join(look.name for look in looks if look is not best)
    parts = quote_literal(str(folder / str(best.index) / "part-*.parquet"))
    return Table(
        relation=f"(from read_parquet({parts}, union_by_name = true) where {ROW_NO} > {best.row_no})",
        columns=tuple(quote_identifier(stored_name(number)) for number in range(len(best.located.headings))),
        match=best.located.match,
        row_no=quote_identifier(ROW_NO),
        notes=(f"taken: {best.name}; not taken: {others}",) if others else (),
    )


def _look(folder: Path, index: int, name: str, layouts: tuple[Layout, ...]) -> Look | None:
    first = pq.ParquetFile(folder / str(index) / "part-000000.parquet")
    batch = next(first.iter_batches(LOOK_ROWS), None)
    if batch is None or not batch.num_rows:
        return None
    values = batch.to_pydict()
    numbers = values.pop(ROW_NO)
    rows = [tuple(str(cells[position] or "") for cells in values.values()) for position in range(len(numbers))]
    located = locate_headings(rows, layouts)
    return Look(index, name, located, int(numbers[located.row]))


def _read_aside(path: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "riskwarn.ingest.xlsx_worker", str(path), str(folder), str(MEMORY_MB)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603 - no shell, our own words
    except subprocess.TimeoutExpired:
        raise FileRefusedError("damaged", f"the spreadsheet was not read within {SECONDS} seconds") from None
    if done.returncode == 2 and done.stderr.strip():
        code, _, detail = done.stderr.strip().splitlines()[-1].partition(": ")
        raise FileRefusedError(code if code in ("password_protected", "too_wide") else "damaged", detail)
    if done.returncode != 0:
        raise FileRefusedError("damaged", f"the spreadsheet brought its reader down (status {done.returncode})")
