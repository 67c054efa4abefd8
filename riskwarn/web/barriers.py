"""What enterprises reported of technical barriers that they met, by measure and market; the same as `riskwarn tbtsps barriers`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from riskwarn.tbtsps.symbols import parse_symbol
from riskwarn.web.desk import Here, Who
from riskwarn.web.lists import MOST, PAGE, as_csv
from riskwarn.web.night import Night
from riskwarn.web.paged import Leaf, Paged, as_json, leaf_of

barriers = APIRouter()
COLUMNS = (
    "family", "market_country", "title", "barrier_count", "enterprise_count", "loss_cny", "compliance_cost_cny", "first_seen_on",
    "last_seen_on",
)  # fmt: skip


class Wanted(Paged):
    """Which barriers a person wants to see."""

    q: str = Field(default="", max_length=200, description="symbol, or words of the title")
    market: str = Field(default="", max_length=20)


View = Annotated[Wanted, Query()]


def find(night: Night, view: Wanted, rows: int, offset: int) -> Leaf:
    """``is_measure``: whether the symbol is one that has a page; enterprises also name none, or something else."""
    leaf = leaf_of(night.rows("barriers", [view.q.strip() or None, view.market or None, rows, offset]))
    return Leaf([row | {"is_measure": bool(row["symbol"]) or parse_symbol(row["family"]) is not None} for row in leaf.rows], leaf.total)


@barriers.get("/barriers.json")
def barriers_json(desk: Here, session: Who, view: View) -> Response:
    """Barriers met, those that cost most first."""
    with desk.nights.reading() as night:
        leaf = find(night, view, MOST, 0)
    return as_json(night.as_of, total=leaf.total, barriers=[{name: row[name] for name in COLUMNS} for row in leaf.rows])


@barriers.get("/barriers.csv")
def barriers_csv(desk: Here, session: Who, view: View) -> Response:
    """The same for a spreadsheet."""
    with desk.nights.reading() as night:
        leaf = find(night, view, MOST, 0)
    return as_csv(COLUMNS, leaf.rows, f"barriers-{night.as_of}.csv")


@barriers.get("/barriers", include_in_schema=False)
def barriers_page(request: Request, desk: Here, session: Who, view: View) -> Response:
    with desk.nights.reading() as night:
        leaf = find(night, view, PAGE, view.offset)
        markets: list[Any] = [row["market_country"] for row in night.rows("barrier_markets")]
    return desk.page(request, "barriers.html", session, night=night.as_of, leaf=leaf, view=view, markets=markets)
