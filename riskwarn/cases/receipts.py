"""Receipts make every (item, revision, recipient) go out once, whatever is run again, replayed or breaks off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from riskwarn.cases.receipt_tables import receipt

Pair = tuple[str, str]  # item key, revision


def told(engine: Engine, subscription: str, recipient: str) -> dict[str, set[str]]:
    """What a recipient was sent: by item key, the revisions; the newest of an item is what it was told last."""
    query = sa.select(receipt.c.item_key, receipt.c.revision).where(
        receipt.c.subscription == subscription, receipt.c.recipient == recipient, receipt.c.state == "sent"
    )
    found: dict[str, set[str]] = {}
    with engine.connect() as con:
        for key, revision in con.execute(query):
            found.setdefault(key, set()).add(revision)
    return found


def claim(engine: Engine, subscription: str, recipient: str, pairs: Sequence[Pair], night: date, message_id: str) -> None:
    """Marks items as about to go out."""
    with engine.begin() as con:
        for key, revision in pairs:
            where = _row(subscription, recipient, key, revision)
            values = {"state": "claimed", "night": night, "message_id": message_id, "error": ""}
            if not con.execute(sa.update(receipt).where(where).values(**values)).rowcount:
                named = {"subscription": subscription, "recipient": recipient, "item_key": key, "revision": revision}
                con.execute(sa.insert(receipt).values(**named, **values))


def settle(engine: Engine, subscription: str, recipient: str, pairs: Sequence[Pair], error: str = "") -> None:
    """Marks claimed items as sent, or as failed with the reason."""
    with engine.begin() as con:
        for key, revision in pairs:
            where = _row(subscription, recipient, key, revision)
            con.execute(sa.update(receipt).where(where).values(state="failed" if error else "sent", error=error))


def _row(subscription: str, recipient: str, key: str, revision: str) -> sa.ColumnElement[bool]:
    columns = receipt.c
    return sa.and_(
        columns.subscription == subscription, columns.recipient == recipient, columns.item_key == key, columns.revision == revision
    )
