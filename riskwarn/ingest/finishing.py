"""Second pass over the typed rows, only where there is something to mark: duplicates, repeated keys, rows that could not be read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from riskwarn.ingest.arrays import from_whole_numbers, truths, whole_numbers
from riskwarn.ingest.duplicates import Marks
from riskwarn.ingest.rejects import Rejects
from riskwarn.ingest.typed import BATCH_ROWS, Stamp


def finish(written: Path, target: Path, rows: int, marks: Marks, rejects: Rejects, stamp: Stamp, counted_from: int) -> None:
    """Copies the typed rows to ``target`` with their marks, numbered around the rejected rows, and these at the end."""
    is_duplicate = np.zeros(rows, bool)
    is_duplicate[marks.duplicates] = True
    is_repeated = np.zeros(rows, bool)
    is_repeated[marks.repeated] = True
    source = pq.ParquetFile(written)
    schema = source.schema_arrow
    at = 0
    with pq.ParquetWriter(target, schema, compression="snappy") as writer:
        for batch in source.iter_batches(BATCH_ROWS):
            here = slice(at, at + len(batch))
            table = _set(pa.Table.from_batches([batch]), "is_duplicate", truths(is_duplicate[here]))
            if is_repeated[here].any():
                flags = _with_flag(table["flags"].to_pylist(), is_repeated[here])
                table = _set(table, "flags", pa.array(flags, schema.field("flags").type))
            if counted_from and len(rejects.reasons):
                numbers = from_whole_numbers(table["row_no"])
                table = _set(table, "row_no", whole_numbers(rejects.renumber(numbers, counted_from)))
            writer.write_table(table)
            at += len(batch)
        if rejects.reasons:
            writer.write_table(rejects.rows(schema, stamp))


def _set(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), table.schema.field(name), values)


def _with_flag(flags: Iterable[list[str]], is_repeated: npt.NDArray[np.bool_]) -> list[list[str]]:
    return [[*row, "key_repeated"] if repeated else row for row, repeated in zip(flags, is_repeated, strict=True)]
