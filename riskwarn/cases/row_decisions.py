"""Correcting, releasing and rejecting rows that a check set aside: who may, what must be said, and the trail that it leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases import audit
from riskwarn.cases.errors import BadField, MissingField, NotReady
from riskwarn.cases.people import Role, acting
from riskwarn.cases.row_tables import row_decision
from riskwarn.cases.units import Units
from riskwarn.settings import day_of

Kind = Literal["correct", "release", "reject"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Who corrects says what the row should have said, and every check judges it again. Who releases overrules a check: a supervisor.
NEEDED: Mapping[Kind, Role] = {"correct": "officer", "release": "supervisor", "reject": "officer"}
LONGEST_REASON = 2000


@dataclass(frozen=True)
class SetAside:
    """A row set aside, as the published night tells of it; ``unit_id``: whose it is; ``seen``: the newest decision on it that the
    person saw, "" for none.
    """

    source: str
    delivery_id: str
    file_name: str
    row_no: int
    content_hash: str
    unit_id: str
    seen: str = ""


@dataclass(frozen=True)
class Wanted:
    """What is to become of a row. ``cells``, ``layout``: as ingest.decided.DecidedRow has them; none of a row rejected."""

    row: SetAside
    layout: str = ""
    cells: Mapping[str, str | None] | None = None
    changed: tuple[str, ...] = ()
    released: tuple[str, ...] = ()


def content_hash(reasons: Sequence[str], row_json: str | None) -> str:
    """What a decision rests on: another content under the same row number is another row."""
    return hashlib.sha256(audit.canonical([sorted(reasons), row_json]).encode()).hexdigest()


def decide(con: Connection, units: Units, kind: Kind, wanted: Sequence[Wanted], reason: str, *, by: str, at: datetime, night: date) -> int:
    """Keeps one decision for all of ``wanted`` (rows of one delivery) with one audit entry, whose number it returns; all or none.

    The rows' text stays out of the audit trail, which nobody can ever take anything out of: their hashes are in it.
    """
    if kind not in KINDS:
        raise BadField(field="kind", value=kind, allowed=", ".join(KINDS))
    if not reason.strip():
        raise MissingField(field="reason", action=kind)
    if len(reason) > LONGEST_REASON:
        raise BadField(field="reason", value=f"{len(reason)}", allowed=f"<= {LONGEST_REASON}")
    if not wanted or len({(one.row.source, one.row.delivery_id) for one in wanted}) != 1:
        raise MissingField(field="rows", action=kind)
    audit.lock(con)
    actors = {unit: acting(con, units, by, NEEDED[kind], unit, day_of(at)) for unit in {one.row.unit_id for one in wanted}}
    standing = newest_decisions(con, wanted[0].row.source)
    for one in wanted:
        _refuse_what_is_decided(standing.get((one.row.delivery_id, one.row.row_no)), one.row)
    first = wanted[0].row
    after = {
        "file": first.file_name,
        "reason": reason.strip(),
        "rows": {str(one.row.row_no): {"hash": one.row.content_hash, "text": _digest(one), "changed": list(one.changed)} for one in wanted},
        "in_place_of": next((actor.in_place_of for actor in actors.values() if actor.in_place_of), None),
    }
    subject = f"rows {first.source} {first.delivery_id}"
    entry = audit.record(con, at=at, actor=by, subject=subject, action=kind, before={}, after=after, night=night)
    said = {"kind": kind, "reason": reason.strip(), "decided_by": by, "decided_at": at, "decided_on": day_of(at), "entry_id": entry}
    rows = [_row(one, actors[one.row.unit_id].in_place_of) | said for one in wanted]
    con.execute(sa.insert(row_decision), [row | {"decision_id": _id(row)} for row in rows])
    return entry


def _refuse_what_is_decided(newest: Mapping[str, Any] | None, row: SetAside) -> None:
    if newest is not None and newest["kind"] == "reject":
        raise NotReady(what="row_rejected", file=row.file_name, row=row.row_no)
    if (newest["decision_id"] if newest is not None else "") != row.seen:
        raise NotReady(what="row_decided_meanwhile", file=row.file_name, row=row.row_no)


def _row(one: Wanted, in_place_of: str | None) -> dict[str, Any]:
    row = one.row
    return {
        "source": row.source, "delivery_id": row.delivery_id, "file_name": row.file_name, "row_no": row.row_no,
        "content_hash": row.content_hash, "layout": one.layout, "cells": dict(one.cells) if one.cells is not None else None,
        "changed": list(one.changed), "released": list(one.released), "unit_id": row.unit_id, "in_place_of": in_place_of,
    }  # fmt: skip


def _digest(one: Wanted) -> str | None:
    return None if one.cells is None else hashlib.sha256(audit.canonical(one.cells).encode()).hexdigest()


def _id(row: Mapping[str, Any]) -> str:
    return hashlib.sha256(audit.canonical(row).encode()).hexdigest()[:32]


def decisions_of(con: Connection, source: str) -> list[dict[str, Any]]:
    """Every decision on rows of a source, oldest first."""
    ordered = (
        sa.select(row_decision)
        .where(row_decision.c.source == source)
        .order_by(row_decision.c.entry_id, row_decision.c.delivery_id, row_decision.c.row_no)
    )
    return [dict(row) for row in con.execute(ordered).mappings()]


def newest_decisions(con: Connection, source: str) -> dict[tuple[str, int], dict[str, Any]]:
    """By delivery and row number, the decision that stands."""
    return {(row["delivery_id"], int(row["row_no"])): row for row in decisions_of(con, source)}
