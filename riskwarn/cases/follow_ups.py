"""Follow-ups of a case, any number of them, and the attachments that belong to a case or to entered information."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases.attachments import Stored
from riskwarn.cases.errors import BadField
from riskwarn.cases.work_tables import attachment, follow_up
from riskwarn.settings import day_of

KINDS = ("new_evidence", "laboratory_report", "enterprise_answer", "measure", "trace_result", "recall", "other")


def add_follow_up(con: Connection, case_id: str, said: Mapping[str, Any], *, by: str, at: datetime) -> int:
    """Adds one; it happened on ``happened`` (default: the day of entry, and never later). Returns its number."""
    if said["kind"] not in KINDS:
        raise BadField(field="kind", value=said["kind"], allowed=", ".join(KINDS))
    happened = said.get("happened", day_of(at))
    if happened > day_of(at):
        raise BadField(field="happened", value=happened, allowed=f"<= {day_of(at)}")
    row = {"case_id": case_id, "kind": said["kind"], "text": said["text"], "happened_on": happened, "recorded_by": by, "recorded_at": at}
    return int(con.execute(sa.insert(follow_up).values(**row).returning(follow_up.c.follow_up_id)).scalar_one())


def note_attachment(con: Connection, stored: Stored, belongs: Mapping[str, Any], *, by: str, at: datetime) -> int:
    """Notes that a stored file belongs to something: ``belongs`` has case_id, information_id or follow_up_id. Returns its number."""
    row = {"sha256": stored.sha256, "name": stored.name, "media_type": stored.media_type, "size_bytes": stored.size_bytes}
    made = sa.insert(attachment).values(**row, **belongs, attached_by=by, attached_at=at)
    return int(con.execute(made.returning(attachment.c.attachment_id)).scalar_one())


def follow_ups_of(con: Connection, case_id: str) -> list[dict[str, Any]]:
    """In the order in which they happened."""
    query = sa.select(follow_up).where(follow_up.c.case_id == case_id).order_by(follow_up.c.happened_on, follow_up.c.follow_up_id)
    return [dict(row) for row in con.execute(query).mappings()]


def attachments_of(con: Connection, case_id: str) -> list[dict[str, Any]]:
    query = sa.select(attachment).where(attachment.c.case_id == case_id).order_by(attachment.c.attachment_id)
    return [dict(row) for row in con.execute(query).mappings()]


def attachments_of_information(con: Connection, number: int) -> list[dict[str, Any]]:
    query = sa.select(attachment).where(attachment.c.information_id == number).order_by(attachment.c.attachment_id)
    return [dict(row) for row in con.execute(query).mappings()]
