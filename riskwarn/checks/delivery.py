"""Checking one delivery: its suite is run, its rows are parted, its record is replaced (last, so that a crash only repeats the work)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from riskwarn.checks import gx, rows
from riskwarn.checks.gx import Finding
from riskwarn.checks.records import write_delivery
from riskwarn.checks.results import as_plain
from riskwarn.checks.suites import Suite
from riskwarn.lake import Lake
from riskwarn.model import Delivery, Issue, Verdict
from riskwarn.sources import Source
from riskwarn.sql import Connection


def check_delivery(con: Connection, lake: Lake, suite: Suite, source: Source, delivery: Delivery, as_of: date) -> Delivery:
    """Parts the delivery's rows and returns its record as replaced; keeps the findings in lake/validations/<as_of>/.

    A critical expectation of the table that fails, or any expectation that cannot be judged, sets the whole delivery aside.
    """
    typed = lake.path("typed", f"{source.name}/{delivery.delivery_id}")
    if not typed.exists():  # ingest could not read the file at all and has said why
        checked = replace(delivery, state="checked", verdict="quarantined")
        _keep(lake, checked, as_of, (), {})
        write_delivery(lake, checked)
        return checked
    findings, stored, counts = _part(con, lake, suite, source, delivery, typed)
    checked = replace(
        delivery,
        state="checked",
        verdict=_verdict(delivery, counts),
        read=counts.read,
        accepted=counts.accepted,
        quarantined=counts.quarantined,
        duplicates=counts.duplicates,
        newest_received_on=_newest_received(con, lake, source.name, delivery.delivery_id),
        issues=_with_findings(delivery.issues, findings),
    )
    _keep(lake, checked, as_of, findings, stored)
    write_delivery(lake, checked)
    return checked


def _part(
    con: Connection, lake: Lake, suite: Suite, source: Source, delivery: Delivery, typed: Path
) -> tuple[tuple[Finding, ...], dict[str, Any], rows.RowCounts]:
    columns = rows.open_typed(con, typed)
    lacking = [name for name in (*rows.HELPERS, "row_no") if name not in columns]
    if lacking:
        raise ValueError(f"{typed.name}: ingest left no column {', '.join(lacking)}")
    validation = gx.validate(con, f"{source.name} {delivery.delivery_id}", "select * from typed", suite.of_levels("table", "row"))
    failed = [f for f in validation.findings if not f.success]
    whole = [f.expectation.id for f in failed if f.is_error or (f.expectation.level == "table" and f.expectation.severity == "critical")]
    if delivery.verdict == "quarantined":
        whole.append("delivery_refused")
    judged = [f.expectation for f in failed if f.expectation.level == "row" and not f.is_error]
    quarantining = [e for e in judged if e.is_quarantining]
    keys = rows.samples(con, source, columns, judged)
    rows.judge_rows(con, source, columns, quarantining, whole, _released(lake, delivery))
    read, _, unreadable = rows.read_counts(con)
    bad = read if whole else unreadable + sum(f.unexpected_count for f in failed if f.expectation.is_quarantining)
    counts = rows.part(con, lake, source.name, delivery.delivery_id, bad_at_most=bad)
    findings = tuple(replace(f, sample=keys.get(f.expectation.id, ())) for f in validation.findings)
    return findings, validation.stored, counts


def _released(lake: Lake, delivery: Delivery) -> list[str]:
    """The expectations that do not count for single rows, by decision of a person, as "row_no|id"."""
    decided = lake.read_json("decided", f"{delivery.source}/{delivery.delivery_id}") if delivery.is_decided else None
    return [f"{row['row_no']}|{name}" for row in decided or () for name in row["released"]]


def _verdict(delivery: Delivery, counts: rows.RowCounts) -> Verdict:
    """A delivery of which nothing counts is set aside whole; one that only repeats what is on record is fine."""
    is_nothing_left = counts.quarantined and not counts.accepted and not delivery.is_decided  # one bad correction is no bad source
    if delivery.verdict == "quarantined" or is_nothing_left:
        return "quarantined"
    return "partly_quarantined" if counts.quarantined else delivery.verdict


def _newest_received(con: Connection, lake: Lake, source: str, delivery_id: str) -> date | None:
    path = lake.path("accepted", f"{source}/{delivery_id}")
    if not path.exists():
        return None
    found = con.execute("select max(received_on) from read_parquet($1)", [str(path)]).fetchall()[0][0]
    return found if isinstance(found, date) else None


def _with_findings(issues: Sequence[Issue], findings: Sequence[Finding]) -> tuple[Issue, ...]:
    """The issues of ingest, then one for each expectation that failed; a re-run does not repeat them."""
    ours = tuple(
        Issue(
            code="check_not_judged" if f.is_error else f"check_{f.expectation.level}_failed",
            severity="critical" if f.is_error else f.expectation.severity,
            detail=f"{f.expectation.id}: {f.note or f.expectation.description_en}",
            rows=f.unexpected_count if f.expectation.level == "row" else 0,
        )
        for f in findings
        if not f.success
    )
    return tuple(i for i in issues if not i.code.startswith("check_")) + ours


def _keep(lake: Lake, delivery: Delivery, as_of: date, findings: Sequence[Finding], stored: dict[str, Any]) -> None:
    value = {
        "delivery_id": delivery.delivery_id,
        "file_name": delivery.file_name,
        "verdict": delivery.verdict,
        "results": [as_plain(f, delivery.delivery_id) for f in findings],
        "validation": stored,
    }
    lake.write_json("validations", f"{as_of.isoformat()}/{delivery.source}.{delivery.delivery_id}", value)
