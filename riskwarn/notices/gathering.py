"""The facts of a notice: from the published warning or the risk information behind a case, and from the measures taken in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn import names, warehouse
from riskwarn.cases.books import Books
from riskwarn.cases.measures import measures_of
from riskwarn.cases.reading import Case
from riskwarn.cases.tables import warning_case
from riskwarn.documents import Both, MeasureLine, WarningFacts
from riskwarn.frames import records
from riskwarn.model import ALL, UNKNOWN, monday_of
from riskwarn.settings import Settings
from riskwarn.tbtsps.refusals import Refusal
from riskwarn.text import translator


def warning_facts(settings: Settings, con: Connection, case: Case) -> WarningFacts:
    """What the case is about. Raises Refusal where its warning is not in the published night."""
    if case.warning_id is None:
        return _entered(case)
    with warehouse.open_published(settings) as night:
        rows = records(warehouse.read_warning(night, case.warning_id))
    if not rows:
        raise Refusal("not_published", warning=case.warning_id)
    key = con.execute(sa.select(warning_case.c.series_key).where(warning_case.c.warning_id == case.warning_id)).scalar_one()
    return _counted(rows[0], key, case.colour)


def measure_lines(con: Connection, books: Books, case_id: str, on: date) -> tuple[MeasureLine, ...]:
    """The measures of a case that are in force on a day or later, oldest first."""
    return tuple(_measure(row, books) for row in measures_of(con, case_id) if row["ends_on"] is None or row["ends_on"] >= on)


def _counted(row: Mapping[str, Any], series_key: str, level: str) -> WarningFacts:
    scheme = series_key.split("|")[2]
    code, origin, hazard = row["product_code"], row["origin_country"], row["hazard_category"]
    product = Both(names.product(scheme, code, "zh_CN"), names.product(scheme, code, "en"))
    return WarningFacts(
        warning_id=row["warning_id"],
        level=level,
        direction=row["direction"],
        product=None if code in (ALL, UNKNOWN) else product,
        origin=_origin(origin),
        hazard=_hazard(hazard),
        substance="" if row["substance"] in (ALL, UNKNOWN) else row["substance"],
        since=_day(row["onset_week"]),
        until=_day(row["last_week"]),
        observed=float(row["observed"]),
        expected=float(row["expected"]),
        reason=Both(row["reason_zh"], row["reason_en"]),
        sources=tuple(_source(name) for name in str(row["sources"]).replace(",", " ").split()),
        evidence_count=int(row["evidence_count"]),
        hs_codes=(code,) if scheme == "HS" and code.isdigit() else (),
        hazard_category="" if hazard in (ALL, UNKNOWN) else hazard,
    )


def _entered(case: Case) -> WarningFacts:
    """Risk information that a person entered: not counted, so without figures."""
    row = case.information or {}
    code = row["product_code"]
    named = (
        Both(names.product("HS", code[:4], "zh_CN"), names.product("HS", code[:4], "en")) if code else Both(row["product"], row["product"])
    )
    week = monday_of(row["entered_on"])
    return WarningFacts(
        warning_id=case.case_id,
        level=case.colour,
        direction=row["direction"],
        product=named,
        origin=_origin(row["origin_country"]),
        hazard=Both(row["hazard"], row["hazard"]) if row["hazard"] else None,
        substance="",
        since=week,
        until=week,
        observed=None,
        expected=None,
        reason=Both(row["text"], row["text"]),
        sources=(_class(row["source_class"]),),
        evidence_count=1,
        hs_codes=(code,) if code else (),
        is_entered=True,
    )


def _measure(row: Mapping[str, Any], books: Books) -> MeasureLine:
    kind = books.kinds.get(row["kind"])
    what = Both(kind.name_zh, kind.name_en) if kind else Both(row["kind"], row["kind"])
    owner = Both(books.units.name(row["owner"], "zh_CN"), books.units.name(row["owner"], "en"))
    return MeasureLine(what, Both(row["scope"], row["scope"]), row["starts_on"], row["ends_on"], owner)


def _origin(code: str) -> Both | None:
    return None if code in (ALL, UNKNOWN, "") else Both(names.country(code, "zh_CN"), names.country(code, "en"))


def _hazard(category: str) -> Both | None:
    return None if category in (ALL, UNKNOWN) else Both(names.hazard(category, "zh_CN"), names.hazard(category, "en"))


def _source(name: str) -> Both:
    return Both(translator("zh_CN")(f"source {name}"), translator("en")(f"source {name}"))


def _class(source_class: str) -> Both:
    return Both(translator("zh_CN")(f"source class {source_class}"), translator("en")(f"source class {source_class}"))


def _day(value: Any) -> date:
    return date.fromisoformat(str(value)[:10])
