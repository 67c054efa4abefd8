"""From a table of text to typed rows: the layout's SQL does the work, DuckDB streams it, and the rows go to one Parquet file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from riskwarn.ingest.arrays import from_hashes, whole_numbers
from riskwarn.ingest.headings import Taken
from riskwarn.ingest.table import Table
from riskwarn.places import WAREHOUSE
from riskwarn.sources import Role, Source
from riskwarn.sql import Connection, quote_identifier, quote_literal, run_file, set_variables

BATCH_ROWS = 122_880
KEY_HASH = "key_hash"
COMMON = ("row_no", "delivery_id", "file_name", "delivered_on", "known_on", "flags", "reasons", "is_duplicate", "row_json")


@dataclass(frozen=True)
class Stamp:
    """What every row of a delivery carries. ``latest_on``: no date of an event can be later."""

    delivery_id: str
    file_name: str
    delivered_on: date
    latest_on: date
    is_history: bool
    released: tuple[str, ...] = ()  # "row_no|code: column": reasons that do not count, by decision of a person


@dataclass(frozen=True)
class Streamed:
    """The rows as they came: their schema and the hash of each row's key, in the order of the file written."""

    schema: pa.Schema
    key_hashes: npt.NDArray[np.uint64]

    @property
    def rows(self) -> int:
        return len(self.key_hashes)


def statement(name: str) -> str:
    """The text of ``warehouse/00_intake/<name>.sql``."""
    return (WAREHOUSE / "00_intake" / f"{name}.sql").read_text(encoding="utf-8")


def prepare(con: Connection, source: Source, table: Table, stamp: Stamp, *, number_afterwards: bool) -> str:
    """Creates the views that the layout's SQL reads, ``delivery`` (cleaned) and ``delivered_cells`` (as they came); returns that SQL."""
    layout = table.match.layout
    variables = {
        "delivery_id": stamp.delivery_id,
        "file_name": stamp.file_name,
        "delivered_on": stamp.delivered_on,
        "latest_on": stamp.latest_on,
        "is_history": stamp.is_history,
        "has_narrative": any(column.role is Role.NARRATIVE for column in layout.columns),
    }
    set_variables(con, variables)
    text = (WAREHOUSE / "00_ingest" / f"{layout.sql}.sql").read_text(encoding="utf-8").strip().removesuffix(";")
    for name, is_cleaned in (("delivery", True), ("delivered_cells", False)):
        if f"from {name}" in text:
            con.execute(cells_view(name, table, number_afterwards=number_afterwards, is_cleaned=is_cleaned))
    before = WAREHOUSE / "00_ingest" / "before" / f"{layout.sql}.sql"
    if before.exists():
        run_file(con, before)
    if stamp.released:
        set_variables(con, {"released": list(stamp.released)})
        return f"with asked_rows as not materialized ({text}) {statement('released_rows')}"
    return text


def cells_view(name: str, table: Table, *, number_afterwards: bool, is_cleaned: bool) -> str:
    """The view of the delivery's cells by canonical name; absent columns are NULL, personal ones are not there."""
    match = table.match
    cells = {taken.column.name: _cell(table, taken, is_cleaned=is_cleaned) for taken in match.taken}
    absent = [
        f"cast(null as varchar) as {quote_identifier(column.name)}"
        for column in match.layout.columns
        if column.role in (Role.VALUE, Role.NARRATIVE) and column.name not in cells
    ]
    row_no = "0::bigint" if number_afterwards else f"cast({table.row_no} as bigint)"
    columns = [f"{row_no} as row_no", *(f"{text} as {quote_identifier(name)}" for name, text in cells.items()), *absent]
    packed = ", ".join(f"{quote_identifier(name)} := {quote_identifier(name)}" for name in cells)
    # A CTE of its own, so that a cell is cleaned once however often the layout's SQL names it.
    inner = f"select {', '.join(columns)} from {table.relation}"  # noqa: S608 - names are quoted
    outer = f"select *, struct_pack({packed}) as row_text from cells"  # noqa: S608 - names are quoted
    return f"create or replace temp view {name} as with cells as not materialized ({inner}) {outer}"


def _cell(table: Table, taken: Taken, *, is_cleaned: bool) -> str:
    cell = table.columns[taken.position]
    if taken.date_order:
        return f"{taken.date_order}_text(clean_text({cell}))"
    if taken.column.role is Role.NARRATIVE:
        text = f"clean_text({cell})"
        for position in table.match.personal:
            text = f"mask_value({text}, clean_text({table.columns[position]}))"
        return f"mask_personal({text})"
    return f"clean_text({cell})" if is_cleaned else cell


def stream(con: Connection, source: Source, layout_rows: str, target: Path, *, first_row_no: int | None) -> Streamed:
    """Writes the typed rows of the layout's SQL to ``target``; with ``first_row_no`` they are numbered from there as they come."""
    keys = ", ".join(quote_identifier(name) for name in source.key)
    # Not a view: making one would plan this SQL, the longest of all, once more.
    text = f"with layout_rows as not materialized ({layout_rows}) {statement('typed_rows')}"
    query = f"select *, hash({keys}) as {KEY_HASH} from ({text})"  # noqa: S608 - our own words
    reader = con.sql(query).to_arrow_reader(BATCH_ROWS)
    schema = reader.schema.remove(reader.schema.get_field_index(KEY_HASH))
    hashes: list[npt.NDArray[np.uint64]] = []
    done = 0
    # Keys and numbers differ from row to row: a dictionary of them would be built in vain.
    repeating = [name for name in schema.names if name not in (*source.key, "row_no", "row_json")]
    with pq.ParquetWriter(target, schema, compression="snappy", use_dictionary=repeating) as writer:
        for batch in reader:
            hashes.append(from_hashes(batch.column(KEY_HASH)))
            rows = pa.Table.from_batches([batch]).drop_columns([KEY_HASH])
            if first_row_no is not None:
                numbers = whole_numbers(np.arange(first_row_no + done, first_row_no + done + len(batch)))
                rows = rows.set_column(rows.schema.get_field_index("row_no"), "row_no", numbers)
            writer.write_table(rows)
            done += len(batch)
    return Streamed(schema, np.concatenate(hashes) if hashes else np.empty(0, dtype=np.uint64))


def parquet(path: Path, options: str = "") -> str:
    """A FROM item that reads one Parquet file."""
    return f"read_parquet({quote_literal(str(path))}{options})"
