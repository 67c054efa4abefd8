"""Specific trade concerns: the list of them, raising one, recording what a meeting or a reply changed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from riskwarn.cases.accounts import Session
from riskwarn.tbtsps.concerns import STATES, every, follow, raise_concern
from riskwarn.web.comments import Entered, Form, finish
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.lists import as_csv, plain
from riskwarn.web.paged import Number

concerns = APIRouter()
COLUMNS = (
    "concern_id", "family", "agreement", "title", "state", "version", "raised_on", "meeting", "supporters", "text", "outcome",
    "recorded_by",
)  # fmt: skip
MOST_SUPPORTERS = 164  # Members other than ours and the one that notified


def _listed(desk: Desk, state: str) -> list[dict[str, Any]]:
    """Concerns, newest first; ``state``: only these."""
    return [asdict(one) for one in every(desk.store) if not state or one.state == state]


@concerns.get("/concerns.json")
def concerns_json(desk: Here, session: Who, state: str = "") -> Response:
    """Trade concerns that we raised or joined, newest first."""
    return JSONResponse({"concerns": [{name: plain(row[name]) for name in COLUMNS} for row in _listed(desk, state)]})


@concerns.get("/concerns.csv")
def concerns_csv(desk: Here, session: Who, state: str = "") -> Response:
    """The same for a spreadsheet."""
    rows = [row | {"supporters": "; ".join(row["supporters"])} for row in _listed(desk, state)]
    return as_csv(COLUMNS, rows, f"concerns-{desk.today}.csv")


@concerns.get("/concerns", include_in_schema=False)
def concerns_page(request: Request, desk: Here, session: Who, state: str = "") -> Response:
    return desk.page(request, "concerns.html", session, rows=_listed(desk, state), states=STATES, state=state)


@concerns.post("/concerns", include_in_schema=False)
def add(request: Request, desk: Here, session: Who, form: Entered) -> Response:
    """Records a specific trade concern about a foreign measure."""
    return finish(request, desk, session, form, _raise, "concerns")


def _raise(desk: Desk, session: Session, form: Form) -> None:
    supporters = [line for line in form.text("supporters").split("\n") if line.strip()][:MOST_SUPPORTERS]
    raise_concern(
        desk.store, form.said.get("symbol", ""), form.text("title")[:500], form.text("text"), on=form.day("on"),
        meeting=form.text("meeting")[:500], supporters=supporters, by=session.person.login, at=desk.clock(),
    )  # fmt: skip


@concerns.post("/concerns/{number:int}/follow", include_in_schema=False)
def go_on(request: Request, desk: Here, session: Who, number: Number, form: Entered) -> Response:
    """Records what a meeting or a reply changed."""

    def change(desk: Desk, session: Session, form: Form) -> None:
        state, outcome = form.said.get("state", ""), form.text("outcome")
        follow(desk.store, number, form.number("version"), state, outcome, by=session.person.login, at=desk.clock())

    return finish(request, desk, session, form, change, f"concern-{number}")
