"""What people do about a foreign measure: collect comments and bring them through review, record what passed with the Member."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from riskwarn.cases.accounts import Session
from riskwarn.cases.errors import CaseError
from riskwarn.tbtsps import comments as desk_of_comments
from riskwarn.tbtsps.refusals import Refusal
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.guard import lang_for
from riskwarn.web.measure import LONGEST, address, show
from riskwarn.web.paged import Number
from riskwarn.web.sent import Sent

comments = APIRouter(include_in_schema=False)


class Form:
    """What a person sent: texts stripped and cut to a bound, days as days."""

    def __init__(self, form: FormData) -> None:
        self.said = {name: value.strip() for name, value in form.items() if isinstance(value, str) and name != "csrf"}

    def text(self, name: str) -> str:
        """Raises Refusal where it is longer than anybody writes."""
        value = self.said.get(name, "").replace("\r\n", "\n")
        if len(value) > LONGEST:
            raise Refusal("text_length", most=LONGEST, count=len(value))
        return value

    def number(self, name: str) -> int:
        value = self.said.get(name, "")
        return int(value) if value.isdigit() and len(value) < 10 else 0

    def day(self, name: str) -> date:
        """Raises Refusal for a day that is none."""
        value = self.said.get(name, "")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise Refusal("day", day=value[:40], why="YYYY-MM-DD") from None


def entered(form: Sent) -> Form:
    return Form(form)


Entered = Annotated[Form, Depends(entered)]


@comments.post("/comments")
def add(request: Request, desk: Here, session: Who, form: Entered) -> Response:
    """Collects a comment on a foreign measure."""
    return finish(request, desk, session, form, _collect, "comments")


def _collect(desk: Desk, session: Session, form: Form) -> None:
    source = (form.said.get("kind", ""), form.text("source")[:500])
    texts = (form.text("text_zh"), form.text("text_en"))
    desk_of_comments.collect(desk.store, form.said.get("symbol", ""), source, texts, by=session.person.login, at=desk.clock())


@comments.post("/comments/{number:int}/rewrite")
def rewrite(request: Request, desk: Here, session: Who, number: Number, form: Entered) -> Response:
    """Writes the text of a drafted comment anew."""

    def write(desk: Desk, session: Session, form: Form) -> None:
        texts = {"text_zh": form.text("text_zh"), "text_en": form.text("text_en")}
        desk_of_comments.rewrite(desk.store, number, form.number("version"), **texts, by=session.person.login, at=desk.clock())

    return finish(request, desk, session, form, write, f"comment-{number}")


@comments.post("/comments/{number:int}/move")
def move(request: Request, desk: Here, session: Who, number: Number, form: Entered) -> Response:
    """Reviews, sends, returns or drops a comment."""

    def take(desk: Desk, session: Session, form: Form) -> None:
        action = form.said.get("action", "")
        desk_of_comments.move(desk.store, number, form.number("version"), action, by=session.person.login, at=desk.clock())

    return finish(request, desk, session, form, take, f"comment-{number}")


@comments.post("/exchanges")
def record(request: Request, desk: Here, session: Who, form: Entered) -> Response:
    """Records what passed with the Member: extension asked for or granted, reply, consultation, outcome."""
    return finish(request, desk, session, form, _record, "exchanges")


def _record(desk: Desk, session: Session, form: Form) -> None:
    until = form.day("new_deadline") if form.said.get("new_deadline") else None
    desk_of_comments.exchange(
        desk.store, form.said.get("symbol", ""), form.said.get("kind", ""), form.text("text"), on=form.day("on"),
        by=session.person.login, at=desk.clock(), new_deadline_on=until,
    )  # fmt: skip


def finish(request: Request, desk: Desk, session: Session, form: Form, act: Callable[[Desk, Session, Form], None], back: str) -> Response:
    """Does it and leads back to the measure; what is refused is told with its rule, and what was written stays in the form."""
    symbol = form.said.get("symbol", "")[:100]
    try:
        act(desk, session, form)
    except CaseError as error:
        return show(request, desk, session, symbol, 409, error.text(lang_for(session, request, desk.lang)), {**form.said, "form": back})
    return RedirectResponse(f"{address(symbol)}#{back}", status_code=303)


@comments.get("/comments/export")
def export(desk: Here, session: Who, symbol: str) -> Response:
    """The reviewed comments as text for the enquiry point, without the names of enterprises."""
    try:
        found = desk_of_comments.foreign_symbol(symbol)
        text = desk_of_comments.export_text(found.family, desk_of_comments.of_family(desk.store, symbol)[0], desk.today)
    except Refusal as error:
        return Response(error.text("en"), status_code=422, media_type="text/plain; charset=utf-8")
    name = found.family.replace("/", "-")
    headers = {"Content-Disposition": f'attachment; filename="comments-{name}.txt"'}
    return Response(text, media_type="text/plain; charset=utf-8", headers=headers)
