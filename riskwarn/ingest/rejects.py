"""Rows that could not be read as rows at all: they count as read, and are quarantined with their record number and the reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from riskwarn.ingest.arrays import whole_numbers
from riskwarn.ingest.table import Table
from riskwarn.ingest.typed import Stamp
from riskwarn.sql import Connection


@dataclass(frozen=True)
class Rejects:
    """Record numbers (increasing) and reasons, one each."""

    row_numbers: npt.NDArray[np.int64]
    reasons: tuple[str, ...]

    def renumber(self, row_numbers: npt.NDArray[np.int64], first: int) -> npt.NDArray[np.int64]:
        """Record numbers of the rows that were read, given their numbers counted without the rejected ones.

        The i-th reject (from 0) at record r has r - first - i readable rows before it.
        """
        before = self.row_numbers - first - np.arange(len(self.row_numbers))
        shifted: npt.NDArray[np.int64] = row_numbers + np.searchsorted(before, row_numbers - first, side="right")
        return shifted

    def rows(self, schema: pa.Schema, stamp: Stamp) -> pa.Table:
        """The rejects as typed rows: nothing but where they are and why they cannot be taken."""
        count = len(self.reasons)
        known = {
            "row_no": whole_numbers(self.row_numbers),
            "delivery_id": pa.array([stamp.delivery_id] * count),
            "file_name": pa.array([stamp.file_name] * count),
            "delivered_on": pa.array([stamp.delivered_on] * count, pa.date32()),
            "known_on": pa.array([stamp.delivered_on] * count, pa.date32()),
            "flags": pa.array([[]] * count, pa.list_(pa.string())),
            "reasons": pa.array([[reason] for reason in self.reasons], pa.list_(pa.string())),
            "is_duplicate": pa.array([False] * count),
        }
        columns = [known[field.name].cast(field.type) if field.name in known else pa.nulls(count, field.type) for field in schema]
        return pa.table(columns, schema=schema)


def collect(con: Connection, table: Table) -> Rejects:
    """What DuckDB or the reader could not read of the table, after it was read."""
    found = dict(table.unreadable)
    if table.has_rejects:
        query = "select line, min(error_type)::varchar from reject_errors group by line"
        found.update({int(line): str(kind).lower().replace("_", " ") for line, kind in con.execute(query).fetchall()})
        # The next file of the run starts with none.
        con.execute("delete from reject_errors")
        con.execute("delete from reject_scans")
    numbers = sorted(found)
    return Rejects(np.array(numbers, np.int64), tuple(f"unreadable_row: {found[number][:80]}" for number in numbers))
