"""Steps taken on the page of a case, and files attached to it or saved from it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from riskwarn.cases.attachments import MOST_BYTES
from riskwarn.cases.errors import CaseError, MissingField
from riskwarn.cases.follow_ups import attachments_of
from riskwarn.cases.steps import Request as StepRequest
from riskwarn.cases.steps import Taken, take_step
from riskwarn.web.casework import Said
from riskwarn.web.desk import Desk, Here, Who, desk_of, signed_in
from riskwarn.web.detail import show
from riskwarn.web.guard import check_csrf, lang_for
from riskwarn.web.offers import typed
from riskwarn.web.saving import saved_file
from riskwarn.web.sent import LONGEST, Sent, texts

acts = APIRouter()
# A form of one thing among several of its kind: which of them was refused.
NUMBERED = ("measure", "plan_step", "hand_over")


@acts.post("/warnings/{case_id}/step", include_in_schema=False)
def take(request: Request, desk: Here, session: Who, case_id: str, form: Sent) -> Response:
    """Takes a step; what is refused is told with its rule, and what was written stays in the form."""
    given = texts(form, LONGEST)
    action, version, before = given.pop("action", ""), given.pop("version", ""), given.pop("before", "")
    said: dict[str, Any] = {name: value.strip() for name, value in given.items() if value.strip()}
    try:
        fields = typed(said)
        reason = str(fields.pop("reason", ""))
        seen = int(version) if version.isdigit() and len(version) < 10 else None
        _act(desk, StepRequest(case_id, action, session.person.login, desk.clock(), seen, reason, fields), before)
    except CaseError as error:
        told = error.text(lang_for(session, request, desk.lang))
        number = next((f" {said[name]}" for name in NUMBERED if name in said), "")
        return show(request, desk, session, case_id, 409, Said(action + number, told, said))
    return _back(case_id, action)


def _act(desk: Desk, wanted: StepRequest, before: str) -> Taken:
    """The step; where the case has to be taken up before, both together or neither."""
    if before != "review":
        return desk.store.act(wanted)
    with desk.store.writing() as con:
        begun = take_step(con, desk.store.books, StepRequest(wanted.case_id, before, wanted.by, wanted.at, wanted.version))
        then = StepRequest(wanted.case_id, wanted.action, wanted.by, wanted.at, begun.version, wanted.reason, wanted.fields)
        return take_step(con, desk.store.books, then)


@acts.post("/warnings/{case_id}/files", include_in_schema=False)
async def attach(request: Request, case_id: str) -> Response:
    """Attaches a file to a case; its content must be what its name says."""
    form = await request.form(max_files=1, max_fields=10)
    upload, said = form.get("file"), {name: value for name, value in form.items() if isinstance(value, str)}
    content = b"" if upload is None or isinstance(upload, str) else await upload.read(MOST_BYTES + 1)
    name = "" if upload is None or isinstance(upload, str) else str(upload.filename or "")
    return await run_in_threadpool(_attach, request, case_id, said, name, content)


def _attach(request: Request, case_id: str, said: dict[str, str], name: str, content: bytes) -> Response:
    desk, session = desk_of(request), signed_in(request)
    check_csrf(session, said.pop("csrf", ""))
    try:
        if not name:
            raise MissingField(field="file", action="attach")
        wanted = StepRequest(case_id, "attach", session.person.login, desk.clock(), None, said.get("reason", "").strip()[:5000])
        desk.store.attach(wanted, name, content)
    except CaseError as error:
        return show(request, desk, session, case_id, 409, Said("attach", error.text(lang_for(session, request, desk.lang)), dict(said)))
    return _back(case_id, "attach")


@acts.get("/warnings/{case_id}/files/{number}", include_in_schema=False)
def attached_file(desk: Here, session: Who, case_id: str, number: int) -> Response:
    """A file of the case, to be saved: it is never shown as a page of ours."""
    with desk.store.engine.connect() as con:
        return saved_file(desk, attachments_of(con, case_id), number)


def _back(case_id: str, done: str) -> Response:
    """To where the person was, with what was done."""
    return RedirectResponse(f"/warnings/{quote(case_id)}?done={quote(done)}#case", status_code=303)
