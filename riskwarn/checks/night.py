"""The check stage of one night and one source: deliveries checked, then the source as a whole judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from riskwarn.checks import gx
from riskwarn.checks.delivery import check_delivery
from riskwarn.checks.gx import Finding
from riskwarn.checks.records import deliveries_of, is_taken_by
from riskwarn.checks.results import as_frame, as_plain
from riskwarn.checks.state import is_known, source_state
from riskwarn.checks.suites import Suite, SuiteError, load_suite
from riskwarn.lake import Lake
from riskwarn.model import Delivery, Issue, SourceVerdict
from riskwarn.settings import Settings
from riskwarn.sources import Source
from riskwarn.sql import Connection, connect

_GRAVEST_FIRST: tuple[SourceVerdict, ...] = ("quarantined", "missing", "stale")


@dataclass(frozen=True)
class SourceCheck:
    """What a source was worth on a night. ``results``: one row per expectation (riskwarn.checks.results.COLUMNS)."""

    source: str
    verdict: SourceVerdict
    deliveries: list[Delivery]
    results: pd.DataFrame
    issues: tuple[Issue, ...]


def check_source(settings: Settings, lake: Lake, source: Source, as_of: date) -> SourceCheck:
    """Checks every delivery not yet checked that the night takes in, then the source as it is known at ``as_of``.

    Writes lake/accepted, lake/quarantine and the deliveries' records, then lake/check_results/<as_of>_<source> and
    lake/verdicts/<as_of>/<source>. Running the night again gives the same rows.
    """
    suite = load_suite(source.name)
    with connect(settings) as con:
        for delivery in deliveries_of(lake, source.name):
            if delivery.state == "ingested" and is_taken_by(delivery, as_of):
                check_delivery(con, lake, suite, source, delivery, as_of)
        known = [d for d in deliveries_of(lake, source.name) if is_known(d, as_of)]
        kept = _kept(lake, source.name, as_of)
        tonight = [d for d in known if d.delivery_id in kept]
        state = source_state(con, settings, lake, source, known, tonight, as_of)
        # A source that is not used here has nothing to be judged by.
        findings = _judge(con, lake, suite, state, as_of) if state["is_expected"] else ()
    rows = [row for delivery in tonight for row in kept[delivery.delivery_id]]
    rows += [as_plain(finding, "") for finding in findings]
    verdict, issues = _verdict(findings, state)
    results = as_frame(as_of, source.name, rows)
    lake.write_frame("check_results", f"{as_of.isoformat()}_{source.name}", results)
    lake.write_json("verdicts", f"{as_of.isoformat()}/{source.name}", _as_json(source.name, verdict, state, tonight, issues))
    return SourceCheck(source.name, verdict, tonight, results, issues)


def check_history(settings: Settings, lake: Lake, source: Source, today: date) -> list[Delivery]:
    """Checks history as soon as it is taken in, so that it can be replayed before any night has run; returns those deliveries.

    Their results are kept with the night of ``today``. The source itself is not judged: that is a night's work.
    """
    waiting = [d for d in deliveries_of(lake, source.name) if d.state == "ingested" and d.is_history]
    if not waiting:
        return []
    suite = load_suite(source.name)
    with connect(settings) as con:
        return [check_delivery(con, lake, suite, source, delivery, today) for delivery in waiting]


def _kept(lake: Lake, source: str, as_of: date) -> dict[str, list[dict[str, Any]]]:
    """The results that the night kept of each delivery it checked (a re-run finds them where the first run left them)."""
    found: dict[str, list[dict[str, Any]]] = {}
    for partition in lake.partitions("validations", as_of.isoformat(), ".json"):
        if partition.split("/")[-1].startswith(f"{source}."):
            value = lake.read_json("validations", partition) or {}
            found[value["delivery_id"]] = value["results"]
    return found


def _judge(con: Connection, lake: Lake, suite: Suite, state: dict[str, Any], as_of: date) -> tuple[Finding, ...]:
    con.register("source_state", pa.Table.from_pylist([state]))
    validation = gx.validate(con, f"{suite.source} {as_of.isoformat()}", "select * from source_state", suite.of_levels("source"))
    broken = [f"{f.expectation.id} {f.note}" for f in validation.findings if f.is_error]
    if broken:
        raise SuiteError(f"{suite.source}: {'; '.join(broken)}")
    findings = tuple(_counted(finding, state) for finding in validation.findings)
    value = {
        "state": {k: v.isoformat() if isinstance(v, date) else v for k, v in state.items()},
        "results": [as_plain(finding, "") for finding in findings],
        "validation": validation.stored,
    }
    lake.write_json("validations", f"{as_of.isoformat()}/{suite.source}", value)
    return findings


def _counted(finding: Finding, state: dict[str, Any]) -> Finding:
    """The counts of the things that fail, rather than of the one row of the state; and what was seen."""
    expectation = finding.expectation
    if expectation.count:
        finding = replace(finding, unexpected_count=int(state[expectation.count] or 0), element_count=int(state[expectation.of] or 0))
    return replace(finding, note="" if finding.success else _told(expectation.id, expectation.count, expectation.of, state))


def _told(expectation_id: str, count: str, of: str, state: dict[str, Any]) -> str:
    if count:
        return f"{state[count]} of {state[of]}"
    if expectation_id == "delivered_when_due":
        last = state["last_delivered_on"]
        if last is None:
            return "nothing that could be used was ever delivered"
        return f"last delivered {last}, {state['workdays_since_delivery']} working days ago, due after {state['workdays_allowed']}"
    if expectation_id == "received_recently":
        age, most = state["newest_age_workdays"], state["stale_after_workdays"]
        return f"newest {state['newest_received_on']}, {age} working days ago, at most {most}"
    lower, upper = state["week_rows_lower"], state["week_rows_upper"]
    return f"week of {state['week']}: {state['week_rows']} rows, usually {lower:.0f} to {upper:.0f}"


def _verdict(findings: Sequence[Finding], state: dict[str, Any]) -> tuple[SourceVerdict, tuple[Issue, ...]]:
    failed = [f for f in findings if not f.success]
    issues = [
        Issue(
            code=f"source_{f.expectation.verdict}" if f.expectation.verdict else "check_source_failed",
            severity=f.expectation.severity,
            detail=f"{f.expectation.id}: {f.note}",
            rows=f.unexpected_count if f.expectation.count else 0,
        )
        for f in failed
    ]
    if not state["is_expected"]:
        issues.append(Issue("source_not_expected", "info", "no folder in landing/ and nothing delivered: not used here"))
    reached = {f.expectation.verdict for f in failed}
    verdict: SourceVerdict = next((v for v in _GRAVEST_FIRST if v in reached), "ok")
    return verdict, tuple(issues)


def _as_json(
    source: str, verdict: SourceVerdict, state: dict[str, Any], tonight: Sequence[Delivery], issues: Sequence[Issue]
) -> dict[str, Any]:
    newest = state["newest_received_on"]
    return {
        "source": source,
        "verdict": verdict,
        "files": len(tonight),
        **{key: sum(getattr(d, key) for d in tonight) for key in ("read", "accepted", "quarantined", "duplicates")},
        "newest_received_on": newest.isoformat() if newest else None,
        "issues": [asdict(issue) for issue in issues],
    }
