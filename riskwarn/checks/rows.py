"""The rows of one delivery: judged by the predicates of the suite, sampled, parted into accepted and quarantined.

The predicates are the text that Great Expectations counts with; here they become one column ``failed`` (text[]) of the view ``judged``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from riskwarn.checks.suites import JUDGED, Expectation
from riskwarn.lake import Lake
from riskwarn.places import EXPECTATIONS
from riskwarn.sources import Source
from riskwarn.sql import Connection, quote_identifier, quote_literal, set_variables

HELPERS = ("reasons", "is_duplicate", "row_json")
_COMMON = ("delivery_id", "file_name", "row_no", "event_on", "received_on", "delivered_on", "known_on", "flags")
_SAMPLE = 20
_MOST_TEXTS = 100_000  # rows set aside of one delivery that keep their text: enough to correct, without doubling a wholly bad delivery


@dataclass(frozen=True)
class RowCounts:
    """Rows of a delivery: read = accepted + quarantined + duplicates, always."""

    read: int
    accepted: int
    quarantined: int
    duplicates: int


def open_typed(con: Connection, path: Path) -> dict[str, str]:
    """Names the typed partition ``typed``; returns the type of each column."""
    con.execute(f"create or replace temp view typed as from read_parquet({quote_literal(str(path))})")
    return {name: kind for name, kind, *_ in con.execute("describe typed").fetchall()}


def judge_rows(
    con: Connection,
    source: Source,
    columns: dict[str, str],
    failing: Sequence[Expectation],
    whole: Sequence[str],
    released: Sequence[str] = (),
) -> None:
    """The view ``judged``: the typed rows, each with the ids of the critical expectations it fails and of those the delivery fails.

    ``released``: "row_no|id" of what a person let pass.
    """
    cases = [f"case when {e.predicate} then {quote_literal(e.id)} end" for e in failing]
    found = f"case when len(reasons) = 0 then list_filter([{', '.join(cases)}], lambda id: id is not null) else [] end" if cases else "[]"
    if released:
        set_variables(con, {"released": list(released)})
        found = f"list_filter({found}, lambda id: not list_contains(getvariable('released'), row_no || '|' || id))"
    always = ", ".join(quote_literal(name) for name in whole)
    absent = "".join(f"null as {quote_identifier(name)}, " for name in _COMMON if name not in columns)  # then the whole is set aside
    failed = f"[{always}]::text[] || reasons || {found}::text[] as failed"
    texts = f"{_key_text(source, columns)} as key_text, {_row_text(columns)} as row_text"
    con.view("typed").project(f"*, {absent}{failed}, {texts}").create_view("judged", replace=True)


def part(con: Connection, lake: Lake, source: str, delivery_id: str, *, bad_at_most: int) -> RowCounts:
    """Writes the accepted and the quarantined partition; a partition without rows is not left behind.

    ``bad_at_most``: a bound on the rows to set aside; 0 where none is bad.

    Raises ValueError where the rows written and the duplicates do not add up to the rows read.
    """
    read, duplicates, _ = read_counts(con)
    name = f"{source}/{delivery_id}"
    set_variables(con, {"source": source, "text_until_row": _MOST_TEXTS if bad_at_most > _MOST_TEXTS else read + 10**9})
    accepted = _copy(con, lake, "accepted", name, "accepted" if bad_at_most or duplicates else "accepted_whole")
    quarantined = _copy(con, lake, "quarantine", name, "quarantine") if bad_at_most else 0
    for table, rows in (("accepted", accepted), ("quarantine", quarantined)):
        if rows == 0:
            lake.path(table, name).unlink(missing_ok=True)
    counts = RowCounts(read, accepted, quarantined, duplicates)
    if read != accepted + quarantined + duplicates:
        raise ValueError(f"{name}: rows were lost or doubled: {counts}")
    return counts


def read_counts(con: Connection) -> tuple[int, int, int]:
    """Rows read, rows on record already, rows that ingest could not read."""
    row = con.execute(_sql("counts")).fetchall()[0]
    return int(row[0]), int(row[1]), int(row[2])


def samples(con: Connection, source: Source, columns: dict[str, str], failing: Sequence[Expectation]) -> dict[str, tuple[str, ...]]:
    """The keys of the first rows that fail each expectation: one pass, and never more than a few keys in memory."""
    if not failing:
        return {}
    key = _key_text(source, columns)
    picks = ", ".join(f"arg_min({key}, row_no, {_SAMPLE}) filter (where {e.predicate})" for e in failing)
    row = con.view("typed").filter(JUDGED).aggregate(picks).fetchall()[0]
    return {e.id: tuple(keys or ()) for e, keys in zip(failing, row, strict=True)}


def _copy(con: Connection, lake: Lake, table: str, name: str, sql: str) -> int:
    written = 0

    def write(path: Path) -> None:
        nonlocal written
        written = int(con.execute(f"copy ({_sql(sql)}) to {quote_literal(str(path))} (format parquet)").fetchall()[0][0])

    lake.write(table, name, write)
    return written


def _sql(name: str) -> str:
    return (EXPECTATIONS / "delivery" / f"{name}.sql").read_text(encoding="utf-8")


def _key_text(source: Source, columns: dict[str, str]) -> str:
    """The business key as people write it; the row number where the key is blank."""
    parts = [f"{quote_identifier(name)}::text" for name in source.key if name in columns]
    joined = f"nullif(concat_ws(' / ', {', '.join(parts)}), '')" if parts else "null"
    return f"coalesce({joined}, 'row ' || row_no)"


def _row_text(columns: dict[str, str]) -> str:
    """The canonical values of a row as one JSON object of texts (lists stay lists), up to the row where texts end."""
    pairs = []
    for name in _canonical(columns):
        is_nested = bool(re.search(r"[\[(]", columns[name]))
        value = f"to_json({quote_identifier(name)})" if is_nested else f"to_json({quote_identifier(name)}::text)"
        pairs.append(f"{quote_literal(name)}, {value}")
    # The limit stands here and not around the column, since a projection below is computed for every row.
    return f"case when row_no <= getvariable('text_until_row') then json_object({', '.join(pairs)})::text end"


def _canonical(columns: Iterable[str]) -> list[str]:
    return [name for name in columns if name not in _COMMON + HELPERS]
