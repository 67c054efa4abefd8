"""Risk information that people enter. Grade 1 is a warning at once; the other grades wait until somebody makes them one.

It never enters statistics: the nights read deliveries, not this table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases import audit
from riskwarn.cases.attachments import Stored
from riskwarn.cases.books import Books
from riskwarn.cases.case_tables import case_file
from riskwarn.cases.errors import BadField, MissingField, NotReady, UnknownEntry
from riskwarn.cases.follow_ups import note_attachment
from riskwarn.cases.lifecycle import COLOURS
from riskwarn.cases.people import Actor, acting
from riskwarn.cases.work_tables import attachment, risk_information
from riskwarn.model import UNKNOWN, Direction
from riskwarn.settings import day_of

# Where risk information comes from (AQSIQ Decree 1, recalled).
SOURCE_CLASSES = ("complaint", "enforcement", "monitoring", "laboratory", "media", "foreign_notification", "enterprise", "expert", "other")
PREFIX = "M"  # of cases raised by people; the machine's ids begin with E


@dataclass(frozen=True)
class Information:
    """What a person tells. ``product_code``: HS digits, "" where unknown; ``origin_country``: ISO alpha-2 or "unknown"."""

    source_class: str
    grade: int
    product: str
    hazard: str
    text: str
    direction: str = Direction.IMPORT.value
    product_code: str = ""
    origin_country: str = UNKNOWN


@dataclass(frozen=True)
class Entered:
    """What became of it: ``case_id`` where it is a warning."""

    information_id: int
    case_id: str | None


def enter(
    con: Connection, books: Books, told: Information, files: Sequence[Stored], *, by: str, at: datetime, colour: str | None = None
) -> Entered:
    """Keeps what an officer tells; grade 1 becomes a case of the officer's unit, of ``colour`` or the one that lifecycle.toml gives."""
    _check(told, colour)
    actor = acting(con, books.units, by, "officer", None, day_of(at))
    row = {name: value.strip() if isinstance(value, str) else value for name, value in asdict(told).items()}
    row |= {"unit_id": actor.unit_id, "entered_by": actor.login, "entered_at": at, "entered_on": day_of(at)}
    made = sa.insert(risk_information).values(**row).returning(risk_information.c.information_id)
    number = int(con.execute(made).scalar_one())
    case_id = _open_case(con, books, number, row, colour, actor, at) if told.grade == 1 else None
    belongs = {"information_id": number, "case_id": case_id}
    attached = [note_attachment(con, stored, belongs, by=actor.login, at=at) for stored in files]
    after = {**row, "case_id": case_id, "attachments": attached, "in_place_of": actor.in_place_of}
    subject = f"information {number}"
    audit.record(con, at=at, actor=actor.login, subject=subject, action="raise", before={}, after=after, night=None)
    return Entered(number, case_id)


def promote(con: Connection, books: Books, number: int, reason: str, *, by: str, at: datetime, colour: str | None = None) -> Entered:
    """Makes a warning of information that was entered with another grade."""
    found = con.execute(sa.select(risk_information).where(risk_information.c.information_id == number)).mappings().one_or_none()
    if found is None:
        raise UnknownEntry(id="information", number=number)
    if found["case_id"] is not None:
        raise NotReady(what="information_is_a_case", id=found["case_id"], number=number)
    if not reason.strip():
        raise MissingField(field="reason", action="promote")
    if colour is not None and colour not in COLOURS:
        raise BadField(field="colour", value=colour, allowed=", ".join(COLOURS))
    actor = acting(con, books.units, by, "officer", found["unit_id"], day_of(at))
    case_id = _open_case(con, books, number, dict(found), colour, actor, at)
    con.execute(sa.update(attachment).where(attachment.c.information_id == number).values(case_id=case_id))
    after, subject = {"case_id": case_id, "reason": reason.strip()}, f"information {number}"
    audit.record(con, at=at, actor=actor.login, subject=subject, action="promote", before={"case_id": None}, after=after, night=None)
    return Entered(number, case_id)


def _open_case(con: Connection, books: Books, number: int, row: dict[str, Any], colour: str | None, actor: Actor, at: datetime) -> str:
    case_id = f"{PREFIX}{number:06d}"
    begun = {"state": "raised", "entered_on": day_of(at), "version": 0, "unit_id": row["unit_id"]}
    begun |= {"colour": colour or books.life.information_colour}
    con.execute(sa.insert(case_file).values(case_id=case_id, **begun))
    here = risk_information.c.information_id == number
    con.execute(sa.update(risk_information).where(here).values(case_id=case_id))
    audit.record(con, at=at, actor=actor.login, subject=f"case {case_id}", action="raised", before={}, after=begun, night=None)
    return case_id


def _check(told: Information, colour: str | None) -> None:
    for name in ("product", "hazard", "text"):
        if not getattr(told, name).strip():
            raise MissingField(field=name, action="raise")
    allowed: dict[str, tuple[Any, Sequence[Any]]] = {
        "source_class": (told.source_class, SOURCE_CLASSES),
        "grade": (told.grade, (1, 2, 3)),
        "direction": (told.direction, [d.value for d in Direction]),
        "colour": (colour, (None, *COLOURS)),
    }
    for name, (value, values) in allowed.items():
        if value not in values:
            raise BadField(field=name, value=value, allowed=", ".join(str(v) for v in values if v is not None))
    code, origin = told.product_code, told.origin_country
    if code and not (code.isascii() and code.isdigit() and 2 <= len(code) <= 10):
        raise BadField(field="product_code", value=code, allowed="2-10 digits")
    if origin != UNKNOWN and not (len(origin) == 2 and origin.isascii() and origin.isalpha() and origin.isupper()):
        raise BadField(field="origin_country", value=origin, allowed=f"ISO 3166 alpha-2, {UNKNOWN}")


def all_information(con: Connection) -> list[dict[str, Any]]:
    """Everything entered, newest first."""
    query = sa.select(risk_information).order_by(risk_information.c.information_id.desc())
    return [dict(row) for row in con.execute(query).mappings()]
