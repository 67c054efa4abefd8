"""Measures ahead: which foreign measures may hit whom, and by when an enterprise has to speak; the same rules as `riskwarn measures`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, field_validator

from riskwarn.tbtsps.comments import extended_deadlines
from riskwarn.tbtsps.symbols import parse_symbol
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.lists import MOST, PAGE, as_csv
from riskwarn.web.night import Night, Row
from riskwarn.web.paged import Leaf, Paged, as_json, leaf_of
from riskwarn.workdays import COMMENT_LEAD, workdays_before, workdays_between

measures = APIRouter()
STAGES = ("comments", "no_deadline", "adopted", "in_force")
WITHIN = (7, 14, 30, 60)  # days left that the page offers
COLUMNS = (
    "symbol", "area", "title", "document_kind", "stage", "market_country", "enterprise_code", "enterprise_name", "hs_code", "match_level",
    "matched_words", "score", "internal_deadline", "workdays_left", "comment_deadline_on", "is_extended", "days_left", "adoption_on",
    "entry_into_force_on", "barrier_count", "loss_cny", "compliance_cost_cny", "document_url",
)  # fmt: skip


class Wanted(Paged):
    """Which measures a person wants to see."""

    q: str = Field(default="", max_length=200, description="symbol, or words of the title")
    enterprise: str = Field(default="", max_length=100, description="code or words of the name")
    market: str = Field(default="", max_length=20)
    within: int | None = Field(default=None, ge=0, le=3650, description="at most so many days left")
    stage: str = Field(default="", max_length=20)
    broad: bool = False

    @field_validator("within", mode="before")
    @classmethod
    def _any(cls, value: Any) -> Any:
        """A form sends also the fields left empty."""
        return None if value == "" else value


View = Annotated[Wanted, Query()]


def find(desk: Desk, night: Night, view: Wanted, rows: int, offset: int) -> Leaf:
    """Measures ahead with the day by which a comment must be here, and how many working days are left until then."""
    granted = extended_deadlines(desk.store)
    values = [
        view.enterprise.strip() or None, view.market or None, view.broad, view.within, view.stage or None, list(granted),
        list(granted.values()), night.as_of, rows, offset, view.q.strip() or None,
    ]  # fmt: skip
    leaf = leaf_of(night.rows("measures", values))
    return Leaf([dated(row, night.as_of) for row in leaf.rows], leaf.total)


def dated(row: Row, night: date) -> Row:
    """``internal_deadline``: as many working days before the WTO's as collecting and reviewing take; ``workdays_left`` until then, 0
    where it has passed."""
    closes = row["comment_deadline_on"]
    inside = workdays_before(closes, COMMENT_LEAD) if closes else None
    left = None if inside is None else workdays_between(night, inside)
    return row | {"internal_deadline": inside, "workdays_left": left, "document_url": web_address(row["document_url"])}


def web_address(text: str | None) -> str | None:
    """An address that a link may lead to: the web's own schemes only (a delivered text may be anything)."""
    return text if text and text.lower().startswith(("https://", "http://")) and not any(c.isspace() for c in text) else None


@measures.get("/measures.json")
def measures_json(desk: Here, session: Who, view: View) -> Response:
    """Measures ahead as the page shows them, all rows."""
    with desk.nights.reading() as night:
        leaf = find(desk, night, view, MOST, 0)
    return as_json(night.as_of, total=leaf.total, measures=[{name: row[name] for name in COLUMNS} for row in leaf.rows])


@measures.get("/measures.csv")
def measures_csv(desk: Here, session: Who, view: View) -> Response:
    """Measures ahead for a spreadsheet."""
    with desk.nights.reading() as night:
        leaf = find(desk, night, view, MOST, 0)
    rows = [row | {"matched_words": "; ".join(row["matched_words"] or [])} for row in leaf.rows]
    return as_csv(COLUMNS, rows, f"measures-{night.as_of}.csv")


@measures.get("/measures", include_in_schema=False)
def measures_page(request: Request, desk: Here, session: Who, view: View) -> Response:
    with desk.nights.reading() as night:
        leaf: Leaf = find(desk, night, view, PAGE, view.offset)
        markets: list[Any] = [row["market_country"] for row in night.rows("measure_markets")]
    return desk.page(
        request, "measures.html", session, night=night.as_of, leaf=leaf, view=view, markets=markets, stages=STAGES, within=WITHIN,
        lead=COMMENT_LEAD, asked=parse_symbol(view.q),
    )  # fmt: skip
