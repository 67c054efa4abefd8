"""Rows set aside that people corrected or released: a delivery of their own, taken in by the night after the decision.

What was set aside stays set aside where it is: no partition of an earlier night changes. The rows come again, as JSON lines under the
canonical names of their layout's columns, through the same typing, masking and comparing as any file; lake/decided keeps, for each of
them, whose decision it rests on and which row of which file it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from riskwarn.ingest import records
from riskwarn.ingest.content import copy_raw
from riskwarn.ingest.intake import alone, commit
from riskwarn.ingest.landing import open_landed
from riskwarn.ingest.look import json_line
from riskwarn.ingest.session import Session
from riskwarn.ingest.typing_desk import Desk, type_rows
from riskwarn.lake import Lake
from riskwarn.model import Delivery
from riskwarn.settings import Settings
from riskwarn.sources import all_sources

TABLE = "decided"


@dataclass(frozen=True)
class DecidedRow:
    """One row as a person wants it taken. ``cells``: text by canonical column of the ``layout``, masked; ``released``: reasons and ids of
    expectations that do not count for it; ``of_``: the row set aside; ``entry_id``: the entry of the audit trail.
    """

    decision_id: str
    decision_kind: str
    layout: str
    cells: Mapping[str, str | None]
    released: tuple[str, ...]
    of_delivery_id: str
    of_file_name: str
    of_row_no: int
    decided_on: date
    entry_id: int


def already_taken(lake: Lake, source: str) -> set[tuple[str, int]]:
    """Delivery and number of the rows set aside whose decision a night has taken."""
    listed = (lake.read_json(TABLE, partition) for partition in lake.partitions(TABLE, source, ".json"))
    return {(row["of_delivery_id"], int(row["of_row_no"])) for rows in listed for row in rows}


def released_of(lake: Lake, delivery: Delivery) -> tuple[str, ...]:
    """Stamp.released of a delivery that was taken before."""
    rows = lake.read_json(TABLE, f"{delivery.source}/{delivery.delivery_id}") if delivery.is_decided else None
    return tuple(f"{row['row_no']}|{name}" for row in rows or () for name in row["released"])


def take_decided(
    settings: Settings, lake: Lake, source_name: str, rows: Sequence[DecidedRow], *, night: date, session: Session | None = None
) -> list[Delivery]:
    """Takes in ``rows`` (decided before ``night``), one delivery a layout, numbered from 1 in their order; the night checks them next.

    Rows of a layout that the source no longer has are left; those that a night took already must not be among them.
    """
    if session is None:
        with Session(settings) as own:
            return take_decided(settings, lake, source_name, rows, night=night, session=own)
    taken = []
    source = all_sources()[source_name]
    with alone(settings.work / "ingest" / source_name) as work:
        for layout in source.layouts:
            mine = [row for row in rows if row.layout == layout.name]
            if mine:
                own_source = replace(source, layouts=(layout,))
                desk = Desk(settings, lake, own_source, session, work / "file", night, night, False, _released(mine))
                taken.append(_take(desk, mine))
    return taken


def _released(rows: Sequence[DecidedRow]) -> tuple[str, ...]:
    return tuple(f"{number}|{name}" for number, row in enumerate(rows, 1) for name in row.released)


def _take(desk: Desk, rows: Sequence[DecidedRow]) -> Delivery:
    (layout,) = desk.source.layouts
    desk.work.mkdir()
    required = [column.name for column in layout.required]
    written = desk.work / "decided.jsonl"
    written.write_text("".join(json_line(row.cells, required) for row in rows), encoding="utf-8")
    raw = desk.work / "raw"
    facts = copy_raw(open_landed(written), raw, desk.max_bytes)
    known = records.read_all(desk.lake, desk.source.name)
    newest = desk.lake.newest_night()
    delivered = max(row.decided_on for row in rows)
    delivered = delivered if newest is None else max(delivered, newest)
    delivery = Delivery(
        delivery_id=records.new_id({d.delivery_id for d in known}, delivered, facts.sha256),
        source=desk.source.name,
        file_name=f"decided-{desk.night}-{layout.name}.jsonl",
        sha256=facts.sha256,
        size_bytes=facts.size,
        delivered_on=delivered,
        is_history=False,
        night=desk.night,
        is_decided=True,
    )
    delivery, typed = type_rows(desk, delivery, raw, facts, known)
    lineage = [_lineage(row, delivery, number) for number, row in enumerate(rows, 1)]
    desk.lake.write_json(TABLE, f"{delivery.source}/{delivery.delivery_id}", lineage)
    commit(desk, delivery, raw, typed)
    shutil.rmtree(desk.work)
    return delivery


def _lineage(row: DecidedRow, delivery: Delivery, number: int) -> dict[str, object]:
    told = {name: value for name, value in asdict(row).items() if name != "cells"}
    told |= {"decided_on": row.decided_on.isoformat(), "released": list(row.released)}
    return {"source": delivery.source, "delivery_id": delivery.delivery_id, "row_no": number} | told
