"""Rows set aside and what people decide about them: read in their file, tried against the checks, kept, handed to the next night."""

from __future__ import annotations

from datetime import date

from riskwarn.cases import open_store
from riskwarn.cases.row_decisions import newest_decisions
from riskwarn.ingest.decided import DecidedRow, already_taken, take_decided
from riskwarn.ingest.session import Session
from riskwarn.lake import Lake
from riskwarn.model import Delivery
from riskwarn.settings import Settings


def apply_decisions(settings: Settings, lake: Lake, source: str, as_of: date, *, session: Session | None = None) -> list[Delivery]:
    """Takes in the rows of a source that people corrected or released before ``as_of`` and that no night has taken yet.

    Decisions of the night's own day wait for the next: run again, the night finds the same. A night older than the newest judged one
    is a replay, which takes nothing in.
    """
    newest = lake.newest_night()
    if newest is not None and as_of < newest:
        return []
    rows = waiting(settings, lake, source, as_of)
    return take_decided(settings, lake, source, rows, night=as_of, session=session) if rows else []


def waiting(settings: Settings, lake: Lake, source: str, before: date) -> list[DecidedRow]:
    """What a night takes, oldest first: of rows not taken yet the decision that stands, if it is of an earlier day."""
    with open_store(settings) as store, store.engine.connect() as con:
        standing = newest_decisions(con, source)
    taken = already_taken(lake, source)
    return [
        DecidedRow(
            decision_id=row["decision_id"],
            decision_kind=row["kind"],
            layout=row["layout"],
            cells=row["cells"],
            released=tuple(row["released"]),
            of_delivery_id=row["delivery_id"],
            of_file_name=row["file_name"],
            of_row_no=int(row["row_no"]),
            decided_on=row["decided_on"],
            entry_id=row["entry_id"],
        )
        for place, row in sorted(standing.items(), key=lambda item: (item[1]["entry_id"], item[0]))
        if row["kind"] != "reject" and row["decided_on"] < before and place not in taken
    ]
