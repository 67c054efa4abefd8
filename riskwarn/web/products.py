"""Products by country: where the failures, complaints and alerts of the last half year lie, as a table with figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from riskwarn.model import ALL, UNKNOWN
from riskwarn.web.desk import Here, Who
from riskwarn.web.lists import as_csv
from riskwarn.web.night import Night, Row
from riskwarn.web.paged import as_json

products = APIRouter()
WEEKS = 26
PRODUCTS, COUNTRIES = 20, 15
FEW = 10  # lots; of fewer a share says little, and the cell stays without colour
SHARE_STEPS = (0.01, 0.02, 0.05, 0.10)  # a share in step n is at least SHARE_STEPS[n - 2]; step 1 is anything above none
COUNT_STEPS = (3, 6, 11, 21)
WHATS = ("failed", "complaints", "alerts", "reports")
COLUMNS = ("product_scheme", "product_code", "country", "observed", "inspected", "share", "warnings")
Key = tuple[str, str]  # scheme and code of a product
T = TypeVar("T", str, Key)


class Wanted(BaseModel):
    """Which table a person wants to see."""

    model_config = ConfigDict(frozen=True)

    direction: Literal["import", "export"] = "import"
    what: Literal["failed", "complaints", "alerts", "reports"] = "failed"

    def address(self) -> str:
        return urlencode(self.model_dump())


View = Annotated[Wanted, Query()]


@dataclass(frozen=True)
class Cell:
    """``observed`` events, of ``inspected`` lots where lots are counted; ``step`` 0 (none) to 5 (most); ``is_few``: too few lots to say."""

    observed: int
    inspected: int | None

    @property
    def share(self) -> float | None:
        return self.observed / self.inspected if self.inspected else None

    @property
    def is_few(self) -> bool:
        return self.inspected is not None and self.inspected < FEW

    @property
    def step(self) -> int:
        if not self.observed or self.is_few:
            return 0
        value, steps = (self.observed, COUNT_STEPS) if self.share is None else (self.share, SHARE_STEPS)
        return 1 + sum(value >= start for start in steps)


@dataclass(frozen=True)
class Heat:
    """Cells of the most active products and of the countries most active in them; ``whole`` by product over all countries.
    ``left_out``: events without a named product or country; ``first`` to ``last``: the days counted, both included. ``warnings``: active
    ones by product and origin, all of a product's under ALL.
    """

    first: date
    last: date
    products: tuple[Key, ...]
    countries: tuple[str, ...]
    cells: dict[tuple[Key, str], Cell]
    whole: dict[Key, Cell]
    left_out: int
    warnings: dict[tuple[Key, str], int]


def heat(night: Night, view: Wanted) -> Heat:
    first, last = night.as_of - timedelta(weeks=WEEKS), night.as_of - timedelta(days=1)
    rows = night.rows("heat", [view.what, view.direction, first, last])
    named = [row for row in rows if UNKNOWN not in (row["product_code"], row["country"])]
    by_product: Counter[Key] = Counter()
    for row in named:
        by_product[_key(row)] += _activity(row)
    chosen = _most(by_product, PRODUCTS)
    by_country: Counter[str] = Counter()
    for row in named:
        by_country[row["country"]] += _activity(row) if _key(row) in chosen else 0
    countries = _most(+by_country, COUNTRIES)
    cells = {(_key(row), row["country"]): Cell(row["observed"], row["inspected"]) for row in named}
    whole = {key: _sum(cell for (product, _), cell in cells.items() if product == key) for key in chosen}
    left_out = sum(row["observed"] for row in rows) - sum(row["observed"] for row in named)
    return Heat(first, last, chosen, countries, cells, whole, left_out, _warnings(night, view))


def _warnings(night: Night, view: Wanted) -> dict[tuple[Key, str], int]:
    counts: Counter[tuple[Key, str]] = Counter()
    for row in night.rows("heat_warnings", [view.direction]):
        # The place of a warning on every origin is the row's heading, where all warnings of the product are counted.
        places = {ALL} if view.direction == "export" else {ALL, row["origin_country"]}
        for place in places:
            counts[_key(row), place] += row["warning_count"]
    return dict(counts)


def _key(row: Row) -> Key:
    return row["product_scheme"], row["product_code"]


def _activity(row: Row) -> int:
    """Lots where lots are counted, else events."""
    return int(row["observed"] if row["inspected"] is None else row["inspected"])


def _most(counts: Counter[T], most: int) -> tuple[T, ...]:
    """The keys with the highest counts, ties in order of the key."""
    return tuple(sorted(counts, key=lambda key: (-counts[key], key))[:most])


def _sum(cells: Iterable[Cell]) -> Cell:
    found = list(cells)
    lots = [cell.inspected for cell in found if cell.inspected is not None]
    return Cell(sum(cell.observed for cell in found), sum(lots) if lots else None)


def _rows(table: Heat) -> list[Row]:
    """The cells shown, one a row."""
    found = [(key, country, table.cells.get((key, country))) for key in table.products for country in table.countries]
    return [
        {
            "product_scheme": key[0],
            "product_code": key[1],
            "country": country,
            "observed": c.observed,
            "inspected": c.inspected,
            "share": c.share,
            "warnings": table.warnings.get((key, country), 0),
        }
        for key, country, c in found
        if c is not None
    ]


@products.get("/products.json")
def products_json(desk: Here, session: Who, view: View) -> Response:
    """The cells of the table: events by product and country in the window, with the lots inspected where lots are counted."""
    with desk.nights.reading() as night:
        table = heat(night, view)
    return as_json(night.as_of, first=table.first, last=table.last, left_out=table.left_out, cells=_rows(table))


@products.get("/products.csv")
def products_csv(desk: Here, session: Who, view: View) -> Response:
    """The same for a spreadsheet."""
    with desk.nights.reading() as night:
        table = heat(night, view)
    return as_csv(COLUMNS, _rows(table), f"products-{view.direction}-{view.what}-{night.as_of}.csv")


@products.get("/products", include_in_schema=False)
def products_page(request: Request, desk: Here, session: Who, view: View) -> Response:
    with desk.nights.reading() as night:
        table = heat(night, view)
    steps = SHARE_STEPS if view.what == "failed" else COUNT_STEPS
    return desk.page(
        request, "products.html", session, night=night.as_of, table=table, view=view, whats=WHATS, steps=steps, weeks=WEEKS, few=FEW,
    )  # fmt: skip
