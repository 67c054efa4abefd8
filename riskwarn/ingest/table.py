"""A file opened as a table of text: what every reader hands on, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass

from riskwarn.ingest.headings import Match


@dataclass(frozen=True)
class Table:
    """Rows of text that DuckDB can read.

    ``relation`` is a FROM item, ``columns`` are its text expressions by position, ``row_no`` the expression of the record number.
    With ``counted_from`` the rows come in the order of the file and the first of them is that record: numbering them afterwards
    costs nothing, whereas ``row_no`` would keep DuckDB to one thread.
    """

    relation: str
    columns: tuple[str, ...]
    match: Match
    row_no: str
    counted_from: int = 0
    size_bytes: int = 0  # of the text that DuckDB reads
    has_rejects: bool = False  # DuckDB records unreadable rows in the temp tables reject_scans and reject_errors
    unreadable: tuple[tuple[int, str], ...] = ()  # rows that the reader itself could not read: record number, why
    notes: tuple[str, ...] = ()  # worth a person's attention, e.g. sheets that were not taken
