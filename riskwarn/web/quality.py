"""How good our warnings are: what people verified or dismissed, how long it took, by indicator and month; what the last backtest found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from riskwarn.cases.courses import Course, courses, record_of
from riskwarn.cases.quality import predictive_value
from riskwarn.report import read_backtest
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.lists import as_csv

quality = APIRouter()
COUNTS = ("raised", "right", "wrong", "neither", "waiting")
FIGURES = ("value", "lower", "upper", "decision_days", "lead_days", "acts")
COLUMNS = (
    "indicator_id", "right", "wrong", "neither", "waiting", "predictive_value", "lower", "upper", "median_days_to_judgement",
    "median_lead_days", "acts",
)  # fmt: skip
MONTH_COLUMNS = ("indicator_id", "month", *COUNTS, *FIGURES)
EVENT_COLUMNS = (
    "name", "source", "status", "stratum", "visible_from", "official_on", "first_raised_on", "lead_days", "delay_days", "known",
    "placebo_hits", "placebo_lanes",
)  # fmt: skip
MONTHS = 24
Indicator = Annotated[str, Query(max_length=60)]


def _courses(desk: Desk) -> list[Course]:
    with desk.store.engine.connect() as con:
        return courses(con, desk.store.books.life, desk.today)


def told(desk: Desk) -> list[dict[str, Any]]:
    """One row an indicator; the predictive value with its 95% Wilson interval, None where nothing was judged."""
    found = _courses(desk)
    with desk.store.engine.connect() as con:
        reasons = {one.indicator_id: one.reasons for one in predictive_value(con, desk.store.books.life, desk.today)}
    rows = []
    for indicator in sorted({one.indicator_id for one in found}):
        record = record_of(one for one in found if one.indicator_id == indicator)
        rows.append(
            {
                "indicator_id": indicator, "right": record.right, "wrong": record.wrong, "neither": record.neither,
                "waiting": record.waiting, "predictive_value": record.value, "lower": record.lower, "upper": record.upper,
                "median_days_to_judgement": record.decision_days, "median_lead_days": record.lead_days, "acts": record.acts,
                "reasons": reasons.get(indicator, {}),
            }
        )  # fmt: skip
    return rows


def by_month(found: Iterable[Course], indicator: str = "") -> list[dict[str, Any]]:
    """One row a month in which warnings were raised, newest first; of one indicator, or of all."""
    mine = [one for one in found if indicator in ("", one.indicator_id)]
    months = sorted({one.month for one in mine}, reverse=True)
    return [{"indicator_id": indicator, "month": month, **asdict(record_of(one for one in mine if one.month == month))} for month in months]


@quality.get("/quality.json")
def quality_json(desk: Here, session: Who) -> Response:
    """By indicator and by month: right, wrong, neither, waiting, predictive value with its interval, days to a judgement, lead; and what
    the last backtest found.
    """
    return JSONResponse({"indicators": told(desk), "months": _all_months(desk), "backtest": read_backtest(desk.settings)})


def _all_months(desk: Desk) -> list[dict[str, Any]]:
    found = _courses(desk)
    indicators = sorted({one.indicator_id for one in found})
    return [row for indicator in ("", *indicators) for row in by_month(found, indicator)] if indicators else []


@quality.get("/quality.csv")
def quality_csv(desk: Here, session: Who) -> Response:
    return as_csv(COLUMNS, told(desk), "quality.csv")


@quality.get("/quality-months.csv")
def months_csv(desk: Here, session: Who) -> Response:
    """By indicator (empty: all) and month in which warnings were first raised."""
    return as_csv(MONTH_COLUMNS, _all_months(desk), "quality-months.csv")


@quality.get("/quality-backtest.csv")
def backtest_csv(desk: Here, session: Who) -> Response:
    """The documented events of the last backtest, one a row."""
    found = read_backtest(desk.settings)
    return as_csv(EVENT_COLUMNS, found["outcomes"] if found else [], "backtest.csv")


@quality.get("/quality", include_in_schema=False)
def quality_page(request: Request, desk: Here, session: Who, indicator: Indicator = "") -> Response:
    rows, months = told(desk), by_month(_courses(desk), indicator)[:MONTHS]
    picture = [[row["month"], *(row[name] for name in FIGURES[:5])] for row in reversed(months)]
    return desk.page(
        request, "quality.html", session, rows=rows, months=months, picture=picture, indicator=indicator,
        is_decided=any(value is not None for _month, *values in picture for value in values), backtest=read_backtest(desk.settings),
    )  # fmt: skip
