"""The audit trail: every change of the case store appends one row, chained to the one before by SHA-256.

hash = sha256(previous hash + canonical JSON of the row), so that a row changed, removed, added or moved breaks the chain from there on.
Whoever can write to the database could build a whole new chain: keep the newest hash (`riskwarn doctor` prints it) somewhere else as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases.audit_tables import audit_entry, audit_head

MACHINE = "machine"
START = "0" * 64  # the hash before the first row


def lock(con: Connection) -> None:
    """Waits until no other transaction writes to the case store, and keeps others waiting until this one ends.

    One chain means one writer at a time; taken first, it also makes what a transaction checks still true when it writes.
    """
    con.execute(sa.update(audit_head).values(entries=audit_head.c.entries))


def record(
    con: Connection,
    *,
    at: datetime,
    actor: str,
    subject: str,
    action: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
    night: date | None,
) -> int:
    """Appends one row inside the caller's transaction and returns its number.

    ``before`` and ``after`` hold what changed (empty before something is made); ``night`` is the night whose list the actor saw.
    """
    lock(con)
    head = con.execute(sa.select(audit_head.c.entries, audit_head.c.hash)).one()
    row = {
        "entry_id": head.entries + 1,
        "at": at.astimezone(UTC),
        "actor": actor,
        "subject": subject,
        "action": action,
        "before": canonical(before),
        "after": canonical(after),
        "night": night,
    }
    digest = _digest(head.hash, row)
    con.execute(sa.insert(audit_entry).values(**row, previous_hash=head.hash, hash=digest))
    con.execute(sa.update(audit_head).values(entries=row["entry_id"], hash=digest))
    return int(row["entry_id"])


def verify(con: Connection) -> list[str]:
    """What is wrong with the chain, in words; empty where it is whole."""
    breaks, previous, expected = [], START, 1
    rows = con.execute(sa.select(audit_entry).order_by(audit_entry.c.entry_id)).mappings()
    for row in rows:
        if row["entry_id"] != expected:
            breaks.append(f"entries {expected} to {row['entry_id'] - 1} are missing")
        if row["previous_hash"] != previous:
            breaks.append(f"entry {row['entry_id']} does not follow from the one before it")
        if row["hash"] != _digest(row["previous_hash"], dict(row)):
            breaks.append(f"entry {row['entry_id']} was changed")
        previous, expected = row["hash"], row["entry_id"] + 1
    head = con.execute(sa.select(audit_head.c.entries, audit_head.c.hash)).one_or_none()
    if head is None or (head.entries, head.hash) != (expected - 1, previous):
        breaks.append(f"the chain ends at entry {expected - 1}, but {head.entries if head else 'nothing'} were written")
    return breaks


def head_of(con: Connection) -> tuple[int, str]:
    """How many entries there are, and the hash of the newest: to be kept outside the database too."""
    head = con.execute(sa.select(audit_head.c.entries, audit_head.c.hash)).one()
    return int(head.entries), str(head.hash)


def trail(con: Connection, subject: str) -> list[dict[str, Any]]:
    """The entries about one subject, oldest first; ``before`` and ``after`` as objects."""
    rows = con.execute(sa.select(audit_entry).where(audit_entry.c.subject == subject).order_by(audit_entry.c.entry_id)).mappings()
    return [{**row, "before": json.loads(row["before"]), "after": json.loads(row["after"])} for row in rows]


def canonical(value: object) -> str:
    """The one JSON text of a value: sorted keys, no spaces, dates and instants (in UTC) in ISO form."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the audit trail")


def _digest(previous: str, row: Mapping[str, Any]) -> str:
    said = {name: row[name] for name in ("entry_id", "at", "actor", "subject", "action", "before", "after", "night")}
    return hashlib.sha256((previous + canonical(said)).encode()).hexdigest()
