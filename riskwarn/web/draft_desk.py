"""What people do with a draft: write its boxes, have them checked while writing, take its steps, follow it up, answer comments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.datastructures import FormData

from riskwarn.cases.accounts import Session
from riskwarn.cases.errors import CaseError
from riskwarn.tbtsps import notifications
from riskwarn.tbtsps.drafts import draft_follow
from riskwarn.tbtsps.merging import merge
from riskwarn.tbtsps.notifications import Done, Notification
from riskwarn.tbtsps.refusals import Refusal
from riskwarn.tbtsps.routing import Standard
from riskwarn.web import draft_view
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.drafts import FOLLOWING, find, show
from riskwarn.web.guard import lang_for
from riskwarn.web.paged import Number
from riskwarn.web.sent import Sent

draft_desk = APIRouter(include_in_schema=False)
BOX = "box."  # before the key of a box in the form


@draft_desk.post("/drafts/{number:int}/check.json")
def check(request: Request, desk: Here, session: Who, number: Number, form: Sent) -> Response:
    """What the rules say of the boxes as they are being written; nothing is kept."""
    now = find(desk.store, number)
    said = {key: text[: draft_view.LONGEST + 1] for key, text in _boxes(form).items()}
    draft, breaches = draft_view.checked(now.draft, said, now.circulated_on or desk.today)
    lang = lang_for(session, request, desk.lang)
    told = [draft_view.as_told(breach, lang) for breach in breaches]
    changed = [key for key in said if draft.boxes.get(key) != now.draft.boxes.get(key)]
    return JSONResponse({"version": now.version, "breaches": told, "changed": changed})


@draft_desk.post("/drafts/{number:int}/save")
def save(request: Request, desk: Here, session: Who, number: Number, form: Sent) -> Response:
    """Keeps the boxes that the person changed. Who saw an older version is told what changed, and keeps what he wrote in the form."""
    now, said, seen = find(desk.store, number), _boxes(form), _version(form)
    changed = {key: text for key, text in said.items() if text != now.draft.boxes.get(key, "")}
    try:
        for key, text in changed.items():
            if len(text) > draft_view.LONGEST and key in now.draft.template.keys:
                raise Refusal("text_length", most=draft_view.LONGEST, count=len(text))
        if changed or seen != now.version:
            notifications.edit(desk.store, number, changed, Done(session.person.login, desk.clock(), seen))
    except CaseError as error:
        return _told_again(request, desk, session, number, error, said, seen)
    return RedirectResponse(f"/drafts/{number}#boxes", status_code=303)


def _told_again(
    request: Request, desk: Desk, session: Session, number: int, error: CaseError, said: Mapping[str, str], seen: int
) -> Response:
    now = notifications.get(desk.store, number)
    merged = merge(desk.store, now, seen, said)
    text = error.text(lang_for(session, request, desk.lang))
    return show(request, desk, session, now, 409, text, written=merged.boxes, theirs=merged.theirs)


@draft_desk.post("/drafts/{number:int}/step")
def step(request: Request, desk: Here, session: Who, number: Number, form: Sent) -> Response:
    """Takes a step of the draft's life."""
    said = _said(form)
    find(desk.store, number)
    action, reason = said.pop("action", ""), said.pop("reason", "")
    try:
        done = Done(session.person.login, desk.clock(), _version(form), reason)
        if action == "edit":
            raise Refusal("no_action", step=action, actions="")
        notifications.advance(desk.store, number, action, done, said)
    except CaseError as error:
        text = error.text(lang_for(session, request, desk.lang))
        again = {**said, "reason": reason, "action": action}
        return show(request, desk, session, notifications.get(desk.store, number), 409, text, said=again)
    return RedirectResponse(f"/drafts/{number}#history", status_code=303)


@draft_desk.post("/drafts/{number:int}/gate")
def answer_questions(request: Request, desk: Here, session: Who, number: Number, form: Sent) -> Response:
    """Answers the two questions of the duty to notify."""
    now, said = find(desk.store, number), _said(form)
    standard, effect = said.get("standard", ""), said.get("effect", "")
    try:
        if standard not in list(Standard) or effect not in ("yes", "no"):
            raise Refusal("field", field="standard, effect")
        done = Done(session.person.login, desk.clock(), _version(form))
        notifications.answer_gate(desk.store, number, Standard(standard), effect == "yes", done)
    except CaseError as error:
        again = {**said, "action": "gate"}
        return show(request, desk, session, now, 409, error.text(lang_for(session, request, desk.lang)), said=again)
    return RedirectResponse(f"/drafts/{number}#way", status_code=303)


@draft_desk.post("/drafts/{number:int}/follow")
def follow(request: Request, desk: Here, session: Who, number: Number, form: Sent) -> Response:
    """Begins an addendum, corrigendum or revision of a notification that was circulated."""
    first, kind = find(desk.store, number), str(form.get("form", ""))
    try:
        made = begin_following(desk, first, kind, session.person.login)
    except CaseError as error:
        return show(request, desk, session, first, 409, error.text(lang_for(session, request, desk.lang)))
    return RedirectResponse(f"/drafts/{made.notification_id}", status_code=303)


def begin_following(desk: Desk, first: Notification, kind: str, by: str) -> Notification:
    """Raises Refusal where the first one has no symbol yet, or for another form."""
    if first.symbol is None:
        raise Refusal("field", field="symbol")
    if kind not in FOLLOWING:
        raise Refusal("choice", value=kind[:40], choices=", ".join(FOLLOWING))
    made = draft_follow(first.draft, first.symbol, kind, {})
    return notifications.create(desk.store, made, by=by, at=desk.clock(), case_id=first.case_id, parent_id=first.notification_id)


@draft_desk.post("/drafts/{number:int}/answers/{received:int}")
def answer(request: Request, desk: Here, session: Who, number: Number, received: Number, form: Sent) -> Response:
    """Records our answer to a Member's comment."""
    now, text = find(desk.store, number), _said(form).get("answer", "")
    if received not in {one["received_id"] for one in notifications.comments(desk.store, number)}:
        raise HTTPException(404)
    try:
        notifications.answer(desk.store, received, text, by=session.person.login, at=desk.clock())
    except CaseError as error:
        again = {"received_id": str(received), "answer": text}
        return show(request, desk, session, now, 409, error.text(lang_for(session, request, desk.lang)), said=again)
    return RedirectResponse(f"/drafts/{number}#comments", status_code=303)


def _boxes(form: FormData) -> dict[str, str]:
    """Boxes by key as the form sends them; the ticks of one box are joined as the draft keeps them."""
    keys = dict.fromkeys(name for name in form if name.startswith(BOX))
    return {name.removeprefix(BOX): ",".join(filter(None, _texts(form, name))) for name in keys}


def _texts(form: FormData, name: str) -> list[str]:
    """Browsers send line ends as CR LF; a draft keeps LF."""
    return [value.replace("\r\n", "\n") for value in form.getlist(name) if isinstance(value, str)]


def _said(form: FormData) -> dict[str, str]:
    given: dict[str, Any] = {name: value for name, value in form.items() if name not in ("csrf", "version")}
    return {name: value.strip()[: draft_view.LONGEST] for name, value in given.items() if isinstance(value, str) and value.strip()}


def _version(form: FormData) -> int:
    """As the person saw it; 0, which is no version, where the form says none."""
    text = str(form.get("version", ""))
    return int(text) if text.isdigit() and len(text) < 10 else 0
