"""Duplicates: rows that say again what is on record. Most deliveries have none, which one look at the hashes of their keys tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from riskwarn.ingest.arrays import from_whole_numbers, hashes
from riskwarn.ingest.typed import COMMON, KEY_HASH, Streamed, parquet, statement
from riskwarn.lake import Lake
from riskwarn.model import Delivery
from riskwarn.sources import Source
from riskwarn.sql import Connection, quote_identifier, quote_literal


@dataclass(frozen=True)
class Marks:
    """Positions (0-based, in the file of typed rows) of duplicates and of rows whose key the file repeats with other content."""

    duplicates: npt.NDArray[np.int64]
    repeated: npt.NDArray[np.int64]

    @property
    def is_empty(self) -> bool:
        return not len(self.duplicates) and not len(self.repeated)


NO_MARKS = Marks(np.empty(0, np.int64), np.empty(0, np.int64))


def find_duplicates(con: Connection, lake: Lake, source: Source, typed: Path, rows: Streamed, earlier: Sequence[Delivery]) -> Marks:
    """Compares the rows of ``typed`` with each other and with the newest version of their keys in earlier deliveries."""
    accepted = _existing(lake, "accepted", source, [d for d in earlier if d.state == "checked"])
    pending = _existing(lake, "typed", source, [d for d in earlier if d.state == "ingested"])
    _create_views(con, source, typed, rows.schema, accepted, pending)
    in_order = np.sort(rows.key_hashes)
    repeated = np.unique(in_order[1:][in_order[1:] == in_order[:-1]])
    con.register("repeated_keys", pa.table({KEY_HASH: hashes(repeated)}))
    con.execute(f"create or replace temp table candidate_keys as select {KEY_HASH} from repeated_keys")  # noqa: S608 - constant
    if accepted or pending:
        con.register("incoming_keys", pa.table({KEY_HASH: hashes(in_order)}))
        con.execute("insert into candidate_keys select distinct key_hash from earlier_rows where key_hash in (from incoming_keys)")
        con.unregister("incoming_keys")
    con.unregister("repeated_keys")
    if not con.execute("select count(*) from candidate_keys").fetchall()[0][0]:
        return NO_MARKS
    marks = con.sql(statement("duplicate_marks")).to_arrow_table()
    positions = from_whole_numbers(marks["position"])
    is_duplicate = np.array(marks["is_duplicate"].to_pylist(), bool)
    return Marks(positions[is_duplicate], positions[~is_duplicate])


def _existing(lake: Lake, table: str, source: Source, deliveries: Sequence[Delivery]) -> list[Path]:
    """Their partitions; a delivery that was refused, or of which nothing was accepted, has none."""
    paths = [lake.path(table, f"{source.name}/{delivery.delivery_id}") for delivery in deliveries]
    return [path for path in paths if path.exists()]


def _create_views(
    con: Connection, source: Source, typed: Path, schema: pa.Schema, accepted: Sequence[Path], pending: Sequence[Path]
) -> None:
    keys = ", ".join(quote_identifier(name) for name in source.key)
    content = ", ".join(quote_identifier(name) for name in schema.names if name not in COMMON)
    keyed = f"hash({keys}) as {KEY_HASH}, hash({content}) as content_hash"
    incoming = (
        f"select file_row_number as position, row_no, {keyed} from {parquet(typed, ', file_row_number = true')} where len(reasons) = 0"  # noqa: S608
    )
    con.execute(f"create or replace temp view incoming_rows as {incoming}")
    # An empty part with today's columns first: files of an earlier version may lack one.
    parts = [f"(from {parquet(typed)} limit 0)"]
    if accepted:
        parts.append(f"(from {_files(accepted)})")
    if pending:
        parts.append(f"(from {_files(pending)} where not is_duplicate and len(reasons) = 0)")
    version = "{'known_on': known_on, 'delivered_on': delivered_on, 'delivery_id': delivery_id, 'row_no': row_no} as version"
    union = " union all by name ".join(parts)
    con.execute(f"create or replace temp view earlier_rows as select {keyed}, {version} from ({union})")  # noqa: S608 - quoted


def _files(paths: Sequence[Path]) -> str:
    return f"read_parquet([{', '.join(quote_literal(str(path)) for path in paths)}], union_by_name = true)"
