"""The file of an enterprise: what was inspected and how it did beside others who trade the same goods, warnings, reports, measures."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import Field

from riskwarn.web.desk import Here, Who
from riskwarn.web.lists import MOST, PAGE, as_csv
from riskwarn.web.night import Night, Row
from riskwarn.web.paged import Leaf, Paged, as_json, leaf_of
from riskwarn.web.peers import Standing, by_heading, standing

enterprises = APIRouter()
COLUMNS = (
    "enterprise_code", "enterprise_name", "import_lot_count", "export_lot_count", "inspected_count", "failed_count", "pass_rate",
    "finding_count", "report_count", "recall_count", "rejection_count", "barrier_count", "warning_count", "first_seen_on", "last_seen_on",
)  # fmt: skip
PEER_COLUMNS = (
    "direction", "hs4", "inspected", "failed", "pass_rate", "pass_rate_lower", "pass_rate_upper", "other_inspected", "other_failed",
    "other_pass_rate", "expected_failed",
)  # fmt: skip


class Wanted(Paged):
    q: str = Field(default="", max_length=100, description="beginning of the code, or words of code or name")
    warned: bool = False


View = Annotated[Wanted, Query()]


@dataclass(frozen=True)
class Dossier:
    """All that the page shows of an enterprise."""

    row: Row
    stands: Standing
    headings: list[Row]
    findings: list[Row]
    failed_lots: list[Row]
    warnings: list[Row]
    reports: list[Row]
    barriers: list[Row]


def open_file(night: Night, code: str) -> Dossier:
    row = night.row("enterprise", [code])
    if row is None:
        raise HTTPException(404)
    strata = night.rows("enterprise_strata", [code])
    parts = [night.rows(f"enterprise_{part}", [code]) for part in ("findings", "failed_lots", "warnings", "reports", "barriers")]
    return Dossier(row, standing(strata), by_heading(strata), *parts)


def _found(night: Night, view: Wanted, rows: int, offset: int) -> Leaf:
    return leaf_of(night.rows("enterprises", [view.q.strip() or None, view.warned, rows, offset]))


@enterprises.get("/enterprises.json")
def enterprises_json(desk: Here, session: Who, view: View) -> Response:
    """Enterprises by code or name, those behind most warnings first."""
    with desk.nights.reading() as night:
        leaf = _found(night, view, MOST, 0)
    return as_json(night.as_of, total=leaf.total, enterprises=leaf.rows)


@enterprises.get("/enterprises.csv")
def enterprises_csv(desk: Here, session: Who, view: View) -> Response:
    """The same for a spreadsheet."""
    with desk.nights.reading() as night:
        leaf = _found(night, view, MOST, 0)
    return as_csv(COLUMNS, leaf.rows, f"enterprises-{night.as_of}.csv")


@enterprises.get("/enterprises", include_in_schema=False)
def enterprises_page(request: Request, desk: Here, session: Who, view: View) -> Response:
    with desk.nights.reading() as night:
        leaf = _found(night, view, PAGE, view.offset)
    return desk.page(request, "enterprises.html", session, night=night.as_of, leaf=leaf, view=view)


# A code is text as it was delivered: it may hold a slash.
@enterprises.get("/enterprises/{code:path}.json")
def enterprise_json(desk: Here, session: Who, code: str) -> Response:
    """The file of an enterprise."""
    with desk.nights.reading() as night:
        told = open_file(night, code)
    parts = asdict(told)
    return as_json(night.as_of, enterprise=parts.pop("row"), standing=parts.pop("stands"), **parts)


@enterprises.get("/enterprises/{code:path}.csv")
def enterprise_csv(desk: Here, session: Who, code: str) -> Response:
    """Its lots by direction and product heading beside those of others."""
    with desk.nights.reading() as night:
        told = open_file(night, code)
    return as_csv(PEER_COLUMNS, told.headings, f"enterprise-{night.as_of}.csv")


@enterprises.get("/enterprises/{code:path}", include_in_schema=False)
def enterprise_page(request: Request, desk: Here, session: Who, code: str) -> Response:
    with desk.nights.reading() as night:
        told = open_file(night, code)
    return desk.page(request, "enterprise.html", session, night=night.as_of, told=told)
