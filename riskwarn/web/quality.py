"""How good our warnings are: what people verified or dismissed, by indicator, and how long a judgement takes."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from riskwarn.cases.quality import days_to_judgement, predictive_value
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.lists import as_csv

quality = APIRouter()
COLUMNS = ("indicator_id", "right", "wrong", "neither", "waiting", "predictive_value", "lower", "upper", "median_days_to_judgement")


def told(desk: Desk) -> list[dict[str, Any]]:
    """One row an indicator; the predictive value with its 95% Wilson interval, None where nothing was judged."""
    with desk.store.engine.connect() as con:
        found, days = predictive_value(con, desk.store.books.life, desk.today), days_to_judgement(con, desk.today)
    return [
        {
            "indicator_id": one.indicator_id, "right": one.right, "wrong": one.wrong, "neither": one.neither, "waiting": one.waiting,
            "predictive_value": one.value, "lower": one.interval[0] if one.value is not None else None,
            "upper": one.interval[1] if one.value is not None else None, "median_days_to_judgement": days.get(one.indicator_id),
            "reasons": one.reasons,
        }
        for one in found
    ]  # fmt: skip


@quality.get("/quality.json")
def quality_json(desk: Here, session: Who) -> Response:
    """By indicator: right, wrong, neither, waiting, predictive value with its interval, days to a judgement."""
    return JSONResponse({"indicators": told(desk)})


@quality.get("/quality.csv")
def quality_csv(desk: Here, session: Who) -> Response:
    return as_csv(COLUMNS, told(desk), "quality.csv")


@quality.get("/quality", include_in_schema=False)
def quality_page(request: Request, desk: Here, session: Who) -> Response:
    return desk.page(request, "quality.html", session, rows=told(desk))
