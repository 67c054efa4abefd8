"""Reads a spreadsheet in a process of its own: a hostile file can exhaust or crash that process, not the night.

Run as ``python -m riskwarn.ingest.xlsx_worker FILE FOLDER MAX_MB``; writes ``FOLDER/<n>/part-*.parquet`` and ``FOLDER/sheets.json``.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from riskwarn.ingest.text_parts import TextParts

Cell = int | float | str | bool | time | date | datetime | timedelta
MAX_COLUMNS = 1000
MAX_CELLS = 50_000_000


def cell_text(cell: Cell) -> str | None:
    """A cell as a person reads it: whole numbers without a point, dates as 2026-11-21; None for an empty one."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return str(cell)


def write_sheet(sheet: CalamineSheet, folder: Path) -> None:
    """Writes every row that is not blank under its row number in the sheet."""
    first_row = sheet.start[0] if sheet.start else 0
    width = sheet.end[1] - sheet.start[1] + 1 if sheet.start and sheet.end else 0
    if width > MAX_COLUMNS or width * sheet.height > MAX_CELLS:
        raise ValueError(f"too_wide: sheet of {sheet.height} rows and {width} columns")
    with TextParts(folder) as parts:
        for number, row in enumerate(sheet.iter_rows(), start=first_row + 1):
            cells = {f"c{position}": cell_text(cell) for position, cell in enumerate(row)}
            if any(text and text.strip() for text in cells.values()):
                parts.add(number, cells)


def main(file: str, folder: str, max_mb: str) -> int:
    limit = int(max_mb) << 20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    sheets: list[str] = []
    try:
        workbook = CalamineWorkbook.from_path(file)
        for index, name in enumerate(workbook.sheet_names):
            write_sheet(workbook.get_sheet_by_index(index), Path(folder) / str(index))
            sheets.append(name)
    except PasswordError:
        print("password_protected", file=sys.stderr)
        return 2
    except (CalamineError, ValueError, MemoryError) as error:
        print(f"damaged: {error}", file=sys.stderr)
        return 2
    (Path(folder) / "sheets.json").write_text(json.dumps(sheets, ensure_ascii=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
