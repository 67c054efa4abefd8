"""Our own drafts on the WTO's forms: the list, one draft with its boxes, what the rules say of it, and its files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from riskwarn.cases import CaseStore
from riskwarn.cases.accounts import Session
from riskwarn.documents.fonts import NoChineseFontError
from riskwarn.tbtsps import life, notifications
from riskwarn.tbtsps.drafts import as_body
from riskwarn.tbtsps.due import DueDay, due_next
from riskwarn.tbtsps.filled import KINDS, one_file
from riskwarn.tbtsps.notifications import Notification
from riskwarn.tbtsps.refusals import Refusal
from riskwarn.tbtsps.validation import Breach, validate
from riskwarn.web import draft_view
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.guard import lang_for
from riskwarn.web.lists import PAGE, as_csv, plain
from riskwarn.web.night import Row
from riskwarn.web.paged import Leaf, Number, Paged
from riskwarn.web.rights import rights

drafts = APIRouter()
COLUMNS = (
    "notification_id", "serial", "agreement", "form", "language", "title", "state", "version", "error_count", "advice_count", "due_on",
    "due_what", "begun_on", "symbol", "circulated_on", "case_id", "parent_id",
)  # fmt: skip
BOX_COLUMNS = ("box", "key", "label", "text", "rules")
MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "json": "application/json",
}
FOLLOWING = ("addendum", "corrigendum", "revision")


class Wanted(Paged):
    q: str = Field(default="", max_length=200, description="words of the title, serial, symbol or warning")
    state: str = Field(default="", max_length=24)
    agreement: str = Field(default="", max_length=3)


View = Annotated[Wanted, Query()]


def listed(desk: Desk, view: Wanted) -> list[Row]:
    """The drafts that a person wants to see, newest first, each with what is to be done next and by when."""
    begun, words = notifications.begun(desk.store), view.q.casefold().split()
    rows = [_row(one, begun.get(one.notification_id, desk.today), desk.today) for one in notifications.every(desk.store)]
    return [
        row
        for row in rows
        if (not view.state or row["state"] == view.state)
        and (not view.agreement or row["agreement"] == view.agreement)
        and all(word in " ".join(str(row[name] or "") for name in ("title", "serial", "symbol", "case_id")).casefold() for word in words)
    ]


def _row(one: Notification, begun_on: date, today: date) -> Row:
    due = due_next(one.draft, one.state, begun_on, one.circulated_on, today)
    breaches = validate(one.draft, one.circulated_on or today) if one.state in ("draft", "legal_review") else ()
    errors = sum(breach.severity == "error" for breach in breaches)
    return {
        "notification_id": one.notification_id, "serial": one.serial, "agreement": one.draft.agreement, "form": one.draft.form,
        "language": one.draft.language, "title": one.draft.boxes.get("title", ""), "state": one.state, "version": one.version,
        "error_count": errors, "advice_count": len(breaches) - errors, "due_on": due.day if due else None,
        "due_what": due.what if due else None, "begun_on": begun_on, "symbol": one.symbol, "circulated_on": one.circulated_on,
        "case_id": one.case_id, "parent_id": one.parent_id,
    }  # fmt: skip


@drafts.get("/drafts.json")
def drafts_json(desk: Here, session: Who, view: View) -> Response:
    """Our drafts, newest first."""
    return JSONResponse({"drafts": [{name: plain(row[name]) for name in COLUMNS} for row in listed(desk, view)]})


@drafts.get("/drafts.csv")
def drafts_csv(desk: Here, session: Who, view: View) -> Response:
    """The same for a spreadsheet."""
    return as_csv(COLUMNS, listed(desk, view), f"drafts-{desk.today}.csv")


@drafts.get("/drafts", include_in_schema=False)
def drafts_page(request: Request, desk: Here, session: Who, view: View) -> Response:
    rows = listed(desk, view)
    return desk.page(
        request, "drafts.html", session, leaf=Leaf(rows[view.offset : view.offset + PAGE], len(rows)), view=view, states=life.states(),
        today=desk.today, may="officer" in rights(desk, session), words=draft_view.Words(lang_for(session, request, desk.lang)),
    )  # fmt: skip


def find(store: CaseStore, number: int) -> Notification:
    try:
        return notifications.get(store, number)
    except Refusal:
        raise HTTPException(404) from None


def breaches_of(desk: Desk, now: Notification) -> tuple[Breach, ...]:
    return validate(now.draft, now.circulated_on or desk.today)


def told(desk: Desk, now: Notification) -> dict[str, Any]:
    """All that data says of a draft."""
    breaches = [
        {"box": one.box, "key": one.key, "rule": one.rule, "severity": one.severity, "text_en": one.text.en, "text_zh": one.text.zh,
         "source": one.source}
        for one in breaches_of(desk, now)
    ]  # fmt: skip
    received = notifications.comments(desk.store, now.notification_id)
    return as_body(now.draft) | {
        "notification_id": now.notification_id, "serial": now.serial, "state": now.state, "version": now.version, "case_id": now.case_id,
        "parent_id": now.parent_id, "symbol": now.symbol, "circulated_on": plain(now.circulated_on), "breaches": breaches,
        "steps": [{name: plain(value) for name, value in step.items() if name != "done_at"} for step in steps_of(desk, now)],
        "comments": [{name: plain(value) for name, value in one.items()} for one in received],
    }  # fmt: skip


def steps_of(desk: Desk, now: Notification) -> list[dict[str, Any]]:
    return notifications.steps_taken(desk.store, now.notification_id)


@drafts.get("/drafts/{number:int}.json")
def draft_json(desk: Here, session: Who, number: Number) -> Response:
    """A draft with its boxes, the rules it breaks, its steps and the comments on it."""
    return JSONResponse(told(desk, find(desk.store, number)))


@drafts.get("/drafts/{number:int}.csv")
def draft_csv(desk: Here, session: Who, number: Number) -> Response:
    """The boxes, each with the rules it breaks."""
    now = find(desk.store, number)
    broken: dict[str, list[str]] = {}
    for breach in breaches_of(desk, now):
        broken.setdefault(breach.key, []).append(breach.rule)
    rows = [
        {"box": box.number, "key": box.key, "label": box.label[now.draft.language], "text": now.draft.boxes.get(box.key, ""),
         "rules": ", ".join(broken.get(box.key, []))}
        for box in now.draft.template.boxes
    ]  # fmt: skip
    return as_csv(BOX_COLUMNS, rows, f"{now.serial}.csv")


@drafts.get("/drafts/{number:int}/form.{kind}", include_in_schema=False)
def draft_file(request: Request, desk: Here, session: Who, number: Number, kind: str) -> Response:
    """The form as it stands; a draft says on its face that it is one."""
    now = find(desk.store, number)
    if kind not in KINDS:
        raise HTTPException(404)
    try:
        content = one_file(now.draft, kind, day=now.circulated_on or desk.today, reference=now.serial, symbol=now.symbol or "")
    except NoChineseFontError as error:
        return show(request, desk, session, now, 503, str(error))
    name = f"{now.serial}-{now.draft.form}.{kind}"
    return Response(content, media_type=MEDIA[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'})


@drafts.get("/drafts/{number:int}", include_in_schema=False)
def draft_page(request: Request, desk: Here, session: Who, number: Number) -> Response:
    return show(request, desk, session, find(desk.store, number))


def show(
    request: Request, desk: Desk, session: Session, now: Notification, status: int = 200, error: str = "",
    written: Mapping[str, str] | None = None, theirs: Mapping[str, str] | None = None, said: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """The page; ``written``: boxes as the person wrote them and they were not kept, ``said``: what a refused step said."""
    history, received = steps_of(desk, now), notifications.comments(desk.store, now.notification_id)
    roles = rights(desk, session)
    _draft, breaches = draft_view.checked(now.draft, written or {}, now.circulated_on or desk.today)
    unanswered = sum(one["answer"] is None for one in received)
    begun = history[0]["done_on"] if history else desk.today
    due: DueDay | None = due_next(now.draft, now.state, begun, now.circulated_on, desk.today)
    family = [one for one in notifications.every(desk.store) if one.parent_id == now.notification_id]
    return desk.page(
        request, "draft.html", session, status, path=f"/drafts/{now.notification_id}", now=now, draft=now.draft, error=error,
        said=said or {}, due=due, today=desk.today,
        groups=draft_view.box_views(now.draft, breaches, written or {}, theirs or {}), breaches=breaches,
        whole=draft_view.whole_draft(now.draft, breaches), way=draft_view.way(now.draft), objective=draft_view.objective_of(now.draft),
        offers=draft_view.offers(now, roles, session.person.login, history, breaches, unanswered), history=history, received=received,
        may="officer" in roles, may_write="officer" in roles and "edit" in life.possible(now.state), longest=draft_view.LONGEST,
        suggestions=draft_view.suggestions(now.draft), kinds=KINDS, following=FOLLOWING, family=family,
        words=draft_view.Words(lang_for(session, request, desk.lang)),
    )  # fmt: skip
