"""What the review budget held back: each night's openings that were not listed, with the rule that kept them off."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from riskwarn.web.desk import Here, Who
from riskwarn.web.lists import MOST, PAGE, as_csv
from riskwarn.web.night import Night
from riskwarn.web.paged import Leaf, Paged, as_json, leaf_of

cut = APIRouter()
COLUMNS = (
    "cut_on", "cut_rank", "opened_count", "list_budget", "warning_id", "level", "indicator_id", "direction", "product_scheme",
    "product_code", "product_name_zh", "product_name_en", "origin_country", "hazard_category", "substance", "observed", "expected",
    "ratio_lower", "window_weeks", "p_value", "q_value", "reason_zh", "reason_en", "cut_reason_zh", "cut_reason_en", "sources", "listed_as",
)  # fmt: skip


class Wanted(Paged):
    q: str = Field(default="", max_length=200, description="words of product, origin, hazard or sentence")
    untold: bool = False  # only those that no warning tells of tonight


View = Annotated[Wanted, Query()]


def _found(night: Night, view: Wanted, rows: int, offset: int) -> Leaf:
    return leaf_of(night.rows("cut", [view.q.strip() or None, view.untold, rows, offset]))


@cut.get("/cut.json")
def cut_json(desk: Here, session: Who, view: View) -> Response:
    """What was held back, newest night first."""
    with desk.nights.reading() as night:
        leaf = _found(night, view, MOST, 0)
    return as_json(night.as_of, total=leaf.total, cut=[{name: row[name] for name in COLUMNS} for row in leaf.rows])


@cut.get("/cut.csv")
def cut_csv(desk: Here, session: Who, view: View) -> Response:
    """The same for a spreadsheet."""
    with desk.nights.reading() as night:
        leaf = _found(night, view, MOST, 0)
    return as_csv(COLUMNS, leaf.rows, f"cut-{night.as_of}.csv")


@cut.get("/cut", include_in_schema=False)
def cut_page(request: Request, desk: Here, session: Who, view: View) -> Response:
    with desk.nights.reading() as night:
        leaf = _found(night, view, PAGE, view.offset)
    return desk.page(request, "cut.html", session, night=night.as_of, leaf=leaf, view=view, budget=desk.settings.list_budget)
