"""The history of a case in one line of time: steps of people, changes of the machine's word, what was sent about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from riskwarn.cases.receipt_tables import receipt
from riskwarn.cases.tables import machine_revision

# Of what a step says, what the history tells as words; the rest is told by the thing it belongs to.
TOLD = ("text", "opinion")


@dataclass(frozen=True)
class Entry:
    """One thing that happened. ``kind``: step | machine | sent; ``what`` is the action, or what the machine changed, or the state of the
    sending; ``said`` are words and values by name."""

    on: date
    kind: str
    what: str
    actor: str = ""
    in_place_of: str | None = None
    from_state: str = ""
    to_state: str = ""
    reason: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)
    sorted_by: tuple[int, int] = (0, 0)


def timeline(con: Connection, case_id: str, steps: list[dict[str, Any]]) -> list[Entry]:
    """Newest first; of one day the machine's night before people's steps."""
    entries = [*_machine(con, case_id), *map(_step, steps), *_sent(con, case_id)]
    return sorted(entries, key=lambda one: (one.on, *one.sorted_by), reverse=True)


def _step(step: Mapping[str, Any]) -> Entry:
    said = {name: value for name, value in step["fields"].items() if value not in ("", None, [])}
    states = (step["from_state"], step["to_state"])
    return Entry(
        step["done_on"], "step", step["action"], step["actor"], step["in_place_of"], *states, step["reason"], said, (1, step["version"])
    )


def _machine(con: Connection, case_id: str) -> list[Entry]:
    """The first word of the machine, and each change of its colour or status; a new count alone is no event."""
    query = sa.select(machine_revision).where(machine_revision.c.warning_id == case_id).order_by(machine_revision.c.night)
    found: list[Entry] = []
    before: RowMapping | None = None
    for row in con.execute(query).mappings():
        if before is None:
            found.append(Entry(row["night"], "machine", "raised", said={"level": row["level"]}))
        elif (row["level"], row["status"]) != (before["level"], before["status"]):
            said = {name: (before[name], row[name]) for name in ("level", "status") if before[name] != row[name]}
            found.append(Entry(row["night"], "machine", "changed", said=said))
        before = row
    return found


def _sent(con: Connection, case_id: str) -> list[Entry]:
    """To whom the warning went by subscription, and what failed."""
    query = sa.select(receipt).where(receipt.c.item_key == f"warning:{case_id}").order_by(receipt.c.receipt_id)
    return [
        Entry(
            row["night"],
            "sent",
            row["state"],
            said={"recipient": row["recipient"], "error": row["error"]},
            sorted_by=(2, row["receipt_id"]),
        )
        for row in con.execute(query).mappings()
    ]
