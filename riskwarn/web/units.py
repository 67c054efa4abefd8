"""Units: the tree by which warnings find who answers for them. It is a file that the authority writes; the console shows it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from riskwarn.cases.people import all_people
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.lists import as_csv

units = APIRouter()
COLUMNS = ("unit_id", "depth", "name_zh", "name_en", "kind", "parent", "may_issue", "districts", "people")


def rows_of(desk: Desk) -> list[dict[str, Any]]:
    """The units in the order of their tree, each with its depth and how many active people it has."""
    books = desk.store.books.units
    with desk.store.engine.connect() as con:
        people = Counter(books.known(one.unit_id) for one in all_people(con) if one.is_active)
    found: list[dict[str, Any]] = []

    def branch(unit_id: str, depth: int) -> None:
        unit = books.units[unit_id]
        found.append(
            {
                "unit_id": unit_id, "depth": depth, "name_zh": unit.name_zh, "name_en": unit.name_en, "kind": unit.kind,
                "parent": unit.parent, "may_issue": books.kinds[unit.kind], "districts": list(unit.districts), "people": people[unit_id],
            }
        )  # fmt: skip
        for child in books.units.values():
            if child.parent == unit_id:
                branch(child.unit_id, depth + 1)

    for unit in books.units.values():
        if unit.parent is None:
            branch(unit.unit_id, 0)
    return found


@units.get("/units.json")
def units_json(desk: Here, session: Who) -> Response:
    """The tree of units, each with what it may issue and the customs districts it owns."""
    return JSONResponse({"units": rows_of(desk)})


@units.get("/units.csv")
def units_csv(desk: Here, session: Who) -> Response:
    return as_csv(COLUMNS, [row | {"districts": " ".join(row["districts"])} for row in rows_of(desk)], "units.csv")


@units.get("/units", include_in_schema=False)
def units_page(request: Request, desk: Here, session: Who) -> Response:
    is_own = (desk.settings.config / "units.toml").exists()
    return desk.page(request, "units.html", session, rows=rows_of(desk), is_own=is_own)
