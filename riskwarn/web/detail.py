"""One warning: why, who is behind it, what people did, and the steps that this person may take now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, RedirectResponse

from riskwarn.cases.accounts import Session
from riskwarn.cases.checks import SCOPES
from riskwarn.cases.deadlines import state_due_on
from riskwarn.cases.errors import CaseError, UnknownCase
from riskwarn.cases.follow_ups import KINDS as FOLLOW_UPS
from riskwarn.cases.lifecycle import COLOURS, Rule
from riskwarn.cases.people import INCLUDES, all_people
from riskwarn.cases.reading import Case, evidence_changes, hand_overs_of, read_case, steps_of
from riskwarn.cases.steps import Request as StepRequest
from riskwarn.web.desk import Desk, Here, Who, desk_of, signed_in
from riskwarn.web.guard import check_csrf, lang_for
from riskwarn.web.lists import plain
from riskwarn.web.night import Night, Row

details = APIRouter()
# What the page offers; the rest (measures, plans, attachments, receipts) goes by command line for now.
OFFERED = (
    "take", "review", "verify", "dismiss", "watch", "assess", "approve", "issue", "act_first", "countersign", "send_back", "lift",
    "close", "reopen", "acknowledge", "regrade", "report_up", "hand_over", "assign", "note", "follow_up",
)  # fmt: skip
# Which message ids name the choices of a field: those of the command line.
LABELS = {"reason_class": "reason class", "kind": "follow-up", "scope": "scope", "colour": "colour"}
LONG = ("reason", "opinion", "participants", "text")  # written in a field of several lines


@dataclass(frozen=True)
class Offer:
    """A step that the person's role allows in this state, and what it must say."""

    action: str
    fields: tuple[str, ...]


def offers(desk: Desk, session: Session, case: Case) -> list[Offer]:
    """Role and state decide what is shown; the store checks everything again when the step is taken."""
    rules = [rule for rule in desk.store.books.life.rules if case.state in rule.from_states and _may(session, rule, case)]
    found = {rule.action: Offer(rule.action, _asked(rule)) for rule in reversed(rules) if rule.action in OFFERED}
    return [found[action] for action in OFFERED if action in found]


def _may(session: Session, rule: Rule, case: Case) -> bool:
    return rule.role in INCLUDES[session.person.role] and case.gravest_colour in rule.colours and case.colour in rule.only_colours


def _asked(rule: Rule) -> tuple[str, ...]:
    return rule.fields if "reason" in rule.fields or rule.action in ("take", "follow_up") else (*rule.fields, "reason")


@dataclass(frozen=True)
class Told:
    """All that the page shows of a warning."""

    row: Row
    explanation: Row | None
    scenarios: list[Row]
    weeks: list[Row]
    contributors: dict[str, list[Row]]
    evidence: list[Row]
    elsewhere: list[Row]


def tell(night: Night, warning_id: str) -> Told:
    row = night.row("warning", [warning_id])
    if row is None:
        raise HTTPException(404)
    behind: dict[str, list[Row]] = {}
    for one in night.rows("contributors", [warning_id]):
        behind.setdefault(one["dimension"], []).append(one)
    lists = [night.rows(query, [warning_id]) for query in ("scenarios", "weeks", "evidence", "elsewhere")]
    return Told(row, night.row("explanation", [warning_id]), lists[0], lists[1], behind, lists[2], lists[3])


# Before the page, whose address would take it in.
@details.get("/warnings/{warning_id}.json")
def warning_json(desk: Here, session: Who, warning_id: str) -> Response:
    """The warning with everything behind it."""
    with desk.nights.reading() as night:
        told = tell(night, warning_id)

    def clean(rows: list[Row]) -> list[dict[str, Any]]:
        return [{name: plain(value) for name, value in row.items()} for row in rows]

    return JSONResponse(
        {
            "night": night.as_of.isoformat(),
            "warning": clean([told.row])[0],
            "explanation": clean([told.explanation])[0] if told.explanation else None,
            "scenarios": clean(told.scenarios),
            "weeks": clean(told.weeks),
            "evidence": clean(told.evidence),
        }
    )


@details.get("/warnings/{warning_id}", include_in_schema=False)
def warning_page(request: Request, desk: Here, session: Who, warning_id: str) -> Response:
    return _show(request, desk, session, warning_id)


def _show(
    request: Request, desk: Desk, session: Session, warning_id: str, status: int = 200, error: str = "", said: dict[str, Any] | None = None
) -> Response:
    with desk.store.engine.connect() as con:
        try:
            case = read_case(con, warning_id)
        except UnknownCase:
            raise HTTPException(404) from None
        steps, sent, people = steps_of(con, warning_id), hand_overs_of(con, warning_id), all_people(con)
    books = desk.store.books
    choices = {
        "reason_class": tuple(books.life.reason_classes), "scope": SCOPES, "colour": COLOURS, "kind": FOLLOW_UPS,
        "assignee": tuple(p.login for p in people if p.is_active and "officer" in INCLUDES[p.role]),
    }  # fmt: skip
    panel = {
        "case": case, "steps": steps, "sent": sent, "today": desk.today, "offers": offers(desk, session, case), "choices": choices,
        "units": books.units, "due_on": state_due_on(case, books), "changes": evidence_changes(case, books.life), "error": error,
        "said": said or {}, "long": LONG, "labels": LABELS,
    }  # fmt: skip
    if case.warning_id is None:  # raised by a person: the machine says nothing of it
        return desk.page(request, "case.html", session, status, told=case.information, **panel)
    with desk.nights.reading() as night:
        told = tell(night, warning_id)
    picture = [_point(week) for week in told.weeks]
    return desk.page(request, "warning.html", session, status, night=night.as_of, told=told, picture=picture, **panel)


def _point(week: Row) -> list[Any]:
    return [plain(week[name]) for name in ("week", "observed", "expected", "upper", "inspected")]


@details.post("/warnings/{warning_id}/step", include_in_schema=False)
async def take(request: Request, warning_id: str) -> Response:
    """Takes a step; what is refused is told with its rule, and what was written stays in the form."""
    form = {name: str(value)[:10_000] for name, value in (await request.form()).items()}
    return await run_in_threadpool(_take, request, warning_id, form)


def _take(request: Request, warning_id: str, form: dict[str, str]) -> Response:
    desk, session = desk_of(request), signed_in(request)
    check_csrf(session, form.pop("csrf", ""))
    action, version = form.pop("action", ""), form.pop("version", "")
    said: dict[str, Any] = {name: value.strip() for name, value in form.items() if value.strip()}
    reason = said.pop("reason", "")
    try:
        fields = _typed(said)
        wanted = StepRequest(
            warning_id, action, session.person.login, desk.clock(), int(version) if version.isdigit() else None, reason, fields
        )
        desk.store.act(wanted)
    except CaseError as error:
        lang = lang_for(session, request, desk.lang)
        return _show(request, desk, session, warning_id, 409, error.text(lang), {**said, "reason": reason, "action": action})
    return RedirectResponse(f"/warnings/{warning_id}#history", status_code=303)


def _typed(said: dict[str, Any]) -> dict[str, Any]:
    """Days as days, people one a line; a day that is none is left as written, for the store to refuse."""
    typed = dict(said)
    if "until" in typed:
        try:
            typed["until"] = date.fromisoformat(typed["until"])
        except ValueError:
            typed["until"] = None
    if "participants" in typed:
        typed["participants"] = tuple(typed["participants"].splitlines())
    return typed
