"""Earlier cases like this one and how they ended: what people made of the same goods, origin or hazard before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases.case_tables import case_file, case_step
from riskwarn.cases.reading import LISTED
from riskwarn.cases.tables import machine_revision, warning_case
from riskwarn.cases.work_tables import risk_information
from riskwarn.model import ALL, SERIES_COLUMNS, UNKNOWN

MOST_READ = 300  # newest candidates that are compared
SHOWN = 8
# Steps that say how a case ended or stands; the newest of them is told.
TELLING = ("verify", "dismiss", "watch", "assess", "approve", "issue", "act_first", "lift", "close", "reopen", "send_back")
ALIKE = ("product", "origin", "hazard")


@dataclass(frozen=True)
class Earlier:
    """An earlier case. ``alike`` names what it has in common (of ALIKE); ``step`` is the newest step that tells how it stands, None where
    no person took any; ``reason_class`` is that of its dismissal."""

    case_id: str
    indicator_id: str
    first_raised_on: date
    level: str
    status: str
    reason_zh: str
    reason_en: str
    state: str
    alike: tuple[str, ...]
    step: Mapping[str, Any] | None
    reason_class: str

    @property
    def is_untouched(self) -> bool:
        """The machine closed it, or lists it no more, before anybody took it up."""
        return self.state == "raised" and self.status not in LISTED


def earlier_cases(con: Connection, warning_id: str) -> list[Earlier]:
    """The machine's earlier warnings of the same direction on the same goods, or of the same origin and hazard; most alike first."""
    own = con.execute(sa.select(warning_case).where(warning_case.c.warning_id == warning_id)).one_or_none()
    parts = _parts(own.series_key) if own is not None else None
    if own is None or parts is None:
        return []
    key, same = warning_case.c.series_key, []
    if parts["product_code"] not in (ALL, UNKNOWN):
        same.append(key.contains("|".join(("", *(parts[n] for n in SERIES_COLUMNS[1:4]), "")), autoescape=True))
    if parts["hazard_category"] not in (ALL, UNKNOWN):
        same.append(key.contains("|".join(("", parts["origin_country"], parts["hazard_category"], "")), autoescape=True))
    if not same:
        return []
    before = (warning_case.c.warning_id != warning_id) & (warning_case.c.first_raised_on <= own.first_raised_on)
    query = sa.select(warning_case, case_file.c.state).join(case_file).where(before, sa.or_(*same))
    rows = con.execute(query.order_by(warning_case.c.first_raised_on.desc(), warning_case.c.warning_id).limit(MOST_READ)).all()
    ranked = sorted(((_alike(parts, row.series_key), row) for row in rows), key=lambda found: -len(found[0]))
    found = [(alike, row) for alike, row in ranked if alike][:SHOWN]
    ids = [row.warning_id for _alike_in, row in found]
    said, steps = _newest_words(con, ids), _steps(con, ids)
    return [_told(row, alike, said[row.warning_id], steps.get(row.warning_id, [])) for alike, row in found if row.warning_id in said]


def linked_information(con: Connection, case_id: str, product_code: str, origin: str) -> list[dict[str, Any]]:
    """Risk information that people entered on the same goods (the first digits agree) and, where both name one, the same origin."""
    if not product_code.isdigit():
        return []
    columns = risk_information.c
    goods = columns.product_code.startswith(product_code, autoescape=True)
    place = sa.true() if origin in (ALL, UNKNOWN) else columns.origin_country.in_((origin, UNKNOWN))
    other = columns.case_id.is_(None) | (columns.case_id != case_id)
    query = sa.select(risk_information).where(goods, place, other).order_by(columns.information_id.desc()).limit(SHOWN)
    return [dict(row) for row in con.execute(query).mappings()]


def _parts(series_key: str) -> dict[str, str] | None:
    """A series key by column; None for one of an older form."""
    values = series_key.split("|")
    return dict(zip(SERIES_COLUMNS, values, strict=True)) if len(values) == len(SERIES_COLUMNS) else None


def _alike(own: Mapping[str, str], series_key: str) -> tuple[str, ...]:
    other = _parts(series_key)
    if other is None or other["direction"] != own["direction"]:
        return ()

    def agree(*names: str) -> bool:
        return all(own[name] == other[name] and own[name] not in (ALL, UNKNOWN) for name in names)

    is_same = (agree("product_scheme", "product_code"), agree("origin_country"), agree("hazard_category"))
    return tuple(name for name, same in zip(ALIKE, is_same, strict=True) if same)


def _newest_words(con: Connection, ids: list[str]) -> dict[str, Any]:
    """What the machine said of each warning last."""
    query = sa.select(machine_revision).where(machine_revision.c.warning_id.in_(ids)).order_by(machine_revision.c.night)
    return {row["warning_id"]: row for row in con.execute(query).mappings()}


def _steps(con: Connection, ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    query = sa.select(case_step).where(case_step.c.case_id.in_(ids), case_step.c.action.in_(TELLING)).order_by(case_step.c.version)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in con.execute(query).mappings():
        found.setdefault(row["case_id"], []).append(dict(row))
    return found


def _told(row: Any, alike: tuple[str, ...], word: Mapping[str, Any], steps: list[dict[str, Any]]) -> Earlier:
    dismissed = [str(step["fields"].get("reason_class", "")) for step in steps if step["action"] == "dismiss"]
    return Earlier(
        row.warning_id, row.indicator_id, row.first_raised_on, word["level"], word["status"], word["reason_zh"], word["reason_en"],
        row.state, alike, steps[-1] if steps else None, dismissed[-1] if dismissed else "",
    )  # fmt: skip
