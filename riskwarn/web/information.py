"""Risk information entered by people: the form, what was entered, and the case of what became a warning."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, RedirectResponse

from riskwarn.cases.accounts import Session
from riskwarn.cases.attachments import MEDIA_TYPES, MOST_BYTES
from riskwarn.cases.errors import CaseError
from riskwarn.cases.information import SOURCE_CLASSES, Information, all_information
from riskwarn.cases.lifecycle import COLOURS
from riskwarn.model import UNKNOWN
from riskwarn.web.desk import Desk, Here, Who, desk_of, signed_in
from riskwarn.web.guard import check_csrf, lang_for
from riskwarn.web.lists import as_csv, plain

information = APIRouter()
COLUMNS = (
    "information_id", "case_id", "source_class", "grade", "direction", "product", "product_code", "origin_country", "hazard", "text",
    "unit_id", "entered_by", "entered_on",
)  # fmt: skip
MOST_FILES = 5


@information.get("/information.json")
def information_json(desk: Here, session: Who) -> Response:
    """Everything entered, newest first."""
    return JSONResponse({"information": [{name: plain(row[name]) for name in COLUMNS} for row in _entered(desk)]})


@information.get("/information.csv")
def information_csv(desk: Here, session: Who) -> Response:
    return as_csv(COLUMNS, _entered(desk), "information.csv")


@information.get("/information", include_in_schema=False)
def information_page(request: Request, desk: Here, session: Who) -> Response:
    return _show(request, desk, session)


@information.post("/information", include_in_schema=False)
async def enter_information(request: Request) -> Response:
    """Keeps what was entered, with its files; what is refused is told with its rule and stays in the form."""
    form = await request.form(max_files=MOST_FILES, max_fields=20)
    said = {name: value for name, value in form.items() if isinstance(value, str)}
    uploads = [one for one in form.getlist("files") if not isinstance(one, str) and one.filename]
    files = [(str(one.filename), await one.read(MOST_BYTES + 1)) for one in uploads]
    return await run_in_threadpool(_enter, request, said, files)


def _enter(request: Request, said: dict[str, str], files: list[tuple[str, bytes]]) -> Response:
    desk, session = desk_of(request), signed_in(request)
    check_csrf(session, said.pop("csrf", ""))
    text = {name: value.strip()[:10_000] for name, value in said.items()}
    try:
        told = Information(
            source_class=text.get("source_class", ""),
            grade=int(text["grade"]) if text.get("grade", "").isdigit() else 0,
            product=text.get("product", "")[:500],
            hazard=text.get("hazard", "")[:500],
            text=text.get("text", ""),
            direction=text.get("direction", ""),
            product_code=text.get("product_code", ""),
            origin_country=text.get("origin_country", "").upper() or UNKNOWN,
        )
        made = desk.store.enter(told, files, by=session.person.login, at=desk.clock(), colour=text.get("colour") or None)
    except CaseError as error:
        return _show(request, desk, session, 409, error.text(lang_for(session, request, desk.lang)), text)
    return RedirectResponse(f"/warnings/{made.case_id}" if made.case_id else "/information#entered", status_code=303)


def _entered(desk: Desk) -> list[dict[str, Any]]:
    with desk.store.engine.connect() as con:
        return all_information(con)


def _show(
    request: Request, desk: Desk, session: Session, status: int = 200, error: str = "", said: dict[str, str] | None = None
) -> Response:
    return desk.page(
        request, "information.html", session, status, rows=_entered(desk), error=error, said=said or {}, classes=SOURCE_CLASSES,
        colours=COLOURS, endings=", ".join(f".{ending}" for ending in MEDIA_TYPES), units=desk.store.books.units,
        most=MOST_BYTES // 1024**2, most_files=MOST_FILES,
    )  # fmt: skip
