"""Risk information entered by people: the form, what was entered, one entry with its files, and how it becomes a warning."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import Field

from riskwarn import names
from riskwarn.cases import audit
from riskwarn.cases.accounts import Session
from riskwarn.cases.attachments import MEDIA_TYPES, MOST_BYTES
from riskwarn.cases.errors import BadField, CaseError, OutsideUnit, RoleNeeded
from riskwarn.cases.follow_ups import attachments_of_information
from riskwarn.cases.information import SOURCE_CLASSES, Information, all_information, promote
from riskwarn.cases.lifecycle import COLOURS
from riskwarn.cases.people import acting
from riskwarn.model import UNKNOWN
from riskwarn.web.desk import Desk, Here, Who, desk_of, signed_in
from riskwarn.web.guard import check_csrf, lang_for
from riskwarn.web.lists import PAGE, as_csv, plain
from riskwarn.web.night import NoNight, Row
from riskwarn.web.paged import Leaf, Number, Paged
from riskwarn.web.rights import rights
from riskwarn.web.saving import saved_file
from riskwarn.web.sent import Sent

information = APIRouter()
COLUMNS = (
    "information_id", "case_id", "source_class", "grade", "direction", "product", "product_code", "origin_country", "hazard", "text",
    "unit_id", "entered_by", "entered_on",
)  # fmt: skip
GRADES = (1, 2, 3)
MOST_FILES = 5
LONGEST = {"text": 10_000, "reason": 5_000}  # characters; of other fields SHORT
SHORT = 500


class Wanted(Paged):
    q: str = Field(default="", max_length=200, description="words of product, hazard or text")
    grade: str = Field(default="", max_length=1)
    waiting: bool = Field(default=False, description="only what is no warning yet")


View = Annotated[Wanted, Query()]


def _listed(desk: Desk, view: Wanted) -> list[dict[str, Any]]:
    """What a person wants to see of what was entered, newest first."""
    with desk.store.engine.connect() as con:
        rows = all_information(con)
    words = view.q.casefold().split()
    return [
        row
        for row in rows
        if (not view.grade or str(row["grade"]) == view.grade)
        and not (view.waiting and row["case_id"])
        and all(word in " ".join(str(row[name]) for name in ("product", "hazard", "text", "product_code")).casefold() for word in words)
    ]


@information.get("/information.json")
def information_json(desk: Here, session: Who, view: View) -> Response:
    """Everything entered, newest first."""
    return JSONResponse({"information": [{name: plain(row[name]) for name in COLUMNS} for row in _listed(desk, view)]})


@information.get("/information.csv")
def information_csv(desk: Here, session: Who, view: View) -> Response:
    return as_csv(COLUMNS, _listed(desk, view), "information.csv")


@information.get("/information", include_in_schema=False)
def information_page(request: Request, desk: Here, session: Who, view: View) -> Response:
    return _show(request, desk, session, view)


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
    text = {name: value.strip() for name, value in said.items()}
    try:
        _within_bounds(text)
        told = Information(
            source_class=text.get("source_class", ""),
            grade=int(text["grade"]) if text.get("grade", "").isdigit() else 0,
            product=text.get("product", ""),
            hazard=text.get("hazard", ""),
            text=text.get("text", ""),
            direction=text.get("direction", ""),
            product_code=text.get("product_code", ""),
            origin_country=text.get("origin_country", "").upper() or UNKNOWN,
        )
        made = desk.store.enter(told, files, by=session.person.login, at=desk.clock(), colour=text.get("colour") or None)
    except CaseError as error:
        return _show(request, desk, session, Wanted(), 409, error.text(lang_for(session, request, desk.lang)), text)
    return RedirectResponse(f"/warnings/{made.case_id}" if made.case_id else f"/information/{made.information_id}", status_code=303)


def _within_bounds(text: dict[str, str]) -> None:
    """Nothing is cut without saying so: raises BadField for a text longer than its field."""
    for name, value in text.items():
        if len(value) > LONGEST.get(name, SHORT):
            raise BadField(field=name, value=f"{value[:40]}… ({len(value):,})", allowed=f"<= {LONGEST.get(name, SHORT):,}")


def _show(
    request: Request, desk: Desk, session: Session, view: Wanted, status: int = 200, error: str = "", said: dict[str, str] | None = None
) -> Response:
    rows = _listed(desk, view)
    lang = lang_for(session, request, desk.lang)
    return desk.page(
        request, "information.html", session, status, leaf=Leaf(rows[view.offset : view.offset + PAGE], len(rows)), view=view, error=error,
        said=said or {}, classes=SOURCE_CLASSES, colours=COLOURS, grades=GRADES, may="officer" in rights(desk, session),
        endings=", ".join(f".{ending}" for ending in MEDIA_TYPES), units=desk.store.books.units, most=MOST_BYTES // 1024**2,
        most_files=MOST_FILES, countries=[(code, names.country(code, lang)) for code in _codes()],
    )  # fmt: skip


def _codes() -> list[str]:
    return [row["country_code"] for row in names.reference("countries")]


def _one(desk: Desk, number: int) -> dict[str, Any]:
    with desk.store.engine.connect() as con:
        found = next((row for row in all_information(con) if row["information_id"] == number), None)
    if found is None:
        raise HTTPException(404)
    return found


@information.get("/information/{number:int}.json")
def entry_json(desk: Here, session: Who, number: Number) -> Response:
    """One entry with its files."""
    row = _one(desk, number)
    with desk.store.engine.connect() as con:
        files = attachments_of_information(con, number)
    told = [{name: one[name] for name in ("attachment_id", "name", "media_type", "size_bytes", "sha256")} for one in files]
    return JSONResponse({name: plain(row[name]) for name in COLUMNS} | {"files": told})


@information.get("/information/{number:int}", include_in_schema=False)
def entry_page(request: Request, desk: Here, session: Who, number: Number) -> Response:
    return _show_one(request, desk, session, number)


def _show_one(
    request: Request, desk: Desk, session: Session, number: int, status: int = 200, error: str = "", said: dict[str, str] | None = None
) -> Response:
    row = _one(desk, number)
    with desk.store.engine.connect() as con:
        files, trail = attachments_of_information(con, number), audit.trail(con, f"information {number}")
    return desk.page(
        request, "entry.html", session, status, path=f"/information/{number}", told=row, files=files, trail=trail, error=error,
        said=said or {}, colours=COLOURS,
        units=desk.store.books.units, may=_may_promote(desk, session, row), alike=_alike(desk, row),
    )  # fmt: skip


def _may_promote(desk: Desk, session: Session, row: dict[str, Any]) -> bool:
    """By role and unit, as when it is done."""
    if row["case_id"] is not None:
        return False
    with desk.store.engine.connect() as con:
        try:
            acting(con, desk.store.books.units, session.person.login, "officer", row["unit_id"], desk.today)
        except (RoleNeeded, OutsideUnit):
            return False
    return True


def _alike(desk: Desk, row: dict[str, Any]) -> list[Row]:
    """The night's warnings on the same product, those of the same origin first; none where the product has no code."""
    if len(row["product_code"]) < 4:
        return []
    try:
        with desk.nights.reading() as night:
            found = night.rows("measure_warnings", [[row["product_code"]]])
    except NoNight:
        return []
    return sorted(found, key=lambda one: one["origin_country"] != row["origin_country"])


@information.get("/information/{number:int}/files/{file:int}", include_in_schema=False)
def entered_file(desk: Here, session: Who, number: Number, file: Number) -> Response:
    """A file of an entry, to be saved: it is never shown as a page of ours."""
    with desk.store.engine.connect() as con:
        return saved_file(desk, attachments_of_information(con, number), file)


@information.post("/information/{number:int}/promote", include_in_schema=False)
def make_warning(request: Request, desk: Here, session: Who, number: Number, form: Sent) -> Response:
    """Makes a warning of what was entered with another grade than 1."""
    said = {name: value.strip() for name, value in form.items() if isinstance(value, str) and name != "csrf"}
    _one(desk, number)
    try:
        _within_bounds(said)
        with desk.store.writing() as con:
            reason, colour, by = said.get("reason", ""), said.get("colour") or None, session.person.login
            made = promote(con, desk.store.books, number, reason, by=by, at=desk.clock(), colour=colour)
    except CaseError as error:
        return _show_one(request, desk, session, number, 409, error.text(lang_for(session, request, desk.lang)), said)
    return RedirectResponse(f"/warnings/{made.case_id}", status_code=303)
