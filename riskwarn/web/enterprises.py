"""The file of an enterprise: what was inspected and how it did beside others who trade the same goods; warnings, complaints, reports; what
it sells abroad, and which foreign measures it met or may meet."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import Field

from riskwarn.tbtsps.symbols import parse_symbol
from riskwarn.web import measures
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.lists import MOST, PAGE, as_csv, plain
from riskwarn.web.night import Night, Row
from riskwarn.web.paged import Leaf, Paged, as_json, leaf_of
from riskwarn.web.peers import Standing, by_heading, passed, standing

enterprises = APIRouter()
COLUMNS = (
    "enterprise_code", "enterprise_name", "import_lot_count", "export_lot_count", "inspected_count", "failed_count", "pass_rate",
    "finding_count", "report_count", "recall_count", "rejection_count", "barrier_count", "warning_count", "first_seen_on", "last_seen_on",
)  # fmt: skip
PEER_COLUMNS = (
    "direction", "hs4", "inspected", "failed", "pass_rate", "pass_rate_lower", "pass_rate_upper", "other_inspected", "other_failed",
    "other_pass_rate", "expected_failed",
)  # fmt: skip
MOST_MEASURES = 50


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
    quarters: list[Row]
    findings: list[Row]
    failed_lots: list[Row]
    warnings: list[Row]
    reports: list[Row]
    barriers: list[Row]
    complaints: list[Row]
    alike: list[Row]
    profile: list[Row]
    measures: list[Row]


def open_file(desk: Desk, night: Night, code: str) -> Dossier:
    row = night.row("enterprise", [code])
    if row is None:
        raise HTTPException(404)
    strata = night.rows("enterprise_strata", [code])

    def part(name: str, *more: Any) -> list[Row]:
        return night.rows(f"enterprise_{name}", [code, *more])

    return Dossier(
        row=row, stands=standing(strata), headings=by_heading(strata), quarters=[_rated(one) for one in part("quarters")],
        findings=part("findings"), failed_lots=part("failed_lots"), warnings=part("warnings"), reports=part("reports"),
        barriers=[one | {"symbols": symbols_in(one["wto_symbol"])} for one in part("barriers")],
        complaints=night.rows("enterprise_complaints", [row["enterprise_name"] or ""]), alike=part("complaints_alike", night.as_of),
        profile=part("profile"), measures=_measures(desk, night, code),
    )  # fmt: skip


def symbols_in(text: str | None) -> list[str]:
    """The WTO symbols that a report names and that are ones; each leads to its measure."""
    found = (parse_symbol(one) for one in re.split(r"[,;、；，\n]", text or ""))
    return [str(one) for one in found if one is not None]


def _measures(desk: Desk, night: Night, code: str) -> list[Row]:
    """Foreign measures ahead that may hit it, the most urgent first."""
    leaf = measures.find(desk, night, measures.Wanted(enterprise=code[:100]), MOST_MEASURES, 0)
    return [row for row in leaf.rows if row["enterprise_code"] == code]


def _rated(row: Row) -> Row:
    """A quarter with its pass rate and the 90% interval of it."""
    rate = passed(row["failed"], row["inspected"])
    if rate is None:
        return row | {"pass_rate": None, "pass_rate_lower": None, "pass_rate_upper": None}
    return row | {"pass_rate": rate.value, "pass_rate_lower": rate.lower, "pass_rate_upper": rate.upper}


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
        told = open_file(desk, night, code)
    parts = asdict(told)
    return as_json(night.as_of, enterprise=parts.pop("row"), standing=parts.pop("stands"), **parts)


@enterprises.get("/enterprises/{code:path}.csv")
def enterprise_csv(desk: Here, session: Who, code: str) -> Response:
    """Its lots by direction and product heading beside those of others."""
    with desk.nights.reading() as night:
        told = open_file(desk, night, code)
    return as_csv(PEER_COLUMNS, told.headings, f"enterprise-{night.as_of}.csv")


@enterprises.get("/enterprises/{code:path}", include_in_schema=False)
def enterprise_page(request: Request, desk: Here, session: Who, code: str) -> Response:
    with desk.nights.reading() as night:
        told = open_file(desk, night, code)
    picture = [[plain(one[name]) for name in _DRAWN] for one in told.quarters]
    return desk.page(request, "enterprise.html", session, night=night.as_of, told=told, picture=picture)


_DRAWN = ("quarter", "pass_rate", "pass_rate_lower", "pass_rate_upper", "inspected")
