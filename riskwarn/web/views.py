"""Views of the list under a name: kept and forgotten."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from riskwarn.cases.errors import CaseError
from riskwarn.cases.views import drop_view, keep_view
from riskwarn.web.desk import Here, Who
from riskwarn.web.guard import check_csrf, lang_for
from riskwarn.web.lists import Wish

views = APIRouter()
Text = Annotated[str, Form(max_length=2000)]
LISTED = ("colour",)  # parts of a wish that may be given several times


@views.post("/views", include_in_schema=False)
def keep(request: Request, desk: Here, session: Who, csrf: Text = "", name: Text = "", query: Text = "") -> Response:
    """Keeps the list as it is filtered and ordered now."""
    check_csrf(session, csrf)
    wanted = wish_of(query).address()
    try:
        with desk.store.writing() as con:
            keep_view(con, session.person.login, name, wanted, desk.clock())
    except CaseError as error:
        said = error.text(lang_for(session, request, desk.lang))
        return desk.page(request, "view_refused.html", session, 409, said=said, name=name, query=wanted)
    return RedirectResponse(f"/warnings?{wanted}", status_code=303)


@views.post("/views/{view_id}/forget", include_in_schema=False)
def forget(desk: Here, session: Who, view_id: int, csrf: Text = "", query: Text = "") -> Response:
    """Forgets one of one's own."""
    check_csrf(session, csrf)
    try:
        with desk.store.writing() as con:
            drop_view(con, session.person.login, view_id, desk.clock())
    except CaseError:
        pass  # forgotten in another window: as wanted
    return RedirectResponse(f"/warnings?{wish_of(query).address()}", status_code=303)


def wish_of(query: str) -> Wish:
    """The wish of an address's query; what is none is left out, so that only what the list itself would write is kept."""
    parts = {name: values if name in LISTED else values[-1] for name, values in parse_qs(query).items() if name in Wish.model_fields}
    try:
        return Wish.model_validate(parts)
    except ValidationError:
        return Wish()
