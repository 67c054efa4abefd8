"""Sources: how far each can be relied on tonight, what its checks said, the rows that were set aside, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import Field

from riskwarn.cases.accounts import Session
from riskwarn.corrections import cells_of, releasable
from riskwarn.sources import all_sources
from riskwarn.text import Lang
from riskwarn.web.aside import STATES, Place, Standing, open_counts, places, standings
from riskwarn.web.checked import docs_of, noted
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.guard import lang_for
from riskwarn.web.lists import MOST, PAGE, as_csv
from riskwarn.web.night import Night, Row
from riskwarn.web.paged import Leaf, Paged, as_json, leaf_of
from riskwarn.web.rhythm import months
from riskwarn.web.rights import rights
from riskwarn.web.told import issue_in_words, label, reason_in_words

sources = APIRouter()
SOURCE_COLUMNS = (
    "source", "verdict", "newest_received_on", "age_days", "cadence_days", "stale_after_days", "newest_delivered_on", "file_count",
    "read_count", "accepted_count", "quarantined_count", "open_count", "duplicate_count", "checks", "failed_checks", "issues",
)  # fmt: skip
ROW_COLUMNS = (
    "source", "delivery_id", "file_name", "row_no", "received_on", "delivered_on", "key_text", "reasons", "row_json", "state",
    "decided_by", "decided_on", "decision_reason", "taken_on",
)  # fmt: skip
DAY_COLUMNS = ("source", "day", "state", "files", "rows")


class Wanted(Paged):
    """Which rows set aside a person wants to see. ``kind``: code and column of a reason; ``delivery``: of one file."""

    kind: str = Field(default="", max_length=200)
    delivery: str = Field(default="", max_length=64)
    state: Literal["open", "waiting", "applied", "again", "rejected", "all"] = "open"

    def address(self, **changes: Any) -> str:
        return super().address(**({"state": self.state} if self.state != "open" else {"state": ""}) | changes)


View = Annotated[Wanted, Query()]


def state_of(desk: Desk, night: Night) -> list[Row]:
    """Every source that is declared or has delivered, with its cadence, how many checks failed, how many rows wait for a decision."""
    found = {row["source"]: row for row in night.rows("sources")}
    checks = {row["source"]: row for row in night.rows("check_counts")}
    waiting = open_counts(desk.store, night, [name for name, row in found.items() if row["quarantined_count"]])
    return [_state(name, found.get(name), checks.get(name), waiting.get(name, 0)) for name in sorted({*found, *all_sources()})]


def _state(name: str, row: Row | None, checks: Row | None, open_count: int) -> Row:
    declared = all_sources().get(name)
    counts = ("file_count", "read_count", "accepted_count", "quarantined_count", "duplicate_count")
    blank: Row = dict.fromkeys(counts, 0) | {"newest_received_on": None, "age_days": None, "newest_delivered_on": None}
    judged = "ok" if declared is not None and declared.is_optional else "missing"  # where the night says nothing of it
    told = {"source": name, "verdict": judged, "issues": [], "issue_count": 0} | blank | (row or {})
    told |= {
        "cadence_days": declared.cadence_days if declared else None,
        "stale_after_days": declared.stale_after_days if declared else None,
        "checks": checks["checks"] if checks else 0,
        "failed_checks": checks["failed_checks"] if checks else 0,
        "open_count": open_count,
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
    return "correct" if row["open_count"] else "nothing"


def _one(desk: Desk, night: Night, name: str) -> Row:
    row = next((one for one in state_of(desk, night) if one["source"] == name), None)
    if row is None:
        raise HTTPException(404)
    return row


@sources.get("/sources.json")
def sources_json(desk: Here, session: Who) -> Response:
    """Freshness, verdict and counts of every source, with the checks that failed."""
    with desk.nights.reading() as night:
        return as_json(night.as_of, sources=state_of(desk, night), failed_checks=night.rows("failed_checks", [None]))


@sources.get("/sources.csv")
def sources_csv(desk: Here, session: Who) -> Response:
    """Freshness, verdict and counts of every source."""
    with desk.nights.reading() as night:
        rows = [row | {"issues": "; ".join(row["issues"])} for row in state_of(desk, night)]
    return as_csv(SOURCE_COLUMNS, rows, f"sources-{night.as_of}.csv")


@sources.get("/sources/{source}.json")
def source_json(desk: Here, session: Who, source: str, view: View) -> Response:
    """A source with its failed checks, its last month and one page of the rows set aside, each with what became of it."""
    with desk.nights.reading() as night:
        row, found = _one(desk, night, source), standings(desk.store, night, source)
        leaf = _leaf(night, source, view, found, PAGE, view.offset)
        failed, month = night.rows("failed_checks", [source]), months(night, source)
    days = [vars(day) for day in month[source].days] if source in month else []
    rows = [_with_state(one, found) for one in leaf.rows]
    return as_json(night.as_of, source=row, failed_checks=failed, days=days, total=leaf.total, page=view.page, quarantine=rows)


@sources.get("/sources/{source}.csv")
def source_csv(desk: Here, session: Who, source: str, view: View) -> Response:
    """The rows set aside, as many as the published night holds, to send back to whoever delivered them."""
    with desk.nights.reading() as night:
        _one(desk, night, source)
        found = standings(desk.store, night, source)
        rows = _leaf(night, source, view, found, MOST, 0).rows
    told = [_with_state(row, found) | {"reasons": "; ".join(row["reasons"])} for row in rows]
    return as_csv(ROW_COLUMNS, told, f"quarantine-{source}-{night.as_of}.csv")


@sources.get("/sources-days.csv")
def days_csv(desk: Here, session: Who) -> Response:
    """The last 30 days of every source: what came and what was due."""
    with desk.nights.reading() as night:
        found = months(night)
    rows = [{"source": name, **vars(day)} for name, month in found.items() for day in month.days]
    return as_csv(DAY_COLUMNS, rows, f"deliveries-{night.as_of}.csv")


@sources.get("/sources", include_in_schema=False)
def sources_page(request: Request, desk: Here, session: Who) -> Response:
    lang = lang_for(session, request, desk.lang)
    with desk.nights.reading() as night:
        rows, failed, month = state_of(desk, night), noted(night, None, night.rows("failed_checks", [None]), lang), months(night)
        docs = docs_of(desk, night)
    return desk.page(request, "sources.html", session, night=night.as_of, rows=rows, failed=failed, month=month, docs=docs)


@sources.get("/sources/{source}", include_in_schema=False)
def source_page(request: Request, desk: Here, session: Who, source: str, view: View) -> Response:
    return show_source(request, desk, session, source, view)


def show_source(
    request: Request, desk: Desk, session: Session, source: str, view: Wanted, status: int = 200, error: str = "",
    said: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """The page of a source; ``error`` and ``said``: of a decision on many rows that was refused."""
    lang = lang_for(session, request, desk.lang)
    with desk.nights.reading() as night:
        row, found = _one(desk, night, source), standings(desk.store, night, source)
        leaf = _leaf(night, source, view, found, PAGE, view.offset)
        failed = noted(night, source, night.rows("failed_checks", [source]), lang)
        month, docs = months(night, source).get(source), docs_of(desk, night)
        kinds = night.rows("quarantine_kinds", [source, places(found)])
    shown = Leaf([_for_people(one, found, source, lang) for one in leaf.rows], leaf.total)
    counts = {state: sum(one.state == state for one in found.values()) for state in STATES} | {"open": row["open_count"]}
    by_reason, by_file = _totals(kinds, "kind"), _totals([kind for kind in kinds if kind["kind"] == view.kind], "delivery_id")
    chips = [(kind, reason_in_words(source, kind, lang), rows) for kind, rows in by_reason.items()]
    files = {kind["delivery_id"]: kind["file_name"] for kind in kinds}
    return desk.page(
        request, "source.html", session, status, night=night.as_of, row=row, leaf=shown, view=view, failed=failed,
        kinds=chips, files=[(one, files[one], rows) for one, rows in by_file.items()], states=STATES, counts=counts, month=month,
        issues=[issue_in_words(source, issue, lang) for issue in row["issues"]], many=_many(view, leaf, source),
        rights=rights(desk, session),
        error=error, said=said or {}, docs=docs,
    )  # fmt: skip


def _totals(kinds: list[Row], name: str) -> dict[str, int]:
    """Rows by reason or by file, most first."""
    counts: Counter[str] = Counter()
    for kind in kinds:
        counts[kind[name]] += kind["row_count"]
    return dict(counts.most_common())


def _many(view: Wanted, leaf: Leaf, source: str) -> dict[str, Any] | None:
    """What can be done with all rows of one kind in one file at once; None where the view is wider."""
    if not (view.kind and view.delivery and view.state == "open" and leaf.total > 1):
        return None
    return {"count": leaf.total, "is_releasable": any(releasable(source, one["reasons"]) for one in leaf.rows)}


def _leaf(night: Night, source: str, view: Wanted, found: Mapping[Place, Standing], rows: int, offset: int) -> Leaf:
    """The rows set aside that the view asks for."""
    listed = None if view.state == "all" else places(found, "" if view.state == "open" else view.state)
    return leaf_of(
        night.rows("quarantine", [source, view.kind or None, view.delivery or None, listed, view.state != "open", rows, offset])
    )  # fmt: skip


def rows_of(desk: Desk, night: Night, source: str, view: Wanted) -> list[Row]:
    """All rows that the view asks for."""
    return _leaf(night, source, view, standings(desk.store, night, source), MOST, 0).rows


def _with_state(row: Row, found: Mapping[Place, Standing]) -> Row:
    one = found.get((row["delivery_id"], row["row_no"]))
    decided = {"decided_by": one.by, "decided_on": one.on, "decision_reason": one.reason, "taken_on": one.taken_on} if one else {}
    return row | dict.fromkeys(ROW_COLUMNS[-4:]) | {"state": one.state if one else "open"} | decided


def _for_people(row: Row, found: Mapping[Place, Standing], source: str, lang: Lang) -> Row:
    cells = {label(source, name, lang): value for name, value in cells_of(row["row_json"]).items() if value}
    said = [reason_in_words(source, reason, lang) for reason in row["reasons"]]
    return row | {"said": said, "cells": cells, "standing": found.get((row["delivery_id"], row["row_no"]))}
