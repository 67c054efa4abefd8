"""Parquet: every column as text, so that dates, codes and numbers take the same road as those of other formats."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from riskwarn.ingest.headings import accept, locate_headings
from riskwarn.ingest.refusal import FileRefusedError
from riskwarn.ingest.table import Table
from riskwarn.sources import Layout
from riskwarn.sql import quote_identifier, quote_literal


def open_parquet(path: Path, layouts: tuple[Layout, ...], max_bytes: int) -> Table:
    """The file as a table; its footer is checked before DuckDB reads it."""
    try:
        metadata = pq.read_metadata(path)
        schema = metadata.schema.to_arrow_schema()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileRefusedError("damaged", f"Parquet: {str(error)[:200]}") from None
    if sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups)) > max_bytes:
        raise FileRefusedError("too_large", f"unpacks to more than {max_bytes >> 20} MB")
    located = accept(locate_headings([schema.names], layouts))
    return Table(
        relation=f"read_parquet({quote_literal(str(path))}, file_row_number = true)",
        columns=tuple(_as_text(field) for field in schema),
        match=located.match,
        row_no="file_row_number + 1",
    )


def _as_text(field: pa.Field) -> str:
    name = quote_identifier(field.name)
    if pa.types.is_floating(field.type):
        # A code that was stored as a number is the number without a point.
        return f"case when {name} = floor({name}) and abs({name}) < 1e15 then {name}::bigint::varchar else {name}::varchar end"
    if pa.types.is_nested(field.type):
        return f"to_json({name})::varchar"
    return f"{name}::varchar"
