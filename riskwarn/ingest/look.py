"""A row read once more: in the file it came in, or as a person would have it. Personal data are masked as ingest masks them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow.parquet as pq

from riskwarn.ingest.content import copy_raw
from riskwarn.ingest.intake import raw_suffix
from riskwarn.ingest.landing import open_landed
from riskwarn.ingest.opening import open_table
from riskwarn.ingest.refusal import FileRefusedError
from riskwarn.ingest.rejects import collect
from riskwarn.ingest.session import Session
from riskwarn.ingest.table import Table
from riskwarn.ingest.typed import Stamp, cells_view, prepare, statement
from riskwarn.lake import Lake
from riskwarn.model import Delivery
from riskwarn.settings import Settings
from riskwarn.sources import Layout, Role, Source
from riskwarn.sql import Connection, quote_identifier, set_variables

Cells = Mapping[str, str | None]  # text by canonical column; blank: None
MOST_BYTES = 32 << 20  # a larger file is not read again for a page


class NotKept(Exception):
    """The file cannot be read again; ``why``: expired, large or refused."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def layout_of(source: Source, name: str) -> Layout:
    """The layout of this name; where the source no longer has it, its first."""
    return next((layout for layout in source.layouts if layout.name == name), source.layouts[0])


def rows_in_file(
    settings: Settings, lake: Lake, source: Source, delivery: Delivery, wanted: Collection[int], session: Session
) -> dict[int, Cells]:
    """The cells of some rows of a delivery, by row number, from the raw bytes kept; of rows that could not be read, none."""
    kept = lake.path("raw", f"{source.name}/{delivery.delivery_id}", raw_suffix(delivery.file_name))
    if not kept.exists():
        raise NotKept("expired")
    if kept.stat().st_size > MOST_BYTES:
        raise NotKept("large")
    with _folder(settings) as work:
        facts = copy_raw(open_landed(kept), work / "raw", MOST_BYTES)
        try:
            table = open_table(delivery.file_name, work / "raw", facts, work, (layout_of(source, delivery.layout),), 4 * MOST_BYTES)
            return _cells(session.connection(), source, table, wanted)
        except (FileRefusedError, duckdb.Error):
            session.discard()
            raise NotKept("refused") from None


def typed_as(
    settings: Settings, source: Source, layout: Layout, rows: Sequence[Cells], latest_on: date, session: Session, target: Path
) -> list[Cells]:
    """Types ``rows`` as a night would, into ``target``; returns their cells, cleaned and masked. No date may be after ``latest_on``."""
    required = [column.name for column in layout.required]
    with _folder(settings) as work:
        file = work / "rows.jsonl"
        file.write_text("".join(json_line(row, required) for row in rows), encoding="utf-8")
        facts = copy_raw(open_landed(file), work / "raw", MOST_BYTES)
        table = open_table(file.name, work / "raw", facts, work, (layout,), MOST_BYTES)
        con = session.connection()
        layout_rows = prepare(con, source, table, Stamp("trial", file.name, latest_on, latest_on, False), number_afterwards=False)
        typed = con.sql(f"with layout_rows as not materialized ({layout_rows}) {statement('typed_rows')}").to_arrow_table()
        pq.write_table(typed, target)
        found = _cells(con, source, table, range(1, len(rows) + 1))
    return [found[number] for number in range(1, len(rows) + 1)]


def json_line(cells: Cells, required: Sequence[str]) -> str:
    """A row as one line; columns that the layout requires are there also where they are empty: the row is at fault then, not the file."""
    told = dict.fromkeys(required) | {name: cell for name, cell in cells.items() if cell is not None}
    return json.dumps(told, ensure_ascii=False, sort_keys=True) + "\n"


@contextmanager
def _folder(settings: Settings) -> Iterator[Path]:
    """A folder of one's own that goes away again."""
    settings.work.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.work, prefix="look-") as name:
        yield Path(name)


def _cells(con: Connection, source: Source, table: Table, wanted: Collection[int]) -> dict[int, Cells]:
    """By number, the rows that could be read. A table that is numbered as it is read counts only those: the others are put back in."""
    con.execute(cells_view("looked_at", table, number_afterwards=False, is_cleaned=True))
    set_variables(con, {"last_wanted": max(wanted)})
    con.execute(statement("looked"))
    unread = [int(number) for number in collect(con, table).row_numbers] if table.counted_from else []
    counted = {number - sum(one < number for one in unread): number for number in wanted if number not in unread}
    layout = table.match.layout
    has_narrative = any(column.role is Role.NARRATIVE for column in layout.columns)
    names = [column.name for column in layout.columns if column.role in (Role.VALUE, Role.NARRATIVE)]
    roles = {column.name: column.role for column in layout.columns}
    masked = [_masked(name, source, roles[name], has_narrative) for name in names]
    query = f"select row_no, {', '.join(masked)} from looked where row_no in (select unnest($1::bigint[]))"  # noqa: S608 - names are quoted
    rows = con.execute(query, [list(counted)]).fetchall()
    con.execute("drop table looked")
    return {counted[row[0]]: dict(zip(names, row[1:], strict=True)) for row in rows}


def _masked(name: str, source: Source, role: Role, has_narrative: bool) -> str:
    """A cell as it may be shown and kept. A narrative is masked when it is read; in a row whose cells have slipped, personal data may
    stand anywhere, but the rules for sentences would take a number that is a key or a commodity code for a telephone.
    """
    cell = quote_identifier(name)
    if role is Role.NARRATIVE:
        return cell
    return f"mask_personal({cell})" if has_narrative and name not in (*source.key, "hs_code") else f"mask_slipped({cell})"
