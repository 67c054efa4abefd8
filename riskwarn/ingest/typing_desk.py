"""One file after another on one desk: opened, typed, compared with what is on record; or refused, with the reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from riskwarn.ingest.content import Bytes
from riskwarn.ingest.duplicates import find_duplicates
from riskwarn.ingest.finishing import finish
from riskwarn.ingest.opening import open_table
from riskwarn.ingest.refusal import FileRefusedError
from riskwarn.ingest.rejects import collect
from riskwarn.ingest.session import Session
from riskwarn.ingest.table import Table
from riskwarn.ingest.typed import Stamp, parquet, prepare, statement, stream
from riskwarn.lake import Lake
from riskwarn.model import Delivery, Issue, Verdict
from riskwarn.settings import Settings
from riskwarn.sources import Source
from riskwarn.sql import Connection

# A file this large is numbered after DuckDB has read it on all threads; a smaller one is numbered by DuckDB.
NUMBER_AFTERWARDS_BYTES = 32 << 20

# What DuckDB says of content that it cannot read. Not: a full disk, memory used up, a lost file, which are no fault of the file.
_UNREADABLE = (
    duckdb.InvalidInputException,
    duckdb.ConversionException,
    duckdb.OutOfRangeException,
    duckdb.NotImplementedException,
    duckdb.InternalException,
    duckdb.FatalException,
)


@dataclass(frozen=True)
class Desk:
    """What taking in one source's files needs."""

    settings: Settings
    lake: Lake
    source: Source
    session: Session
    work: Path  # emptied for each file
    today: date
    night: date | None
    history: bool
    released: tuple[str, ...] = ()  # Stamp.released

    @property
    def max_bytes(self) -> int:
        return self.settings.max_file_mb << 20


def type_rows(desk: Desk, delivery: Delivery, raw: Path, facts: Bytes, known: list[Delivery]) -> tuple[Delivery, Path | None]:
    """The delivery with its counts and the file of its typed rows; without rows and quarantined where the file is refused."""
    try:
        if facts.size > desk.max_bytes:
            raise FileRefusedError("too_large", f"larger than {desk.settings.max_file_mb} MB")
        table = open_table(delivery.file_name, raw, facts, desk.work, desk.source.layouts, desk.max_bytes)
        issues = tuple(_table_issues(delivery.file_name, table))
        return _write(desk, replace(delivery, layout=table.match.layout.name, issues=issues), table, known)
    except FileRefusedError as refused:
        issue = refused.issue(delivery.file_name)
        return replace(delivery, verdict="quarantined", issues=(issue,)), None


def _table_issues(file_name: str, table: Table) -> list[Issue]:
    issues = [Issue("unknown_column", "warning", f"{file_name}: {heading[:60]}") for heading in table.match.unknown[:20]]
    if len(table.match.unknown) > 20:
        issues.append(Issue("unknown_column", "warning", f"{file_name}: and {len(table.match.unknown) - 20} more"))
    issues.extend(Issue("sheets_not_taken", "info", f"{file_name}: {note}") for note in table.notes)
    return issues


def _write(desk: Desk, delivery: Delivery, table: Table, known: list[Delivery]) -> tuple[Delivery, Path]:
    latest = desk.today if desk.history else delivery.delivered_on
    stamp = Stamp(delivery.delivery_id, delivery.file_name, delivery.delivered_on, latest, desk.history, desk.released)
    is_large = table.counted_from > 0 and table.size_bytes >= NUMBER_AFTERWARDS_BYTES
    con = desk.session.connection()
    written = desk.work / "typed.parquet"
    try:
        layout_rows = prepare(con, desk.source, table, stamp, number_afterwards=is_large)
        rows = stream(con, desk.source, layout_rows, written, first_row_no=table.counted_from if is_large else None)
        rejects = collect(con, table)
    except _UNREADABLE as error:
        desk.session.discard()
        raise FileRefusedError("damaged", str(error).splitlines()[0].replace(str(desk.work), "")[:200]) from error
    marks = find_duplicates(con, desk.lake, desk.source, written, rows, known)
    if not marks.is_empty or rejects.reasons:
        finished = desk.work / "finished.parquet"
        finish(written, finished, rows.rows, marks, rejects, stamp, table.counted_from)
        written = finished
    return _counted(con, delivery, written), written


def _counted(con: Connection, delivery: Delivery, typed: Path) -> Delivery:
    con.execute(f"create or replace temp view typed_delivery as from {parquet(typed)}")
    columns = ("read", "accepted", "quarantined", "duplicates", "newest_received_on")
    counts: dict[str, Any] = dict(zip(columns, con.execute(statement("delivery_counts")).fetchall()[0], strict=True))
    issues = delivery.issues
    if not counts["read"]:
        issues = (*issues, Issue("no_rows", "warning", f"{delivery.file_name}: headings and no rows"))
    verdict: Verdict = "partly_quarantined" if counts["quarantined"] else "ok"
    return replace(delivery, verdict=verdict, issues=issues, **counts)
