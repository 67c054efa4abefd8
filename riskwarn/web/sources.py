"""Sources: how far each can be relied on tonight, what its checks said, the rows that were set aside, and what to do next."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response

from riskwarn.sources import all_sources
from riskwarn.text import translator
from riskwarn.web.desk import Here, Who
from riskwarn.web.guard import lang_for
from riskwarn.web.lists import MOST, PAGE, as_csv
from riskwarn.web.night import Night, Row
from riskwarn.web.paged import Paged, as_json, leaf_of

sources = APIRouter()
SOURCE_COLUMNS = (
    "source", "verdict", "newest_received_on", "age_days", "cadence_days", "stale_after_days", "newest_delivered_on", "file_count",
    "read_count", "accepted_count", "quarantined_count", "duplicate_count", "checks", "failed_checks", "issues",
)  # fmt: skip
ROW_COLUMNS = ("source", "delivery_id", "file_name", "row_no", "received_on", "delivered_on", "key_text", "reasons", "row_json")
View = Annotated[Paged, Query()]


def state_of(night: Night) -> list[Row]:
    """Every source that is declared or has delivered, with its cadence and how many checks failed."""
    found = {row["source"]: row for row in night.rows("sources")}
    checks = {row["source"]: row for row in night.rows("check_counts")}
    return [_state(name, found.get(name), checks.get(name)) for name in sorted({*found, *all_sources()})]


def _state(name: str, row: Row | None, checks: Row | None) -> Row:
    declared = all_sources().get(name)
    blank: Row = dict.fromkeys(SOURCE_COLUMNS[5:12], 0) | {"newest_received_on": None, "age_days": None, "newest_delivered_on": None}
    judged = "ok" if declared is not None and declared.is_optional else "missing"  # where the night says nothing of it
    told = {"source": name, "verdict": judged, "issues": [], "issue_count": 0} | blank | (row or {})
    told |= {
        "cadence_days": declared.cadence_days if declared else None,
        "stale_after_days": declared.stale_after_days if declared else None,
        "checks": checks["checks"] if checks else 0,
        "failed_checks": checks["failed_checks"] if checks else 0,
    }
    return told | {"next": next_step(told)}


def next_step(row: Row) -> str:
    """What a person does about it: a key of the catalogue's ``next ...``."""
    if row["file_count"] == 0 and row["verdict"] == "ok":
        return "unused"
    if row["verdict"] != "ok":
        return str(row["verdict"])
    if row["failed_checks"] or row["issues"]:
        return "look"
    return "correct" if row["quarantined_count"] else "nothing"


def _one(night: Night, name: str) -> Row:
    row = next((one for one in state_of(night) if one["source"] == name), None)
    if row is None:
        raise HTTPException(404)
    return row


@sources.get("/sources.json")
def sources_json(desk: Here, session: Who) -> Response:
    """Freshness, verdict and counts of every source, with the checks that failed."""
    with desk.nights.reading() as night:
        return as_json(night.as_of, sources=state_of(night), failed_checks=night.rows("failed_checks", [None]))


@sources.get("/sources.csv")
def sources_csv(desk: Here, session: Who) -> Response:
    """Freshness, verdict and counts of every source."""
    with desk.nights.reading() as night:
        rows = [row | {"issues": "; ".join(row["issues"])} for row in state_of(night)]
    return as_csv(SOURCE_COLUMNS, rows, f"sources-{night.as_of}.csv")


@sources.get("/sources/{source}.json")
def source_json(desk: Here, session: Who, source: str, view: View) -> Response:
    """A source with its failed checks and one page of the rows set aside."""
    with desk.nights.reading() as night:
        row, leaf = _one(night, source), leaf_of(night.rows("quarantine", [source, PAGE, view.offset]))
        failed = night.rows("failed_checks", [source])
    return as_json(night.as_of, source=row, failed_checks=failed, total=leaf.total, page=view.page, quarantine=leaf.rows)


@sources.get("/sources/{source}.csv")
def source_csv(desk: Here, session: Who, source: str) -> Response:
    """The rows set aside, as many as the published night holds, to send back to whoever delivered them."""
    with desk.nights.reading() as night:
        _one(night, source)
        rows = [row | {"reasons": "; ".join(row["reasons"])} for row in night.rows("quarantine", [source, MOST, 0])]
    return as_csv(ROW_COLUMNS, rows, f"quarantine-{source}-{night.as_of}.csv")


@sources.get("/sources", include_in_schema=False)
def sources_page(request: Request, desk: Here, session: Who) -> Response:
    with desk.nights.reading() as night:
        rows, failed = state_of(night), night.rows("failed_checks", [None])
    return desk.page(request, "sources.html", session, night=night.as_of, rows=rows, failed=failed)


@sources.get("/sources/{source}", include_in_schema=False)
def source_page(request: Request, desk: Here, session: Who, source: str, view: View) -> Response:
    with desk.nights.reading() as night:
        row, leaf = _one(night, source), leaf_of(night.rows("quarantine", [source, PAGE, view.offset]))
        failed, kinds = night.rows("failed_checks", [source]), night.rows("quarantine_kinds", [source])
    said = translator(lang_for(session, request, desk.lang))
    for one in leaf.rows:
        one["said"], one["cells"] = [in_words(reason, said) for reason in one["reasons"]], cells_of(one["row_json"])
    for kind in kinds:
        kind["said"] = in_words(kind["code"], said)
    return desk.page(
        request, "source.html", session, night=night.as_of, row=row, leaf=leaf, view=view, failed=failed, kinds=kinds,
    )  # fmt: skip


def in_words(reason: str, _: Any) -> str:
    """Why a row was set aside: the code in words where it is one of ours, with the column and the value met; else as the check wrote it."""
    code, found, met = reason.partition(": ")
    key = f"row {code}"
    words = _(key)
    return reason if words == key else words + (_(" ({kind})").format(kind=met) if found else "")


def cells_of(row_json: str | None) -> dict[str, str]:
    """The cells of a row that hold something, by column; empty where the row was kept as no object."""
    try:
        row = json.loads(row_json or "")
    except json.JSONDecodeError:
        return {}
    return {str(name): str(value) for name, value in row.items() if value not in (None, "")} if isinstance(row, dict) else {}
