"""Taken again: a file whose rows passed for repeats of another file of the same night, which the check stage then set aside whole.

Rows are compared when they are taken in, before anybody has checked the file they repeat. Without a second look, what both files say
would count in neither.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from riskwarn.ingest import records
from riskwarn.ingest.content import copy_raw
from riskwarn.ingest.decided import released_of
from riskwarn.ingest.intake import alone, commit, raw_suffix
from riskwarn.ingest.landing import open_landed
from riskwarn.ingest.session import Session
from riskwarn.ingest.typing_desk import Desk, type_rows
from riskwarn.lake import Lake
from riskwarn.model import Delivery, Issue
from riskwarn.settings import Settings
from riskwarn.sources import all_sources

CODE = "taken_again"


def take_again(settings: Settings, lake: Lake, source_name: str, *, today: date) -> list[Delivery]:
    """Types the misled deliveries of a source again, from the raw bytes kept; they wait for their check. Each at most once."""
    known = records.read_all(lake, source_name)
    misled = sorted((d for d in known if _misled_by(d, known) and not _is_taken_again(d)), key=lambda d: d.file_name)
    if not misled:
        return []
    taken: list[Delivery] = []
    with alone(settings.work / "ingest" / source_name) as work, Session(settings) as session:
        desk = Desk(settings, lake, all_sources()[source_name], session, work, today, None, history=False)
        for delivery in misled:
            again = _take(replace(desk, history=delivery.is_history), delivery, records.read_all(lake, source_name))
            taken += [again] if again else []
    return taken


def _take(desk: Desk, delivery: Delivery, known: list[Delivery]) -> Delivery | None:
    kept = desk.lake.path("raw", f"{delivery.source}/{delivery.delivery_id}", raw_suffix(delivery.file_name))
    if not kept.exists():  # larger than is kept: it was refused
        return None
    raw = desk.work / "raw"
    facts = copy_raw(open_landed(kept), raw, desk.max_bytes)
    fresh = replace(delivery, state="ingested", verdict="ok", read=0, accepted=0, quarantined=0, duplicates=0, issues=())
    earlier = [d for d in known if d.delivery_id != delivery.delivery_id and (not _is_same_batch(d, delivery) or _came_before(d, delivery))]
    again, typed = type_rows(replace(desk, released=released_of(desk.lake, delivery)), fresh, raw, facts, earlier)
    names = ", ".join(d.file_name for d in _misled_by(delivery, known))
    again = replace(again, issues=(*again.issues, Issue(CODE, "info", f"{delivery.file_name}: without {names}")))
    commit(desk, again, None, typed)
    return again


def _misled_by(delivery: Delivery, known: list[Delivery]) -> list[Delivery]:
    """The deliveries set aside by their check that this one was compared with before."""
    return [
        d
        for d in known
        if delivery.duplicates and d.state == "checked" and d.verdict == "quarantined" and d.layout and _came_before(d, delivery)
    ]


def _is_taken_again(delivery: Delivery) -> bool:
    return any(issue.code == CODE for issue in delivery.issues)


def _is_same_batch(one: Delivery, other: Delivery) -> bool:
    return (one.night, one.is_history) == (other.night, other.is_history)


def _came_before(one: Delivery, other: Delivery) -> bool:
    """Files of one batch are taken in order of their names, then what people decided."""
    return _is_same_batch(one, other) and (one.is_decided, one.file_name) < (other.is_decided, other.file_name)
