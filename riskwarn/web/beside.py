"""What stands beside a warning: foreign measures and alerts on the same goods, earlier cases and how they ended, how firm its colour is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from riskwarn.cases.similar import Earlier, earlier_cases, linked_information
from riskwarn.indicators import load_indicators
from riskwarn.tbtsps.comments import extended_deadlines
from riskwarn.web.desk import Desk
from riskwarn.web.firmness import Firmness, firmness
from riskwarn.web.measures import web_address
from riskwarn.web.night import Night, Row


@dataclass(frozen=True)
class Denominator:
    """What the count is measured against. ``kind``: inspected | declared_lots | none | combined; ``lots`` in the judged weeks, None where
    there is none; ``first_week`` to ``last_week`` are those weeks."""

    kind: str
    lots: float | None
    weeks: int


@dataclass(frozen=True)
class Beside:
    wto: list[Row]
    wto_total: int
    alerts: list[Row]
    alerts_total: int
    earlier: list[Earlier]
    information: list[dict[str, Any]]
    firm: Firmness | None
    denominator: Denominator


def beside(desk: Desk, night: Night, row: Row, explanation: Row | None, scenarios: list[Row], weeks: list[Row]) -> Beside:
    """Read from the published night and, for what people did, from the case store."""
    warning_id = row["warning_id"]
    granted = extended_deadlines(desk.store)
    wto = night.rows("wto_touching", [warning_id, list(granted), list(granted.values())])
    alerts = night.rows("alerts_beside", [warning_id])
    with desk.store.engine.connect() as con:
        earlier = earlier_cases(con, warning_id)
        information = linked_information(con, warning_id, row["product_code"], row["origin_country"])
    return Beside(
        [one | {"document_url": web_address(one["document_url"])} for one in wto], _total(wto),
        [one | {"url": web_address(one["url"])} for one in alerts], _total(alerts),
        earlier, information, firmness(row, explanation, scenarios), denominator(row, weeks),
    )  # fmt: skip


def denominator(row: Row, weeks: list[Row]) -> Denominator:
    """Lots inspected or declared in the judged weeks, by what the indicator divides by."""
    own = next((one for one in load_indicators() if one.id == row["indicator_id"]), None)
    if own is None or not own.denominator:
        return Denominator("combined" if own is not None and own.kind == "combined" else "none", None, int(row["window_weeks"]))
    name = "inspected" if own.denominator == "inspected" else "declared"
    judged = [week[name] for week in weeks if week["week"] <= row["last_week"]][-int(row["window_weeks"]) :]
    known = [lots for lots in judged if lots is not None]
    return Denominator(own.denominator, sum(known) if known else None, len(judged))


def _total(rows: list[Row]) -> int:
    return int(rows[0]["total"]) if rows else 0
