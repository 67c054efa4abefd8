"""The state of a source on a night: one row, which the expectations at the level of the source judge.

**When is a source expected?** From the moment its folder ``landing/<source>/`` exists or it has delivered anything: a home that only
ever used foreign alerts has no other folder and misses nothing. An optional source (``Source.is_optional``) is expected only once it
has delivered. A source whose deliveries were all history is never missing; how old its newest row is says whether it is stale.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from riskwarn.checks.records import is_taken_by
from riskwarn.checks.rhythm import allowed_gap, as_workdays, volume_bounds
from riskwarn.lake import Lake
from riskwarn.model import Delivery, monday_of
from riskwarn.places import EXPECTATIONS
from riskwarn.settings import Settings
from riskwarn.sources import Source
from riskwarn.sql import Connection, set_variables
from riskwarn.workdays import workdays_between

# What a source is compared with: the SQL file of expectations/night/ and the sources whose accepted rows it reads.
_COMPARISONS = {
    "port_inspections": (
        ("failed_lots", ("port_inspections", "inspection_findings")),
        ("undeclared_cells", ("port_inspections", "declared_lots")),
    ),
    "inspection_findings": (("orphan_findings", ("port_inspections", "inspection_findings")),),
}
_COMPARED = {
    "failed_lots": ("failed_lots", "failed_lots_without_finding"),
    "undeclared_cells": ("inspected_cells", "inspected_cells_undeclared"),
    "orphan_findings": ("findings", "findings_without_lot"),
}


def source_state(
    con: Connection, settings: Settings, lake: Lake, source: Source, known: Sequence[Delivery], tonight: Sequence[Delivery], as_of: date
) -> dict[str, Any]:
    """The one row. ``known``: the deliveries that this night or an earlier one took in; ``tonight``: those it checked."""
    files = _accepted(lake, source.name, {d.delivery_id for d in known})
    set_variables(con, {"as_of": as_of, "own_files": files})
    newest = con.execute(_sql("known")).fetchall()[0][0] if files else None
    return {
        **_expected(settings, source, known),
        **_due(source, [d for d in known if d.verdict != "quarantined" and not d.is_history and not d.is_decided], as_of),
        "newest_received_on": newest,
        "newest_age_workdays": workdays_between(newest, as_of - timedelta(days=1)) if newest else None,
        "stale_after_workdays": as_workdays(source.stale_after_days),
        "deliveries": len(tonight),
        "deliveries_quarantined": sum(d.verdict == "quarantined" for d in tonight),
        "rows_read": sum(d.read for d in tonight),
        "rows_quarantined": sum(d.quarantined for d in tonight),
        **_volume(con, source, as_of, bool(files)),
        **_compared(con, lake, source.name, as_of),
    }


def _expected(settings: Settings, source: Source, known: Sequence[Delivery]) -> dict[str, Any]:
    has_folder = (settings.landing / source.name).is_dir() and not source.is_optional
    return {"is_expected": has_folder or bool(known), "has_delivered": any(d.verdict != "quarantined" for d in known)}


def _due(source: Source, live: Sequence[Delivery], as_of: date) -> dict[str, Any]:
    """How long ago the last delivery came that could be used, against how long that may be."""
    days = [d.delivered_on for d in live]
    last = max(days, default=None)
    return {
        "last_delivered_on": last,
        "workdays_since_delivery": workdays_between(last, as_of - timedelta(days=1)) if last else None,
        "workdays_allowed": allowed_gap(source.cadence_days, days),
    }


def _volume(con: Connection, source: Source, as_of: date, has_rows: bool) -> dict[str, Any]:
    """The rows of the last week that is over, and how many are usual; nothing for a source that is due less often than weekly."""
    week = monday_of(as_of) - timedelta(weeks=1)
    weeks = dict(con.execute(_sql("weekly_rows")).fetchall()) if has_rows and source.cadence_days <= 7 else {}
    lower, upper = volume_bounds(weeks, week) or (None, None)
    return {"week": week, "week_rows": weeks.get(week, 0) if weeks else None, "week_rows_lower": lower, "week_rows_upper": upper}


def _compared(con: Connection, lake: Lake, source: str, as_of: date) -> dict[str, Any]:
    """How the source agrees with others. Only what earlier nights checked counts: tonight's sources may be checked in any order."""
    found: dict[str, Any] = {}
    for sql, sources in _COMPARISONS.get(source, ()):
        files = {name: _accepted(lake, name, _checked_before(lake, name, as_of)) for name in sources}
        names = _COMPARED[sql]
        if all(files.values()):
            set_variables(con, {f"{name}_files": paths for name, paths in files.items()})
            found |= dict(zip(names, con.execute(_sql(sql)).fetchall()[0], strict=True))
        else:
            found |= dict.fromkeys(names)
    return found


def _accepted(lake: Lake, source: str, deliveries: set[str]) -> list[str]:
    paths = (lake.path("accepted", f"{source}/{name}") for name in sorted(deliveries))
    return [str(path) for path in paths if path.exists()]


def _checked_before(lake: Lake, source: str, as_of: date) -> set[str]:
    nights: list[Path] = [p for p in (lake.root / "validations").glob("*") if p.name < as_of.isoformat()]
    return {path.name.removeprefix(f"{source}.").removesuffix(".json") for night in nights for path in night.glob(f"{source}.*-*.json")}


def is_known(delivery: Delivery, as_of: date) -> bool:
    """Whether the night judges by the delivery: it was taken in by then, and has been checked."""
    return delivery.state == "checked" and is_taken_by(delivery, as_of)


def _sql(name: str) -> str:
    return (EXPECTATIONS / "night" / f"{name}.sql").read_text(encoding="utf-8")
