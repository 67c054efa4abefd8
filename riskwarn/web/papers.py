"""Notices from the page of a case: drafted, signed by a second person, numbered, set aside, lifted, printed."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from riskwarn import notices
from riskwarn.cases.accounts import Session
from riskwarn.cases.errors import BadField, CaseError
from riskwarn.documents import Both, Kind
from riskwarn.documents.render import render_file
from riskwarn.notices.desk import Wanted
from riskwarn.tbtsps.refusals import Refusal
from riskwarn.web.casework import Said
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.detail import show
from riskwarn.web.guard import lang_for
from riskwarn.web.papers_view import KINDS
from riskwarn.web.saving import saved_as
from riskwarn.web.sent import LONGEST, Sent, texts

papers_desk = APIRouter()
MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
}
STEPS = ("draft", "sign", "number", "void", "lift")


@papers_desk.get("/warnings/{case_id}/notices/{number}/{name}", include_in_schema=False)
def notice_file(desk: Here, session: Who, case_id: str, number: int, name: str) -> Response:
    """One file of a notice: a draft's as it would be now, a signed one's in the words that were signed."""
    try:
        found = notices.get(desk.store, number)
    except Refusal:
        raise HTTPException(404) from None
    content = render_file(found.facts, name, found.documents) if found.case_id == case_id else None
    if content is None:
        raise HTTPException(404)
    return Response(content, media_type=MEDIA[name.rpartition(".")[2]], headers=saved_as(f"{found.serial}.{name}"))


@papers_desk.post("/warnings/{case_id}/notices", include_in_schema=False)
def act_on_notice(request: Request, desk: Here, session: Who, case_id: str, form: Sent) -> Response:
    """Does one thing with a notice of the case; what is refused is told with its rule, and what was written stays in the form."""
    given = texts(form, LONGEST)
    step = given.get("step", "")
    try:
        number = _do(desk, session, case_id, step, given)
    except CaseError as error:
        name = f"notice {step} {given.get('number', '')}".strip()
        told: dict[str, Any] = dict(given)
        return show(request, desk, session, case_id, 409, Said(name, error.text(lang_for(session, request, desk.lang)), told))
    return RedirectResponse(f"/warnings/{quote(case_id)}?done=notice_{step}#notice-{number}", status_code=303)


def _do(desk: Desk, session: Session, case_id: str, step: str, form: dict[str, str]) -> int:
    """The number of the notice that was made or changed."""
    if step not in STEPS:
        raise BadField(field="step", value=step[:40], allowed=", ".join(STEPS))
    by, at = session.person.login, desk.clock()
    text = {name: value.strip() for name, value in form.items()}
    if step == "draft":
        return notices.draft(desk.settings, desk.store, case_id, _wanted(text), by=by, at=at).notice_id
    number, version = _number(text.get("number", "")), _number(text.get("version", ""))
    if notices.get(desk.store, number).case_id != case_id:
        raise Refusal("unknown", what="notice", number=number)
    if step == "sign":
        notices.sign(desk.store, number, version, by=by, at=at)
    elif step == "number":
        notices.give_number(desk.store, number, version, text.get("agency_number", ""), by=by, at=at)
    elif step == "void":
        notices.void(desk.store, number, version, text.get("reason", ""), by=by, at=at)
    else:
        reason = Both(text.get("reason", ""), text.get("reason_en", ""))
        return notices.lift(desk.store, number, reason, by=by, at=at).notice_id
    return number


def _wanted(text: dict[str, str]) -> Wanted:
    kind = text.get("notice_kind", "")
    if kind not in KINDS:
        raise BadField(field="kind", value=kind[:40], allowed=", ".join(KINDS))
    zh, en = text.get("advice", ""), text.get("advice_en", "")
    copies = tuple(line.strip() for line in text.get("copies", "").splitlines() if line.strip())
    to = tuple(line.strip() for line in text.get("to", "").splitlines() if line.strip())
    return Wanted(Kind(kind), to, copies, "", text.get("contact", ""), Both(zh or en, en or zh))


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else 0
