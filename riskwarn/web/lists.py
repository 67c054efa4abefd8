"""The warning list: machine's word beside people's, filtered, sorted, paged; the same as JSON and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field

from riskwarn.cases.accounts import Session, prefer
from riskwarn.cases.audit import head_of
from riskwarn.cases.case_tables import case_file
from riskwarn.cases.deadlines import due_in_state
from riskwarn.cases.reading import case_marks
from riskwarn.cases.tables import warning_case
from riskwarn.cases.views import MOST as MOST_VIEWS
from riskwarn.cases.views import views_of
from riskwarn.notify.formats import neutral
from riskwarn.report import read_report
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.guard import lang_for
from riskwarn.web.night import Night, Row

lists = APIRouter()
PAGE = 50
MOST = 10_000  # rows of a CSV or JSON answer
WHOSE = ("unit", "all", "me")
ORDERS = ("gravity", "newest", "ratio", "product", "origin")
PUBLIC = (
    "warning_id", "level", "status", "indicator_id", "direction", "product_scheme", "product_code", "product_name_zh", "product_name_en",
    "origin_country", "hazard_category", "substance", "reach", "onset_week", "last_week", "first_raised_on", "observed", "expected",
    "ratio_lower", "p_value", "q_value", "reason_zh", "reason_en", "level_reason_zh", "level_reason_en", "sources", "evidence_count",
    "state", "unit_id", "assignee", "due_on", "is_new",
)  # fmt: skip


class Wish(BaseModel):
    """What of the list a person wants to see; every part is in the address, so that a view can be kept as a bookmark."""

    model_config = ConfigDict(frozen=True)

    q: str = Field(default="", max_length=200, description="words of product, origin, hazard, reason or number")
    colour: list[str] = Field(default=[], max_length=4)
    product: str = Field(default="", max_length=60, description="beginning of the product code")
    origin: str = Field(default="", max_length=20)
    hazard: str = Field(default="", max_length=60)
    indicator: str = Field(default="", max_length=60)
    state: str = Field(default="", max_length=24)
    mine: str = Field(
        default="", max_length=8, description="all; unit: my unit and below; me: assigned to me; empty: unit, of the root all"
    )
    new: bool = False
    closed: bool = False
    order: str = Field(default="gravity", max_length=20)
    page: int = Field(default=1, ge=1, le=1000)

    def address(self, **changes: Any) -> str:
        """The query of this wish with some parts changed."""
        parts = {**self.model_dump(), "page": 1, **changes}
        given = {name: value for name, value in parts.items() if value not in ("", False, [], None) and (name, value) != ("page", 1)}
        return urlencode(given, doseq=True)


def settled(desk: Here, session: Who, wish: Annotated[Wish, Query()]) -> Wish:
    """The wish with whose warnings it asks for: unless that is said, those of the own unit, of the root's people all."""
    if wish.mine in WHOSE:
        return wish
    units = desk.store.books.units
    return wish.model_copy(update={"mine": "all" if units.known(session.person.unit_id) == units.root else "unit"})


View = Annotated[Wish, Depends(settled)]


@dataclass(frozen=True)
class Found:
    rows: list[Row]
    total: int


def find(desk: Desk, night: Night, session: Session, wish: Wish, rows: int, offset: int) -> Found:
    """One page of the list, each row with its case: state, unit, assignee, due time, whether it is new to this person."""
    ids = _wanted_ids(desk, night, session, wish)
    page = list(ids[offset : offset + rows])
    found = night.rows("warnings", [page]) if page else []
    with desk.store.engine.connect() as con:
        cases = case_marks(con, page) if page else {}
    return Found([_joined(desk, row, cases.get(row["warning_id"]), session) for row in found], len(ids))


def _wanted_ids(desk: Desk, night: Night, session: Session, wish: Wish) -> Sequence[str]:
    """The warnings of a wish in its order: what the night says of them, then what people did with them."""
    since = session.before_night if wish.new else None
    values = [
        wish.q.strip() or None, wish.colour or None, wish.product or None, wish.origin or None, wish.hazard or None, wish.indicator or None,
        since, wish.closed, wish.order if wish.order in ORDERS else "gravity",
    ]  # fmt: skip
    ids = night.order("warning_ids", values)
    allowed = _wanted_cases(desk, night, session, wish)
    return ids if allowed is None else [one for one in ids if one in allowed]


def _wanted_cases(desk: Desk, night: Night, session: Session, wish: Wish) -> frozenset[str] | None:
    """The cases that people's part of the wish allows; None where it says nothing. Asked again when anything in the store has changed,
    which the head of its audit trail tells."""
    units = desk.store.books.units
    mine = [unit for unit in units.units if units.covers(session.person.unit_id, unit)] if wish.mine == "unit" else []
    is_all = len(mine) == len(units.units)  # the root's own people
    if not wish.state and wish.mine != "me" and (is_all or not mine):
        return None
    query = sa.select(case_file.c.case_id).join(warning_case)
    if wish.state:
        query = query.where(case_file.c.state == wish.state)
    if wish.mine == "me":
        query = query.where(case_file.c.assignee == session.person.login)
    if mine and not is_all:
        owner = sa.func.coalesce(case_file.c.unit_id, warning_case.c.proposed_unit_id, units.root)  # what nobody owns is the root's
        query = query.where(owner.in_(mine))
    with desk.store.engine.connect() as con:
        key = (head_of(con), wish.state, tuple(mine), session.person.login if wish.mine == "me" else "")
        return night.cases(key, lambda: frozenset(con.execute(query).scalars()))


def _joined(desk: Desk, row: Row, case: Any, session: Session) -> Row:
    """The machine's row with people's marks; a warning that the store does not know yet is as raised."""
    before: date | None = session.before_night
    books = desk.store.books
    is_gone = case is not None and case.state == "raised" and row["status"] not in ("open", "quiet")  # nothing left to take up
    due_on = None
    if case is not None and not is_gone:
        due_on = due_in_state(books, case.state, case.colour or row["level"], case.entered_on, case.watch_until)
    return row | {
        "state": case.state if case else "raised",
        "unit_id": books.units.known(case.unit_id if case else None),
        "assignee": case.assignee if case else None,
        "due_on": due_on,
        "is_new": before is not None and row["first_raised_on"] > before,
    }


@lists.get("/", include_in_schema=False)
def home() -> Response:
    return RedirectResponse("/warnings", status_code=303)


@lists.get("/warnings", include_in_schema=False)
def warnings_page(request: Request, desk: Here, session: Who, wish: View) -> Response:
    with desk.nights.reading() as night:
        found = find(desk, night, session, wish, PAGE, (wish.page - 1) * PAGE)
        rows = _drawn(request, desk, night, session, found.rows)
        # How many each choice of "whose" would show under the same filters, and how many came since the person's last visit.
        counts = {one: len(_wanted_ids(desk, night, session, wish.model_copy(update={"mine": one}))) for one in _whose(desk, session)}
        news = len(_wanted_ids(desk, night, session, Wish(mine=wish.mine, new=True))) if session.before_night else 0
    if session.visited_night != night.as_of:
        with desk.store.engine.begin() as con:
            prefer(con, session.person.login, night=night.as_of)
    with desk.store.engine.connect() as con:
        views = views_of(con, session.person.login)
    pages = max(1, -(-found.total // PAGE))
    report = read_report(desk.settings, night.as_of)
    fdr = report.estimated_fdr if report else None
    return desk.page(
        request, "warnings.html", session, night=night.as_of, fdr=fdr, found=found, rows=rows, wish=wish, pages=pages, states=STATES,
        orders=ORDERS, counts=counts, news=news, since=session.before_night, views=views, here=wish.address(), most_views=MOST_VIEWS,
    )  # fmt: skip


def _whose(desk: Desk, session: Session) -> tuple[str, ...]:
    """What may be chosen: of the root's people every unit is their own."""
    units = desk.store.books.units
    return WHOSE[1:] if units.known(session.person.unit_id) == units.root else WHOSE


def _drawn(request: Request, desk: Desk, night: Night, session: Session, rows: list[Row]) -> list[Markup]:
    """The rows as they are shown. Most look the same to all and from one view to the next: each is drawn once a night, language and day
    until people's marks on it change."""
    sparks = {row["warning_id"]: row["observed"] for row in night.rows("sparks", [[row["warning_id"] for row in rows]])}
    units, today = desk.store.books.units, desk.today
    about = (lang_for(session, request, desk.lang), request.scope.get("root_path", ""), today)

    def draw(row: Row) -> Markup:
        key = (*about, *(row[name] for name in ("warning_id", "state", "unit_id", "assignee", "due_on", "is_new")))
        said = {"row": row, "sparks": sparks, "today": today, "units": units}
        return night.piece(key, lambda: desk.piece(request, "warnings_row.html", session, **said))

    return [draw(row) for row in rows]


STATES = ("raised", "under_review", "watching", "verified", "joint_assessment", "approved", "issued", "lifted", "dismissed", "closed")


@lists.get("/warnings.json")
def warnings_json(desk: Here, session: Who, wish: View) -> Response:
    """The list as the page shows it, all rows."""
    with desk.nights.reading() as night:
        found = find(desk, night, session, wish, MOST, 0)
    rows = [{name: plain(row[name]) for name in PUBLIC} for row in found.rows]
    return JSONResponse({"night": night.as_of.isoformat(), "total": found.total, "warnings": rows})


@lists.get("/warnings.csv")
def warnings_csv(desk: Here, session: Who, wish: View) -> Response:
    """The list for a spreadsheet: UTF-8 with a byte order mark, no cell that would run as a formula."""
    with desk.nights.reading() as night:
        found = find(desk, night, session, wish, MOST, 0)
    return as_csv(PUBLIC, found.rows, f"warnings-{night.as_of}.csv")


def as_csv(columns: tuple[str, ...], rows: list[Row], name: str) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([neutral(plain(row[column])) for column in columns] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def plain(value: Any) -> Any:
    """As JSON and CSV keep it: days as text, no NaN."""
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, float) and value != value else value
