"""One product of one country: month by month, who is behind it, which lots failed, what was said of it, which warnings stand on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request, Response

from riskwarn.web.desk import Here, Who
from riskwarn.web.lists import MOST, as_csv
from riskwarn.web.night import Night, Row
from riskwarn.web.paged import Leaf, as_json, leaf_of
from riskwarn.web.products import WEEKS

cell = APIRouter()
LOTS = 20
LOT_COLUMNS = (
    "inspection_id", "event_on", "result", "selection", "hazard_categories", "port_code", "enterprise_code", "enterprise_name",
    "declaration_no", "declaration_line", "product_name", "brand", "file_name", "row_no",
)  # fmt: skip
Direction = Annotated[Literal["import", "export"], Query()]
ADDRESS = "/products/{scheme}/{code}/{country}"


@dataclass(frozen=True)
class Told:
    """What the page shows; ``lots``: the failed ones, ``events``: complaints, alerts and reports; both with how many there are."""

    first: date
    last: date
    months: list[Row]
    warnings: list[Row]
    enterprises: Leaf
    lots: Leaf
    events: Leaf

    def sum(self, name: str) -> int:
        return sum(int(row[name]) for row in self.months)


def tell(night: Night, scheme: str, code: str, country: str, direction: str) -> Told:
    """The cell over the weeks of the table of products by country; 404 where nothing is known of it."""
    first, last = night.as_of - timedelta(weeks=WEEKS), night.as_of - timedelta(days=1)
    place, days = [scheme, code, country, direction], [first, last]
    lots = [code, country, direction, *days] if scheme == "HS" else ["", "", direction, *days]
    told = Told(
        first, last, night.rows("cell_months", [*place, *days]),
        night.rows("cell_warnings", [scheme, code, "CN" if direction == "export" else country, direction]),
        leaf_of(night.rows("cell_enterprises", lots)), leaf_of(night.rows("cell_lots", [*lots, LOTS, True])),
        leaf_of(night.rows("cell_events", [*place, *days])),
    )  # fmt: skip
    if not (told.months or told.warnings):
        raise HTTPException(404)
    return told


@cell.get(ADDRESS + ".json")
def cell_json(desk: Here, session: Who, scheme: str, code: str, country: str, direction: Direction = "import") -> Response:
    """A product of a country: months, warnings, enterprises, failed lots, what was said of it."""
    with desk.nights.reading() as night:
        told = tell(night, scheme, code, country, direction)
    lists = {"months": told.months, "warnings": told.warnings, "enterprises": told.enterprises.rows, "failed_lots": told.lots.rows}
    return as_json(night.as_of, first=told.first, last=told.last, **lists, events=told.events.rows)


@cell.get(ADDRESS + ".csv")
def cell_csv(desk: Here, session: Who, scheme: str, code: str, country: str, direction: Direction = "import") -> Response:
    """Its lots, failed and passed."""
    with desk.nights.reading() as night:
        told = tell(night, scheme, code, country, direction)
        values = [code if scheme == "HS" else "", country, direction, told.first, told.last, MOST, False]
        rows = [row | {"hazard_categories": "|".join(row["hazard_categories"] or ())} for row in night.rows("cell_lots", values)]
    return as_csv(LOT_COLUMNS, rows, f"lots-{night.as_of}.csv")


@cell.get(ADDRESS, include_in_schema=False)
def cell_page(
    request: Request, desk: Here, session: Who, scheme: str, code: str, country: str, direction: Direction = "import"
) -> Response:  # fmt: skip
    with desk.nights.reading() as night:
        told = tell(night, scheme, code, country, direction)
    return desk.page(
        request, "cell.html", session, night=night.as_of, told=told, scheme=scheme, code=code, country=country, direction=direction,
        most=max([int(row["failed"]) / int(row["inspected"]) for row in told.months if row["inspected"]], default=0.0), weeks=WEEKS,
    )  # fmt: skip
